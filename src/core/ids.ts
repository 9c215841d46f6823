// The only source of chance: ids, tokens and codes from the system's CSPRNG.
import { randomBytes, randomInt, randomUUID } from 'node:crypto'

/** A client_msg_id for writers that brought none. */
export function newUuid(): string {
  return randomUUID()
}

/** The same for the same two: UUIDv5 of RFC 9562, section 5.5. */
export function derivedUuid(namespace: string, name: string): string {
  return Bun.randomUUIDv5(name, namespace)
}

/** 256 bits, URL-safe: refresh tokens, tickets. */
export function newToken(): string {
  return randomBytes(32).toString('base64url')
}

/** 256 bits that need not be secret, only new. */
export function newSalt(): Buffer {
  return randomBytes(32)
}

/** Six decimal digits, each of the 10^6 equally likely. */
export function newCode(): string {
  return randomInt(1_000_000).toString().padStart(6, '0')
}

/** No letter that is taken for another: as Crockford's base 32. */
const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'

/** What a group is called for ever: 60 bits that need not be secret, after a G. */
export function newGroupId(): string {
  return `G${Array.from(randomBytes(12), (byte) => alphabet[byte & 31]).join('')}`
}

/** Of an invite link: 128 bits, URL-safe. */
export function newLinkCode(): string {
  return randomBytes(16).toString('base64url')
}

/** From 0 up to 1: spreads out what would otherwise happen at once. */
export function newFraction(): number {
  return randomInt(2 ** 32) / 2 ** 32
}

/** Where the bytes of a file lie: 128 bits in letters that any store takes. */
export function newMediaKey(): string {
  const name = randomBytes(16).toString('hex')
  return `media/${name.slice(0, 2)}/${name}`
}

/** Short name of one start of one process; never used twice, so a lease of the dead is never ours. */
export function newNodeId(): string {
  return randomBytes(6).toString('hex')
}
