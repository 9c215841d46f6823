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

export function hashPassword(password: string): Promise<string> {
  return inTurn(() => Bun.password.hash(password, options))
}

let dummy: Promise<string> | undefined

/** Without a hash the same work is done in vain, so that the time tells nothing. */
export async function verifyPassword(password: string, hash: string | null): Promise<boolean> {
  dummy ??= hashPassword('nobody has this password')
  const target = hash ?? (await dummy)
  const right = await inTurn(() => Bun.password.verify(password, target).catch(() => false))
  return right && hash !== null
}

/** Whether a hash that just proved right should be made anew with today's options. */
export function isDated(hash: string): boolean {
  return !hash.startsWith(`$argon2id$v=19$m=${options.memoryCost},t=${options.timeCost},`)
}
