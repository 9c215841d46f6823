// Hash and verify passwords: argon2id, and bcrypt hashes that came from elsewhere.

import { Failure } from '../../core/failure.ts'
import { limits } from '../../core/limits.ts'

/** OWASP Password Storage Cheat Sheet: argon2id with 19 MiB and two passes at least. */
const options = { algorithm: 'argon2id', memoryCost: 19_456, timeCost: 2 } as const

let running = 0
const waiting: (() => void)[] = []

/** Beyond the bound nobody waits: an answer that comes too late is work in vain. */
async function inTurn<T>(work: () => Promise<T>): Promise<T> {
  const { parallelMax, waitingMax } = limits.password
  if (waiting.length >= waitingMax) throw new Failure('busy', { retry_after: 2 })
  if (running >= parallelMax) await new Promise<void>((resolve) => waiting.push(resolve))
  else running++
  try {
    return await work()
  } finally {
    const next = waiting.shift()
    if (next) next()
    else running--
  }
}

/**
 * RFC 8265, OpaqueString: one form for all that look the same, whatever keyboard and system they
 * were typed on.
 */
function opaque(password: string): string {
  return password.replaceAll(/\p{Zs}/gu, ' ').normalize('NFC')
}

export function hashPassword(password: string): Promise<string> {
  return inTurn(() => Bun.password.hash(opaque(password), options))
}

let dummy: Promise<string> | undefined

/**
 * Without a hash the same work is done in vain, so that the time tells nothing. Older hashes, and
 * those from elsewhere, were made of what was typed.
 */
export async function verifyPassword(password: string, hash: string | null): Promise<boolean> {
  dummy ??= hashPassword('nobody has this password')
  const target = hash ?? (await dummy)
  for (const form of new Set([opaque(password), password])) {
    const right = await inTurn(() => Bun.password.verify(form, target).catch(() => false))
    if (right) return hash !== null
  }
  return false
}

/**
 * Whether a hash that this password just proved right should be made anew: with today's options, or
 * because it may be of what was typed.
 */
export function isDated(hash: string, password: string): boolean {
  const today = `$argon2id$v=19$m=${options.memoryCost},t=${options.timeCost},`
  return !hash.startsWith(today) || opaque(password) !== password
}
