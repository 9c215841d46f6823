// The people of the laws: the owner of everything that is asked for, and everybody who may ask.
import { must } from '../../src/core/assert.ts'
import type { Context } from '../../src/context.ts'
import { hashPassword } from '../../src/features/signin/hashing.ts'
import { openSession } from '../../src/features/signin/sessions.ts'
import { findUserByUserId, type UserRow } from '../../src/features/people/store.ts'
import { insertUser } from '../../src/features/signin/accounts.store.ts'
import { makeAdmin } from '../support/admin.ts'
import type { Installation } from '../support/installation.ts'
import { password, Person } from '../support/people.ts'
import type { Asker } from './rows/access.ts'

export type Cast = Readonly<Record<Exclude<Asker, 'anonymous'>, Person>> & {
  /** Between owner and member. */
  readonly conversation: number
}

export function contextOf(app: Installation): Context {
  return must(app.nodes[0], 'an installation has a node').ctx
}

let count = 0
let hash: Promise<string> | undefined

/** A name nobody has. */
export function newName(name: string): string {
  return `${name}-${(++count).toString(36)}${Date.now().toString(36)}`.slice(0, 32)
}

/**
 * Somebody signed in, by the very steps of the use cases but without hashing: the laws need
 * hundreds of people, and hashing passwords would be all they do.
 */
export async function seat(app: Installation, name: string): Promise<Person> {
  const userId = newName(name)
  const email = `${userId}@example.com`
  const ctx = contextOf(app)
  const passwordHash = await (hash ??= hashPassword(caller, password))
  const verifiedAt = ctx.clock.now()
  const user = { userId, email, nickname: name, locale: 'en', verifiedAt, passwordHash }
  return sitDown(app, await ctx.transact((tx) => insertUser(tx.sql, user, tx.now)))
}

/** The same person by one more session. */
export async function seatAgain(app: Installation, who: Person): Promise<Person> {
  const row = await findUserByUserId(contextOf(app).sql, who.userId)
  return sitDown(app, must(row, 'an account stays'))
}

async function sitDown(app: Installation, user: UserRow): Promise<Person> {
  const ctx = contextOf(app)
  const { user_id: userId, email } = user
  const { sessionId, refreshToken } = await ctx.transact((tx) => openSession(tx, user, caller))
  const token = await ctx.tokens.sign({ userId, sessionId })
  return new Person(app.url(), userId, email, token, refreshToken, sessionId)
}

const caller = { address: '127.0.0.1', userAgent: 'laws', locale: 'en' } as const
const seated = ['stranger', 'friend', 'blocked', 'member', 'owner', 'viewer', 'operator'] as const

/** A new cast: what one law does to these people troubles no other. */
export async function gather(app: Installation): Promise<Cast> {
  const names = [...seated, 'disabled'] as const
  const found = await Promise.all(names.map(async (name) => [name, await seat(app, name)]))
  const people = Object.fromEntries(found) as Record<(typeof names)[number], Person>
  const { owner, member, friend, blocked, disabled, viewer, operator } = people
  const ended = await seatAgain(app, owner)
  const [conversation] = await Promise.all([
    owner.befriends(member),
    owner.befriends(friend),
    owner.befriends(blocked).then(() => blocks(owner, blocked)),
    owner.befriends(disabled).then(() => disable(app, disabled)),
    makeAdmin(app, viewer, 'viewer'),
    makeAdmin(app, operator, 'operator'),
    owner.does('accounts.endSession', { id: ended.sessionId }),
  ])
  return { ...people, ended, conversation }
}

async function disable(app: Installation, who: Person): Promise<void> {
  await contextOf(app).sql`update users set disabled_at = now() where user_id = ${who.userId}`
}

export async function blocks(by: Person, whom: Person): Promise<void> {
  await by.does('friends.block', { blocked_user_id: whom.userId })
}
