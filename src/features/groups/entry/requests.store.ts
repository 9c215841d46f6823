// SQL of those who ask to come into a group. Whatever becomes of a request is noted for whoever asked and for
// all who answer: by the statement that does it.
import { must } from '../../../core/assert.ts'
import type { Sql, TxSql } from '../../../infra/db.ts'
import { roles } from '../../../protocol/groups.ts'
import { noteAccounts } from '../../changes.store.ts'
import type { Wanted } from '../catchup.store.ts'
import { isOver, status } from '../members.store.ts'

export interface RequestRow {
  id: number
  conversation_id: number
  group_id: string
  user_id: number
  message: string
  status: number
  created_at: Date
  updated_at: Date
}

/** Part of a statement that has `closed`: requests by their number, with the group and whoever asked. */
export const noteClosed = (sql: Sql) => sql`
  noted as (${noteAccounts(
    sql,
    'join',
    sql`
      select user_id, id from closed
      union all select m.user_id, closed.id from closed
        join conversation_members m on m.conversation_id = closed.conversation_id
          and m.left_at is null and m.role >= ${roles.admin}`,
  )})`

/** Those that wait there are another's to answer, or nobody's, or have come to nothing. */
export async function noteRequests(
  sql: TxSql,
  conversation: number,
  whose: 'everybody' | number,
): Promise<void> {
  const closed = sql`
    select id, conversation_id, user_id from group_requests
    where conversation_id = ${conversation} and status = 0`
  if (whose === 'everybody') {
    await sql`with closed as (${closed}), ${noteClosed(sql)} select`
  } else {
    await noteAccounts(sql, 'join', sql`select ${whose}::bigint, id from (${closed}) as asked`)
  }
}

/** Who answers requests there. */
export async function listAnswering(sql: Sql, conversation: number): Promise<number[]> {
  const rows = await sql<{ user_id: number }[]>`
    select user_id from conversation_members
    where conversation_id = ${conversation} and left_at is null and role >= ${roles.admin}`
  return rows.map((row) => row.user_id)
}

/** Nothing while one of theirs waits already. */
export async function insertRequest(
  sql: TxSql,
  request: { conversation: number; user: number; message: string },
): Promise<RequestRow | undefined> {
  const { conversation, user, message } = request
  const over: ReturnType<Sql> = sql`
    conversation_id = ${conversation} and user_id = ${user} and ${isOver(sql)}`
  await closeAll(sql, status.expired, over)
  const [row] = await sql<RequestRow[]>`
    with closed as (
      insert into group_requests (conversation_id, user_id, message)
      values (${conversation}, ${user}, ${message})
      on conflict (conversation_id, user_id) where status = 0 do nothing
      returning *
    ), ${noteClosed(sql)}
    select *, (select group_id from conversations where id = ${conversation}) as group_id
    from closed`
  return row
}

export async function countRequests(sql: Sql, conversation: number): Promise<number> {
  const [row] = await sql<{ count: number }[]>`
    select count(*) from group_requests where conversation_id = ${conversation} and status = 0`
  return must(row, 'a count has a row').count
}

export async function findRequest(sql: Sql, id: number): Promise<RequestRow | undefined> {
  const [row] = await sql<RequestRow[]>`
    select r.*, c.group_id from group_requests r join conversations c on c.id = r.conversation_id
    where r.id = ${id}`
  return row
}

/** Those that wait, newest first. */
export async function listRequests(
  sql: Sql,
  conversation: number,
  page: { before: number; limit: number; offset: number },
): Promise<RequestRow[]> {
  return sql<RequestRow[]>`
    select r.*, c.group_id from group_requests r join conversations c on c.id = r.conversation_id
    where r.conversation_id = ${conversation} and status = 0 and not ${isOver(sql, sql`r.created_at`)}
      and r.id < ${page.before}
    order by r.id desc limit ${page.limit} offset ${page.offset}`
}

/** Nothing when it no longer waits. */
export async function closeRequest(
  sql: TxSql,
  id: number,
  to: number,
): Promise<RequestRow | undefined> {
  const [row] = await sql<RequestRow[]>`
    with closed as (
      update group_requests r set status = ${to}, updated_at = now()
      where r.id = ${id} and status = 0 and not ${isOver(sql, sql`r.created_at`)}
      returning r.*
    ), ${noteClosed(sql)}
    select closed.*, c.group_id from closed join conversations c on c.id = closed.conversation_id`
  return row
}

/** Whoever came in another way, or is kept out, asks no more. Whether one of theirs had waited. */
export async function closeRequestsOf(
  sql: TxSql,
  conversation: number,
  users: readonly number[],
  to: number,
): Promise<boolean> {
  const theirs: ReturnType<Sql> = sql`
    conversation_id = ${conversation} and user_id = any(${[...users]}::bigint[]) and status = 0`
  return (await closeAll(sql, to, theirs)) > 0
}

async function closeAll(sql: TxSql, to: number, which: ReturnType<Sql>): Promise<number> {
  const rows = await sql`
    with closed as (
      update group_requests set status = ${to}, updated_at = now()
      where ${which} returning id, conversation_id, user_id
    ), ${noteClosed(sql)}
    select from closed`
  return rows.count
}

/** For sync: those that wait, of somebody's own and of the groups where they answer; by rising number. */
export function findRequests(sql: Sql, viewer: number, wanted: Wanted): Promise<RequestRow[]> {
  const [isWanted, limit] =
    'ids' in wanted
      ? [sql`r.id = any(${[...wanted.ids]}::bigint[])`, sql``]
      : [sql`r.id > ${wanted.after}`, sql`limit ${wanted.limit}`]
  return sql<RequestRow[]>`
    with seen as (
      select r.* from group_requests r
      where r.user_id = ${viewer} and r.status = 0 and ${isWanted}
      union all
      select r.* from conversation_members m
        join group_requests r on r.conversation_id = m.conversation_id and r.status = 0
      where m.user_id = ${viewer} and not m.is_direct and m.left_at is null
        and m.role >= ${roles.admin} and ${isWanted}
    )
    select r.*, c.group_id from seen r join conversations c on c.id = r.conversation_id
    where c.is_open and not ${isOver(sql, sql`r.created_at`)}
    order by r.id ${limit}`
}
