// SQL of friend requests. One that waited too long counts as expired from that moment on, whether
// or not the sweeper has come by: every statement is told what time it is.
import { must } from '../../core/assert.ts'
import { noteAccounts } from '../changes.store.ts'
import { limits } from './limits.ts'
import type { Sql, TxSql } from '../../infra/db.ts'
import { areFellows } from '../conversations/sight.sql.ts'
import { takesNoRequests } from '../settings/sight.sql.ts'
import { mayFind } from './sight.sql.ts'

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

export type Closed = Pick<RequestRow, 'id' | 'from_id' | 'to_id'>

/** Who asked, or who was asked. */
export type Side = 'from' | 'to'

const column = (sql: Sql, side: Side) => (side === 'from' ? sql`from_id` : sql`to_id`)

const life = (sql: Sql) => sql`${limits.friends.requestLifeMs / 1000} * interval '1 second'`

/** Requests made before this moment wait no longer. */
export const cutoff = (now: Date) => new Date(now.getTime() - limits.friends.requestLifeMs)

const waits = (sql: Sql, now: Date) => sql`status = 0 and created_at > ${cutoff(now)}`

const isOver = (sql: Sql, now: Date) => sql`status = 0 and created_at <= ${cutoff(now)}`

const between = (sql: Sql, a: number, b: number) => sql`
  least(from_id, to_id) = least(${a}::bigint, ${b}::bigint)
    and greatest(from_id, to_id) = greatest(${a}::bigint, ${b}::bigint)`

/** The same before the sweeper has come by and after. */
export const columns = (sql: Sql, now: Date) => sql`
  id, from_id, to_id, message, created_at,
  case when ${isOver(sql, now)} then ${status.expired} else status end as status,
  case when ${isOver(sql, now)} then created_at + ${life(sql)} else updated_at end as updated_at`

export async function findWaiting(
  sql: Sql,
  a: number,
  b: number,
  now: Date,
): Promise<RequestRow | undefined> {
  const [row] = await sql<RequestRow[]>`
    select * from friend_requests where ${between(sql, a, b)} and ${waits(sql, now)}`
  return row
}

export async function countWaiting(sql: Sql, side: Side, user: number, now: Date): Promise<number> {
  const [row] = await sql<{ count: number }[]>`
    select count(*) from friend_requests where ${column(sql, side)} = ${user}
      and ${waits(sql, now)}`
  return row?.count ?? 0
}

/**
 * No row where they are not to be found for whoever asks, or take no requests. In a group together they see
 * each other.
 */
export async function insertRequest(
  sql: TxSql,
  request: { from: number; to: number; message: string; now: Date },
): Promise<{ row: RequestRow | undefined; isFound: boolean }> {
  const { from, to, message, now } = request
  const [made] = await sql<(RequestRow & { is_found: boolean })[]>`
    with asked as materialized (
      select case when ${mayFind(sql, sql`${from}::bigint`, to)} then true
          else ${areFellows(sql, from, to)} end as is_found,
        not ${takesNoRequests(sql, to)} as is_open
    ), made as (
      insert into friend_requests (from_id, to_id, message, created_at, updated_at)
      select ${from}, ${to}, ${message}, ${now}, ${now} from asked where is_found and is_open
      returning *
    )
    select made.*, asked.is_found from asked left join made on true`
  const { is_found: isFound, ...row } = must(made, 'somebody was asked')
  // Of what was not made all is null.
  const isMade = (row.id as number | null) !== null
  return { row: isMade ? row : undefined, isFound }
}

export async function findRequest(
  sql: Sql,
  id: number,
  now: Date,
): Promise<RequestRow | undefined> {
  const [row] = await sql<RequestRow[]>`
    select ${columns(sql, now)} from friend_requests where id = ${id}`
  return row
}

/** Answers a waiting request; nothing when it no longer waits. */
export async function closeRequest(
  sql: TxSql,
  id: number,
  to: number,
  now: Date,
): Promise<RequestRow | undefined> {
  const [row] = await sql<RequestRow[]>`
    update friend_requests set status = ${to}, updated_at = ${now}
    where id = ${id} and ${waits(sql, now)}
    returning *`
  return row
}

/** What waits between two people ends with a block: the blocker's as withdrawn, else rejected. */
export async function dropWaiting(
  sql: TxSql,
  by: number,
  other: number,
  now: Date,
): Promise<Closed[]> {
  await expireBetween(sql, by, other, now)
  return sql`
    update friend_requests set updated_at = ${now},
      status = case when from_id = ${by} then ${status.withdrawn}::int else ${status.rejected}::int end
    where ${between(sql, by, other)} and status = 0
    returning id, from_id, to_id`
}

/** Makes room for a new request: only one may be written down as waiting. */
export async function expireBetween(sql: TxSql, a: number, b: number, now: Date): Promise<void> {
  await sql`
    update friend_requests set status = ${status.expired}, updated_at = created_at + ${life(sql)}
    where ${between(sql, a, b)} and ${isOver(sql, now)}`
}

/** To both; nothing to the one who is erased. */
const noteRequests = (sql: Sql, rows: ReturnType<Sql>, erased = 0) =>
  noteAccounts(
    sql,
    'request',
    sql`select side, id from ${rows} cross join unnest(array[from_id, to_id]) as side
      where side <> ${erased}`,
  )

/** For the sweeper: writes down what has expired. Several sweepers share the work. */
export async function expireSome(sql: Sql, now: Date, rows: number): Promise<number> {
  const [row] = await sql<{ count: number }[]>`
    with expired as (
      update friend_requests set status = ${status.expired}, updated_at = created_at + ${life(sql)}
      where id in (
        select id from friend_requests where ${isOver(sql, now)}
        order by created_at limit ${rows} for update skip locked)
      returning id, from_id, to_id
    ), noted as (${noteRequests(sql, sql`expired`)})
    select count(*) from expired`
  return row?.count ?? 0
}

/** Newest first. `wanted`: a status, or -1 for all. */
export async function listRequests(
  sql: Sql,
  side: Side,
  user: number,
  wanted: number,
  now: Date,
): Promise<RequestRow[]> {
  return sql<RequestRow[]>`
    select ${columns(sql, now)} from friend_requests
    where ${column(sql, side)} = ${user} and ${fits(sql, wanted, now)}
    order by id desc limit ${limits.friends.waitingMax}`
}

function fits(sql: Sql, wanted: number, now: Date) {
  if (wanted === -1) return sql`true`
  if (wanted === status.pending) return waits(sql, now)
  if (wanted === status.expired) return sql`(status = ${wanted} or (${isOver(sql, now)}))`
  return sql`status = ${wanted}`
}

export async function deleteRequests(sql: Sql, user: number, rows: number): Promise<number> {
  const [row] = await sql<{ count: number }[]>`
    with gone as (
      delete from friend_requests where id in (
        select id from friend_requests where from_id = ${user} or to_id = ${user}
        order by id limit ${rows})
      returning id, from_id, to_id
    ), noted as (${noteRequests(sql, sql`gone`, user)})
    select count(*) from gone`
  return row?.count ?? 0
}

/** For the export: requests by and to somebody as they are written down, with both names. */
export async function pageRequests(
  sql: Sql,
  user: number,
  after: number,
  limit: number,
): Promise<(RequestRow & { from_name: string; to_name: string })[]> {
  return sql`
    select r.*, a.user_id as from_name, b.user_id as to_name
    from (
      select * from friend_requests
      where (from_id = ${user} or to_id = ${user}) and id > ${after}
      order by id limit ${limit}) r
      join users a on a.id = r.from_id
      join users b on b.id = r.to_id
    order by r.id`
}
