// SQL of people as others see them.
//
// It reads `blocks`, which features/friends writes: what a person shows depends on who looks, and
// everybody who shows people asks here. It is one direction for many viewers at once, and people
// stand below friends, so the condition of friends/sight.sql.ts neither fits nor may be used.
import type { Sql } from '../../infra/db.ts'

export interface PersonRow {
  id: number
  user_id: string
  nickname: string
  avatar: string
  bio: string
  created_at: Date
  updated_at: Date
  /** Those of the viewers whom this person has blocked. */
  kept_from: number[]
}

/** One statement: a profile never comes out newer than the blocks it is judged by. */
export function findPeople(
  sql: Sql,
  viewers: readonly number[],
  ids: readonly number[],
): Promise<PersonRow[]> {
  return sql<PersonRow[]>`
    select u.id, u.user_id, u.nickname, u.avatar, u.bio, u.created_at, u.updated_at,
      array(select b.blocked_id from blocks b
        where b.user_id = u.id and b.blocked_id = any(${[...viewers]}::bigint[])) as kept_from
    from users u where u.id = any(${[...ids]}::bigint[])`
}

export async function findNames(
  sql: Sql,
  ids: readonly number[],
): Promise<{ id: number; user_id: string }[]> {
  return sql`select id, user_id from users where id = any(${[...ids]}::bigint[])`
}
