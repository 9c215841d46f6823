// SQL of what people have deleted for themselves. That it is there no more for them, the statements that
// show messages ask by `isDeleted`.
import { isForThem } from '../conversations/sight.sql.ts'
import type { Sql, TxSql } from '../../infra/db.ts'

export interface DeletedRow {
  message_id: number
  conversation_id: number
  seq: number
}

/** Nothing when there is none that is for this person; `is_new`: it was there for them until now. */
export async function deleteFor(
  sql: TxSql,
  { user, message, now }: { user: number; message: number; now: Date },
): Promise<(DeletedRow & { is_new: boolean }) | undefined> {
  const [row] = await sql<(DeletedRow & { is_new: boolean })[]>`
    with seen as (
      select x.id as message_id, x.conversation_id, x.seq
      from messages x
        join conversation_members m on m.conversation_id = x.conversation_id and m.user_id = ${user}
      where x.id = ${message} and ${isForThem(sql, sql`m`, sql`x.seq`)}
      for key share of x
    ), made as (
      insert into message_deletions (user_id, conversation_id, seq, message_id, deleted_at)
      select ${user}, conversation_id, seq, message_id, ${now} from seen
      on conflict do nothing returning 1
    )
    select seen.*, exists (select from made) as is_new from seen`
  return row
}

/** Of these messages those that somebody has deleted. */
export async function findDeleted(
  sql: Sql,
  user: number,
  messages: readonly number[],
): Promise<DeletedRow[]> {
  return sql<DeletedRow[]>`
    select message_id, conversation_id, seq from message_deletions
    where message_id = any(${[...messages]}::bigint[]) and user_id = ${user}`
}

/** Those of these people who have deleted a message. */
export async function findDeleters(
  sql: Sql,
  message: number,
  users: readonly number[],
): Promise<number[]> {
  const rows = await sql<{ user_id: number }[]>`
    select user_id from message_deletions
    where message_id = ${message} and user_id = any(${[...users]}::bigint[])`
  return rows.map((row) => row.user_id)
}

/**
 * How many deleted ones, and how many that burned, lie among the newest, where `left` of those that are there
 * are passed over. Above the n-th that is gone stand as many as there are seqs, without the n - 1 before it.
 */
export async function countDeletedAmong(
  sql: Sql,
  user: number,
  conversation: number,
  { last, left }: { last: number; left: number },
): Promise<number> {
  const [row] = await sql<{ count: number }[]>`
    select count(*) from (
      select ${last}::bigint - seq - row_number() over (order by seq desc) + 1 as above
      from (
        select seq from message_deletions
        where user_id = ${user} and conversation_id = ${conversation}
        union all
        select seq from burned_messages where conversation_id = ${conversation}) there_no_more) gone
    where above < ${left}::bigint`
  return row?.count ?? 0
}

/** At most so many of one person's; answers how many it were. */
export async function eraseDeletions(sql: Sql, user: number, rows: number): Promise<number> {
  const gone = await sql`
    delete from message_deletions where (user_id, conversation_id, seq) in (
      select user_id, conversation_id, seq from message_deletions
      where user_id = ${user} limit ${rows})`
  return gone.count
}
