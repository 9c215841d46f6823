// SQL of friendships, and the lock on two people.
import type { Sql, TxSql } from '../../infra/db.ts'
import { noteAccounts } from '../changes.store.ts'
import { statusOf } from '../people/sight.sql.ts'
import type { StatusRow } from '../people/status.ts'
import { showPresence } from '../settings/sight.sql.ts'
import { areFriends } from './sight.sql.ts'

/** A lock on the pair, held to the end of the transaction: two people may ask at one moment. */
export async function lockPair(sql: TxSql, a: number, b: number): Promise<void> {
  const key = `friends ${Math.min(a, b)} ${Math.max(a, b)}`
  await sql`select pg_advisory_xact_lock(hashtextextended(${key}, 0))`
}

export async function findFriendship(sql: Sql, a: number, b: number): Promise<boolean> {
  const rows = await sql`select 1 from friends where user_id = ${a} and friend_id = ${b}`
  return rows.length > 0
}

export async function insertFriendship(sql: TxSql, a: number, b: number, now: Date): Promise<void> {
  await sql`
    insert into friends (user_id, friend_id, created_at, updated_at)
    values (${a}, ${b}, ${now}, ${now}), (${b}, ${a}, ${now}, ${now})
    on conflict do nothing`
}

/** True when there was a friendship to end. */
export async function deleteFriendship(sql: TxSql, a: number, b: number): Promise<boolean> {
  const rows = await sql`
    delete from friends
    where (user_id = ${a} and friend_id = ${b}) or (user_id = ${b} and friend_id = ${a})
    returning id`
  return rows.length > 0
}

/** These, or so many after one. */
export type Wanted =
  { readonly ids: readonly number[] } | { readonly after: number; readonly limit: number }

export const fits = (sql: Sql, column: ReturnType<Sql>, wanted: Wanted) =>
  'ids' in wanted
    ? sql`${column} = any(${[...wanted.ids]}::bigint[]) order by ${column}`
    : sql`${column} > ${wanted.after} order by ${column} limit ${wanted.limit}`

export interface FriendRow {
  id: number
  user_id: number
  friend_id: number
  remark: string
  created_at: Date
  updated_at: Date
  status: StatusRow | null
}

/** Of friendships `f`. */
export const columns = (sql: Sql, now: Date) => sql`
  f.*, ${statusOf(sql, sql`f.friend_id`, now)} as status`

export async function listFriends(sql: Sql, user: number, now: Date): Promise<FriendRow[]> {
  return sql<FriendRow[]>`
    select ${columns(sql, now)} from friends f where f.user_id = ${user} order by f.id`
}

export async function countFriends(sql: Sql, user: number): Promise<number> {
  const [row] = await sql<{ count: number }[]>`
    select count(*) from friends where user_id = ${user}`
  return row?.count ?? 0
}

/** Which of these names are friends' or one's own. Disabled ones too: they stay in the list. */
export async function findOwn(
  sql: Sql,
  user: number,
  userIds: readonly string[],
): Promise<{ id: number; user_id: string }[]> {
  const names = userIds.map((each) => each.toLowerCase())
  return sql`
    select u.id, u.user_id from users u
    where lower(u.user_id) = any(${names})
      and (u.id = ${user} or ${areFriends(sql, user, sql`u.id`)})`
}

/** What somebody who watches another is shown. */
export interface SightRow {
  /** That they are there. */
  is_seen: boolean
  status: StatusRow | null
}

/** The same, and what they show of themselves. */
export async function findWatched(
  sql: Sql,
  user: number,
  userIds: readonly string[],
  now: Date,
): Promise<({ id: number; user_id: string } & SightRow)[]> {
  const names = userIds.map((each) => each.toLowerCase())
  return sql`
    select u.id, u.user_id, u.id = ${user} or ${showPresence(sql, user, sql`u.id`)} as is_seen,
      ${statusOf(sql, sql`u.id`, now)} as status
    from users u
    where lower(u.user_id) = any(${names})
      and (u.id = ${user} or ${areFriends(sql, user, sql`u.id`)})`
}

/** Of each pair, in their order: what the first is shown of the second, friends or one and the same. */
export async function findSights(
  sql: Sql,
  pairs: readonly (readonly [number, number])[],
  now: Date,
): Promise<SightRow[]> {
  return sql<SightRow[]>`
    select t.one = t.other or a.are and ${showPresence(sql, sql`t.one`, sql`t.other`)} as is_seen,
      case when t.one = t.other or a.are then ${statusOf(sql, sql`t.other`, now)} end as status
    from unnest(
        ${pairs.map(([one]) => one)}::bigint[],
        ${pairs.map(([, other]) => other)}::bigint[]) with ordinality as t (one, other, n)
      cross join lateral (select ${areFriends(sql, sql`t.one`, sql`t.other`)} as are) a
    order by t.n`
}

export async function updateRemark(
  sql: TxSql,
  user: number,
  friend: string,
  remark: string,
  now: Date,
): Promise<(FriendRow & { was: string }) | undefined> {
  const [row] = await sql<(FriendRow & { was: string })[]>`
    with o as materialized (
      select mine.id, mine.remark from friends mine join users u on u.id = mine.friend_id
      where mine.user_id = ${user} and lower(u.user_id) = lower(${friend})
      for update of mine
    )
    update friends f set remark = ${remark}, updated_at = ${now}
    from o where f.id = o.id
    returning ${columns(sql, now)}, o.remark as was`
  return row
}

/** Friendships of one person, both halves of each at once. Answers how many rows went. */
export async function deleteFriendships(sql: Sql, user: number, rows: number): Promise<number> {
  const [row] = await sql<{ count: number }[]>`
    with mine as (
      select friend_id from friends where user_id = ${user} order by friend_id
      limit ${Math.max(1, Math.floor(rows / 2))}
    ), gone as (
      delete from friends f using mine m
      where (f.user_id = ${user} and f.friend_id = m.friend_id)
        or (f.user_id = m.friend_id and f.friend_id = ${user})
      returning f.user_id, f.friend_id
    ), noted as (${noteAccounts(
      sql,
      'friend',
      sql`select user_id, friend_id from gone where friend_id = ${user}`,
    )})
    select count(*) from gone`
  return row?.count ?? 0
}

/** For the export: one's own side of each friendship. */
export async function pageFriends(
  sql: Sql,
  user: number,
  after: number,
  limit: number,
): Promise<{ id: number; friend: string; remark: string; created_at: Date }[]> {
  return sql`
    select f.id, u.user_id as friend, f.remark, f.created_at
    from friends f join users u on u.id = f.friend_id
    where f.user_id = ${user} and f.id > ${after}
    order by f.id limit ${limit}`
}
