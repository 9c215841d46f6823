// Steps other features use to find people and show them.
import { Failure } from '../../core/failure.ts'
import type { Sql } from '../../infra/db.ts'
import type { User } from '../../protocol/accounts.ts'
import { findHidden, findUserByUserId, findUsers } from './store.ts'
import { userView } from './view.ts'

export interface Person {
  readonly id: number
  readonly userId: string
}

/** The live account behind a user_id, or `userNotFound`: also for who is leaving or was shut out. */
export async function findPerson(sql: Sql, userId: string): Promise<Person> {
  const row = await findUserByUserId(sql, userId)
  if (!row || row.is_hidden) throw new Failure('userNotFound')
  return { id: row.id, userId: row.user_id }
}

/**
 * A step of what brings people together: true when all of them can be found. Until the end of
 * the transaction none of them can leave.
 */
export async function arePresent(sql: Sql, ids: readonly number[]): Promise<boolean> {
  return (await findHidden(sql, ids)).length === 0
}

/** Profiles by account id, as anyone may see them. */
export async function findProfiles(sql: Sql, ids: readonly number[]): Promise<Map<number, User>> {
  const rows = await findUsers(sql, [...new Set(ids)])
  return new Map([...rows].map(([id, row]) => [id, userView(row)]))
}

/** What a person shows of themselves to whoever looks at them. */
export type PublicProfile = User & { readonly bio: string }

export async function findPublicProfiles(
  sql: Sql,
  ids: readonly number[],
): Promise<Map<number, PublicProfile>> {
  const rows = await findUsers(sql, [...new Set(ids)])
  return new Map([...rows].map(([id, row]) => [id, { ...userView(row), bio: row.bio }]))
}
