// SQL of people who leave and come back.
import type { Sql } from '../../infra/db.ts'
import { status, type RequestRow } from './store.ts'

/** What somebody asked is withdrawn, what they were asked has expired. */
export async function settleAllOf(sql: Sql, user: number, now: Date): Promise<void> {
  await sql`
    update friend_requests
    set status = case when from_id = ${user} then ${status.withdrawn}::smallint
        else ${status.expired}::smallint end,
      updated_at = ${now}
    where status = 0 and (from_id = ${user} or to_id = ${user})`
}

/** Friends who are there themselves and between whom and the user nobody has blocked anybody. */
export async function findWritable(sql: Sql, user: number): Promise<number[]> {
  const rows = await sql<{ friend_id: number }[]>`
    select f.friend_id
    from friends f join users u on u.id = f.friend_id
    where f.user_id = ${user} and u.deletes_at is null and u.deleted_at is null
      and not exists (
        select from blocks b
        where (b.user_id = ${user} and b.blocked_id = f.friend_id)
          or (b.user_id = f.friend_id and b.blocked_id = ${user}))`
  return rows.map((row) => row.friend_id)
}

/** Of each kind at most `rows`, whoever of the two it belongs to. */
export async function deleteSomeOf(sql: Sql, user: number, rows: number): Promise<number> {
  const friends = await sql`
    delete from friends where id in (
      select id from friends where user_id = ${user} or friend_id = ${user} limit ${rows})`
  const requests = await sql`
    delete from friend_requests where id in (
      select id from friend_requests where from_id = ${user} or to_id = ${user} limit ${rows})`
  const blocks = await sql`
    delete from blocks where id in (
      select id from blocks where user_id = ${user} or blocked_id = ${user} limit ${rows})`
  return friends.count + requests.count + blocks.count
}

/** Pages for the export, by rising id. */
export async function pageFriends(sql: Sql, user: number, after: number, limit: number) {
  return sql<{ id: number; friend: string; remark: string; created_at: Date }[]>`
    select f.id, u.user_id as friend, f.remark, f.created_at
    from friends f join users u on u.id = f.friend_id
    where f.user_id = ${user} and f.id > ${after}
    order by f.id limit ${limit}`
}

export interface NamedRequest extends RequestRow {
  from_name: string
  to_name: string
}

export async function pageRequests(sql: Sql, user: number, after: number, limit: number) {
  return sql<NamedRequest[]>`
    select r.*, f.user_id as from_name, t.user_id as to_name
    from friend_requests r join users f on f.id = r.from_id join users t on t.id = r.to_id
    where (r.from_id = ${user} or r.to_id = ${user}) and r.id > ${after}
    order by r.id limit ${limit}`
}

export async function pageBlocks(sql: Sql, user: number, after: number, limit: number) {
  return sql<{ id: number; blocked: string; created_at: Date }[]>`
    select b.id, u.user_id as blocked, b.created_at
    from blocks b join users u on u.id = b.blocked_id
    where b.user_id = ${user} and b.id > ${after}
    order by b.id limit ${limit}`
}
