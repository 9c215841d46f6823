// SQL of favourites. Whether somebody may read what they keep is asked each time, as history asks it.
import type { Sql, TxSql } from '../../infra/db.ts'
import { messageTypes } from '../../protocol/messages.types.ts'
import { mayRead } from '../conversations/sight.sql.ts'

export interface KeptRow {
  id: number
  message_id: number
  created_at: Date
}

/** Until the end of the transaction nothing else is kept by this person: the bound holds. */
export async function lockKept(sql: TxSql, user: number): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtext('favorites of'), ${user % 2 ** 31}::int)`
}

export interface Found {
  message_type: number
  /** Nobody had kept it for them before. */
  is_new: boolean
  /** As it is kept, now or since before; null when it cannot be, or there is no room. */
  kept: KeptRow | null
}

/** Keeps a message, unless it is kept already. Nothing when there is none that this person may read. */
export async function keepMessage(
  sql: TxSql,
  { user, message, now, max }: { user: number; message: number; now: Date; max: number },
): Promise<Found | undefined> {
  const [row] = await sql<
    (Omit<KeptRow, 'id'> & { id: number | null; message_type: number; is_new: boolean })[]
  >`
    with seen as (
      select x.id, x.conversation_id, x.seq, x.message_type
      from messages x
        join conversation_members m on m.conversation_id = x.conversation_id and m.user_id = ${user}
      where x.id = ${message} and ${mayRead(sql, sql`m`, sql`x.seq`)}
      for key share of x
    ), already as (
      select id, created_at from favorites where user_id = ${user} and message_id = ${message}
    ), made as (
      insert into favorites (user_id, message_id, conversation_id, seq, created_at)
      select ${user}, id, conversation_id, seq, ${now} from seen
      where message_type <> ${messageTypes.system} and not exists (select from already)
        and (select count(*) from favorites where user_id = ${user}) < ${max}
      returning id, created_at
    )
    select seen.message_type, exists (select from made) as is_new, kept.id,
      seen.id as message_id, kept.created_at
    from seen left join (select * from already union all select * from made) kept on true`
  if (!row) return undefined
  const { message_type, is_new, id, ...rest } = row
  return { message_type, is_new, kept: id === null ? null : { id, ...rest } }
}

/** Whether it was there. */
export async function deleteKept(sql: TxSql, user: number, message: number): Promise<boolean> {
  const gone = await sql`
    delete from favorites where user_id = ${user} and message_id = ${message}`
  return gone.count > 0
}

interface Range {
  /** An id: rows below it. */
  readonly before?: number | undefined
  readonly limit: number
  readonly offset: number
}

/**
 * What somebody keeps and may read now, kept last first, and how much that is in all. One statement says
 * both, so that they agree; a row has what it is judged by, and no message is looked up to be counted.
 */
export function selectKept(sql: Sql, user: number, range: Range) {
  return sql<(Omit<KeptRow, 'id'> & { id: number | null; total: number })[]>`
    with seen as materialized (
      select f.id, f.message_id, f.created_at
      from favorites f
        join conversation_members m
          on m.conversation_id = f.conversation_id and m.user_id = f.user_id
      where f.user_id = ${user} and ${mayRead(sql, sql`m`, sql`f.seq`)}
    )
    select counted.total, page.*
    from (select count(*) as total from seen) counted
      left join (
        select * from seen where id < ${range.before ?? Number.MAX_SAFE_INTEGER}
        order by id desc limit ${range.limit} offset ${range.offset}) page on true
    order by page.id desc`
}

export async function listKept(
  sql: Sql,
  user: number,
  range: Range,
): Promise<{ total: number; rows: KeptRow[] }> {
  const found = await selectKept(sql, user, range)
  const rows = found.flatMap(({ id, message_id, created_at }) =>
    id === null ? [] : [{ id, message_id, created_at }],
  )
  return { total: found[0]?.total ?? 0, rows }
}

/** What somebody keeps of these messages and may read now, by message. */
export function findKept(sql: Sql, user: number, messages: readonly number[]): Promise<KeptRow[]> {
  return readable(
    sql,
    user,
    sql`f.message_id = any(${[...messages]}::bigint[]) order by f.message_id`,
  )
}

/** All of it, by rising message. */
export function pageByMessage(
  sql: Sql,
  user: number,
  { after, limit }: { readonly after: number; readonly limit: number },
): Promise<KeptRow[]> {
  return readable(sql, user, sql`f.message_id > ${after} order by f.message_id limit ${limit}`)
}

/** Of each of these conversations the first ones after a message. */
export function pageInEach(
  sql: Sql,
  user: number,
  ranges: readonly { readonly id: number; readonly after: number }[],
  limit: number,
): Promise<KeptRow[]> {
  const first: ReturnType<Sql> = sql`
    f.conversation_id = t.id and f.message_id > t.after order by f.message_id limit ${limit}`
  return sql<KeptRow[]>`
    select f.* from unnest(
        ${ranges.map(({ id }) => id)}::bigint[],
        ${ranges.map(({ after }) => after)}::bigint[]) as t (id, after)
      cross join lateral (${readable(sql, user, first)}) f`
}

const readable = (sql: Sql, user: number, which: ReturnType<Sql>) => sql<KeptRow[]>`
  select f.id, f.message_id, f.created_at
  from favorites f
    join conversation_members m on m.conversation_id = f.conversation_id and m.user_id = f.user_id
  where f.user_id = ${user} and ${mayRead(sql, sql`m`, sql`f.seq`)} and ${which}`

/** At most so many of what somebody keeps; answers how many it were. */
export async function deleteSome(sql: Sql, user: number, rows: number): Promise<number> {
  const gone = await sql`
    delete from favorites where id in (
      select id from favorites where user_id = ${user} order by id limit ${rows})`
  return gone.count
}

/** What somebody takes along: all they keep, by rising id. */
export async function pageKept(
  sql: Sql,
  user: number,
  after: number,
  limit: number,
): Promise<(KeptRow & { conversation_id: number; seq: number })[]> {
  return sql<(KeptRow & { conversation_id: number; seq: number })[]>`
    select id, message_id, conversation_id, seq, created_at from favorites
    where user_id = ${user} and id > ${after} order by id limit ${limit}`
}
