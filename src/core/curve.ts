// Whether bytes are a point of the curve P-256, as the public key of a browser must be (RFC 8291).
import { createPublicKey } from 'node:crypto'

const pointBytes = 65
const uncompressed = 4

/** Uncompressed points alone: no browser gives another form. */
export function isPoint(bytes: Buffer): boolean {
  if (bytes.length !== pointBytes || bytes[0] !== uncompressed) return false
  const part = (from: number, to: number) => bytes.subarray(from, to).toString('base64url')
  const key = { kty: 'EC', crv: 'P-256', x: part(1, 33), y: part(33, pointBytes) }
  try {
    createPublicKey({ key, format: 'jwk' })
    return true
  } catch {
    return false
  }
}
