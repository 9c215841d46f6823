// SQL of friends and requests for sync: some by number, or all by rising number.
import type { Sql } from '../../infra/db.ts'
import { columns, type RequestRow } from './requests.store.ts'
import { columns as friendColumns, fits, type FriendRow, type Wanted } from './store.ts'

/** By the friend's account. */
export function findFriends(
  sql: Sql,
  user: number,
  wanted: Wanted,
  now: Date,
): Promise<FriendRow[]> {
  return sql<FriendRow[]>`
    select ${friendColumns(sql, now)} from friends f
    where f.user_id = ${user} and ${fits(sql, sql`f.friend_id`, wanted)}`
}

/** By both; by the request. */
export function findRequests(
  sql: Sql,
  user: number,
  wanted: Wanted,
  now: Date,
): Promise<RequestRow[]> {
  return sql<RequestRow[]>`
    select ${columns(sql, now)} from friend_requests
    where (from_id = ${user} or to_id = ${user}) and ${fits(sql, sql`id`, wanted)}`
}
