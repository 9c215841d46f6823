// Hash and verify passwords: argon2id, and bcrypt hashes that came from elsewhere.
import type { Config } from '../../config.ts'
import type { Actor, Caller } from '../../core/actor.ts'
import { manyFold } from '../../core/token-bucket.ts'
import { FairQueue } from '../../core/fair-queue.ts'
import { limits } from './limits.ts'
import { isNear, placeOf } from '../../core/network-place.ts'

/** Takes so much memory, and by it time. */
type Work = Pick<Config, 'passwordHashKib'>

const passes = 2

const hashOf = (work: Work, password: string): Promise<string> =>
  Bun.password.hash(password, {
    algorithm: 'argon2id',
    memoryCost: work.passwordHashKib,
    timeCost: passes,
  })

const queue = new FairQueue(limits.password)

/** Who makes us hash: their place stands for strangers, for others their account. */
export type Asker = Actor | Pick<Caller, 'address'>

/** The line of an asker, and how many may wait in it. */
function lineOf(who: Asker): [place: string, lineMax: number] {
  const { lineMax } = limits.password
  if ('sessionId' in who) return [`account ${who.id}`, lineMax]
  return [placeOf(who.address), isNear(who.address) ? lineMax * manyFold : lineMax]
}

/** Throws at once where hashing would, before anything is counted or looked up. */
export function expectTurn(who: Asker): void {
  queue.expectRoom(...lineOf(who))
}

/** All hashing goes through here, so that a crowd at one place is only in its own way. */
function inTurn<T>(who: Asker, work: () => Promise<T>): Promise<T> {
  return queue.run(...lineOf(who), work)
}

/**
 * RFC 8265, OpaqueString: one form for all that look the same, whatever keyboard and system they
 * were typed on.
 */
function opaque(password: string): string {
  return password.replaceAll(/\p{Zs}/gu, ' ').normalize('NFC')
}

export function hashPassword(work: Work, who: Asker, password: string): Promise<string> {
  return inTurn(who, () => hashOf(work, opaque(password)))
}

/** By how much memory they took. */
const dummies = new Map<number, Promise<string>>()

function dummyOf(work: Work): Promise<string> {
  const made = dummies.get(work.passwordHashKib) ?? hashOf(work, 'nobody has this password')
  dummies.set(work.passwordHashKib, made)
  return made
}

/**
 * Without a hash the same work is done in vain, so that the time tells nothing. Older hashes, and
 * those from elsewhere, were made of what was typed.
 */
export function verifyPassword(
  work: Work,
  who: Asker,
  password: string,
  hash: string | null,
): Promise<boolean> {
  return inTurn(who, async () => {
    // Within somebody's turn, and whether or not it is needed: it is made once.
    const dummy = dummyOf(work)
    const target = hash ?? (await dummy)
    for (const form of new Set([opaque(password), password])) {
      if (await Bun.password.verify(form, target).catch(() => false)) return hash !== null
    }
    return false
  })
}

/**
 * Whether a hash that this password just proved right should be made anew: with today's options, or
 * because it may be of what was typed.
 */
export function isDated(work: Work, hash: string, password: string): boolean {
  const today = `$argon2id$v=19$m=${work.passwordHashKib},t=${passes},`
  return !hash.startsWith(today) || opaque(password) !== password
}
