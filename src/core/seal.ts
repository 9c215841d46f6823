// Keyed digests and sealed envelopes, both under keys derived from the installation's secret.
import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createHmac,
  hkdfSync,
  randomBytes,
  timingSafeEqual,
} from 'node:crypto'

/** SHA-256 of a token that is random enough to need no salt. */
export function digest(token: string): Buffer {
  return createHash('sha256').update(token).digest()
}

export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && timingSafeEqual(a, b)
}

export interface Seal {
  /** HMAC-SHA-256: for short secrets such as codes, useless to whoever has only the database. */
  mac(text: string): Buffer
  /** AES-256-GCM: what must cross a queue but may not be read there. */
  close(text: string): string
  open(sealed: string): string
}

export function createSeal(secret: string): Seal {
  const macKey = Buffer.from(hkdfSync('sha256', secret, '', 'curlew mac', 32))
  const boxKey = Buffer.from(hkdfSync('sha256', secret, '', 'curlew box', 32))
  return {
    mac: (text) => createHmac('sha256', macKey).update(text).digest(),
    close(text) {
      const nonce = randomBytes(12)
      const cipher = createCipheriv('aes-256-gcm', boxKey, nonce)
      const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
      return Buffer.concat([nonce, cipher.getAuthTag(), body]).toString('base64url')
    },
    open(sealed) {
      const bytes = Buffer.from(sealed, 'base64url')
      const decipher = createDecipheriv('aes-256-gcm', boxKey, bytes.subarray(0, 12))
      decipher.setAuthTag(bytes.subarray(12, 28))
      return decipher.update(bytes.subarray(28), undefined, 'utf8') + decipher.final('utf8')
    },
  }
}
