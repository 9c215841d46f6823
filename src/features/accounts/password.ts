// Hash and verify passwords: argon2id, and bcrypt hashes that came from elsewhere.

import type { Actor, Caller } from '../../core/actor.ts'
import { manyFold } from '../../core/buckets.ts'
import { FairQueue } from '../../core/fair.ts'
import { limits } from '../../core/limits.ts'
import { isNear, placeOf } from '../../core/place.ts'

/** OWASP Password Storage Cheat Sheet: argon2id with 19 MiB and two passes at least. */
const options = { algorithm: 'argon2id', memoryCost: 19_456, timeCost: 2 } as const

const queue = new FairQueue(limits.password)

/** Who makes us hash: their place stands for strangers, for others their account. */
export type Asker = Actor | Pick<Caller, 'address'>

/** The line of an asker, and how many may wait in it. */
function lineOf(who: Asker): [place: string, lineMax: number] {
  const { lineMax } = limits.password
  if ('sessionId' in who) return [`account ${who.id}`, lineMax]
  return [placeOf(who.address), isNear(who.address) ? lineMax * manyFold : lineMax]
}

/** Throws `busy` at once where hashing would, before anything is counted or looked up. */
export function expectTurn(who: Asker): void {
  queue.expectRoom(...lineOf(who))
}

/** All hashing goes through here, so that a crowd at one place is only in its own way. */
function inTurn<T>(who: Asker, work: () => Promise<T>): Promise<T> {
  return queue.run(...lineOf(who), work)
}

export function hashPassword(who: Asker, password: string): Promise<string> {
  return inTurn(who, () => Bun.password.hash(password, options))
}

let dummy: Promise<string> | undefined

/** Without a hash the same work is done in vain, so that the time tells nothing. */
export function verifyPassword(
  who: Asker,
  password: string,
  hash: string | null,
): Promise<boolean> {
  return inTurn(who, async () => {
    // Within somebody's turn, and whether or not it is needed: it is made once.
    dummy ??= Bun.password.hash('nobody has this password', options)
    const target = hash ?? (await dummy)
    const right = await Bun.password.verify(password, target).catch(() => false)
    return right && hash !== null
  })
}

/** Whether a hash that just proved right should be made anew with today's options. */
export function isDated(hash: string): boolean {
  return !hash.startsWith(`$argon2id$v=19$m=${options.memoryCost},t=${options.timeCost},`)
}
