// Signs what shows a provider who we are (RFC 7515): RS256 and ES256.
import { sign, type KeyObject } from 'node:crypto'

export interface Signer {
  readonly alg: 'RS256' | 'ES256'
  readonly key: KeyObject
  /** The name of the key at the provider. */
  readonly kid: string
}

export function signed({ alg, key, kid }: Signer, claims: object): string {
  const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url')
  const input = `${encode({ alg, kid, typ: 'JWT' })}.${encode(claims)}`
  // ES256 wants both numbers side by side (RFC 7518 section 3.4), not in ASN.1.
  const form = alg === 'ES256' ? { key, dsaEncoding: 'ieee-p1363' as const } : key
  return `${input}.${sign('sha256', Buffer.from(input), form).toString('base64url')}`
}
