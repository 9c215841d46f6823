// All SQL of requests and friendships.
import type { Sql } from '../../infra/db.ts'

export const status = { pending: 0, accepted: 1, rejected: 2, expired: 3, withdrawn: 4 } as const

export interface RequestRow {
  id: number
  from_id: number
  to_id: number
  message: string
  status: number
  created_at: Date
  updated_at: Date
}

/** A lock on the pair, held to the end of the transaction: two people may ask at one moment. */
export async function lockPair(sql: Sql, a: number, b: number): Promise<void> {
  const key = `friends ${Math.min(a, b)} ${Math.max(a, b)}`
  await sql`select pg_advisory_xact_lock(hashtextextended(${key}, 0))`
}

export async function areFriends(sql: Sql, a: number, b: number): Promise<boolean> {
  const rows = await sql`select 1 from friends where user_id = ${a} and friend_id = ${b}`
  return rows.length > 0
}

export async function findWaiting(sql: Sql, a: number, b: number): Promise<RequestRow | undefined> {
  const [row] = await sql<RequestRow[]>`
    select * from friend_requests
    where least(from_id, to_id) = least(${a}::bigint, ${b}::bigint)
      and greatest(from_id, to_id) = greatest(${a}::bigint, ${b}::bigint)
      and status = 0`
  return row
}

export async function insertRequest(
  sql: Sql,
  request: { from: number; to: number; message: string; now: Date },
): Promise<RequestRow> {
  const [row] = await sql<RequestRow[]>`
    insert into friend_requests (from_id, to_id, message, created_at, updated_at)
    values (${request.from}, ${request.to}, ${request.message}, ${request.now}, ${request.now})
    returning *`
  return row as RequestRow
}

export async function findRequest(sql: Sql, id: number): Promise<RequestRow | undefined> {
  const [row] = await sql<RequestRow[]>`select * from friend_requests where id = ${id}`
  return row
}

/** Answers a waiting request; nothing when it no longer waits. */
export async function settleRequest(
  sql: Sql,
  id: number,
  to: number,
  now: Date,
): Promise<RequestRow | undefined> {
  const [row] = await sql<RequestRow[]>`
    update friend_requests set status = ${to}, updated_at = ${now}
    where id = ${id} and status = 0
    returning *`
  return row
}

export async function listRequests(
  sql: Sql,
  side: 'from' | 'to',
  user: number,
  wanted: number,
): Promise<RequestRow[]> {
  return sql<RequestRow[]>`
    select * from friend_requests
    where ${side === 'from' ? sql`from_id` : sql`to_id`} = ${user}
      ${wanted === -1 ? sql`` : sql`and status = ${wanted}`}
    order by id desc limit 500`
}

export async function insertFriendship(sql: Sql, a: number, b: number, now: Date): Promise<void> {
  await sql`
    insert into friends (user_id, friend_id, created_at, updated_at)
    values (${a}, ${b}, ${now}, ${now}), (${b}, ${a}, ${now}, ${now})
    on conflict do nothing`
}

/** True when there was a friendship to end. */
export async function deleteFriendship(sql: Sql, a: number, b: number): Promise<boolean> {
  const rows = await sql`
    delete from friends
    where (user_id = ${a} and friend_id = ${b}) or (user_id = ${b} and friend_id = ${a})
    returning id`
  return rows.length > 0
}

export interface FriendRow {
  id: number
  user_id: number
  friend_id: number
  remark: string
  created_at: Date
  updated_at: Date
}

export async function listFriends(sql: Sql, user: number): Promise<FriendRow[]> {
  return sql<FriendRow[]>`select * from friends where user_id = ${user} order by id`
}
