// The only source of chance: ids, tokens and codes from the system's CSPRNG.
import { randomBytes, randomInt, randomUUID } from 'node:crypto'

/** A client_msg_id for writers that brought none. */
export function newUuid(): string {
  return randomUUID()
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

/** From 0 up to 1: spreads out what would otherwise happen at once. */
export function newFraction(): number {
  return randomInt(2 ** 32) / 2 ** 32
}

/** Short name of one start of one process; never used twice, so a lease of the dead is never ours. */
export function newNodeId(): string {
  return randomBytes(6).toString('hex')
}
