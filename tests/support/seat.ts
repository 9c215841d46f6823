// People who are signed up already, by the very steps of the use case but without its hashing and its mail:
// tests need thousands of people, and hashing passwords would be most of what they do.
import type { Context } from '../../src/context.ts'
import { canonicalEmail } from '../../src/features/people/policy.ts'
import { hashPassword } from '../../src/features/signin/hashing.ts'
import { openSession } from '../../src/features/signin/sessions.ts'
import { findUserByUserId, type UserRow } from '../../src/features/people/store.ts'
import { insertUser } from '../../src/features/signin/accounts.store.ts'
import { must } from '../../src/core/assert.ts'
import { password, Person } from './people.ts'

/** A node: its address, and what it works with. */
export interface Place {
  readonly url: string
  readonly ctx: Context
}

let count = 0
let hash: Promise<string> | undefined

/** A name nobody has. */
export function newName(name: string): string {
  return `${name}-${(++count).toString(36)}${Date.now().toString(36)}`.slice(0, 32)
}

/** Somebody signed in, who can sign in by everybody's password; with an address proved or not. */
export async function seat(at: Place, name: string, isProved: boolean): Promise<Person> {
  const userId = newName(name)
  const email = canonicalEmail(`${userId}@example.com`)
  const passwordHash = await (hash ??= hashPassword(at.ctx.config, caller, password))
  const verifiedAt = isProved ? at.ctx.clock.now() : null
  const user = { userId, email, nickname: name, locale: 'en', verifiedAt, passwordHash }
  return sitDown(at, await at.ctx.transact((tx) => insertUser(tx.sql, user, tx.now)))
}

/** The same person by one more session. */
export async function seatAgain(at: Place, who: Person): Promise<Person> {
  const row = await findUserByUserId(at.ctx.sql, who.userId)
  return sitDown(at, must(row, 'an account stays'))
}

async function sitDown({ url, ctx }: Place, user: UserRow): Promise<Person> {
  const { user_id: userId, email } = user
  const { sessionId, refreshToken } = await ctx.transact((tx) => openSession(tx, user, caller))
  const token = await ctx.tokens.sign({ userId, sessionId })
  return new Person(url, userId, email, token, refreshToken, sessionId)
}

const caller = { address: '127.0.0.1', userAgent: 'tests', locale: 'en' } as const
