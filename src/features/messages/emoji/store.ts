// SQL of the emoji that people react with.
import type { Sql, TxSql } from '../../../infra/db.ts'
import { changedNow } from '../store.ts'
import type { Tally } from './emoji.ts'

/** False when it was there. */
export async function insertReaction(
  sql: TxSql,
  message: number,
  user: number,
  emoji: string,
): Promise<boolean> {
  const { count } = await sql`
    insert into message_reactions (message_id, user_id, emoji, created_at)
    values (${message}, ${user}, ${emoji}, now()) on conflict do nothing`
  return count > 0
}

/** False when it was not there. */
export async function deleteReaction(
  sql: TxSql,
  message: number,
  user: number,
  emoji: string,
): Promise<boolean> {
  const { count } = await sql`
    delete from message_reactions
    where message_id = ${message} and user_id = ${user} and emoji = ${emoji}`
  return count > 0
}

/** For whoever has locked the message. */
export async function writeTally(sql: TxSql, message: number, tally: Tally): Promise<void> {
  const value = tally.length === 0 ? null : sql.json(tally as [string, number][])
  await sql`
    update messages set reactions = ${value}, reacted_at = ${changedNow(sql)} where id = ${message}`
}

/** Which of these messages somebody has reacted to, and how. */
export function findOwn(
  sql: Sql,
  user: number,
  messages: readonly number[],
): Promise<{ message_id: number; emoji: string }[]> {
  return sql`
    select message_id, emoji from message_reactions
    where user_id = ${user} and message_id = any(${[...messages]}::bigint[])`
}

export interface ReactionRow {
  user_id: number
  emoji: string
  created_at: Date
  /** Microseconds. */
  at: number
}

export interface ReactionPosition {
  readonly at: number
  readonly user: number
  readonly emoji: string
}

/** Who has reacted to a message, in order; those of one moment by account, then by emoji. */
export function listReactions(
  sql: Sql,
  message: number,
  wanted: { emoji: string | null; after: ReactionPosition | null; limit: number },
): Promise<ReactionRow[]> {
  const { emoji, after, limit } = wanted
  return sql<ReactionRow[]>`
    select user_id, emoji, created_at, (extract(epoch from created_at) * 1000000)::bigint as at
    from message_reactions
    where message_id = ${message} ${emoji === null ? sql`` : sql`and emoji = ${emoji}`}
      ${
        after === null
          ? sql``
          : sql`and (created_at, user_id, emoji) > (
              timestamptz 'epoch' + ${after.at}::bigint * interval '1 microsecond',
              ${after.user}::bigint, ${after.emoji}::text)`
      }
    order by created_at, user_id, emoji limit ${limit}`
}

/**
 * Takes somebody's away, of at most so many messages, and from the counts what they were there. The counts
 * are taken from the row as it is when it is locked. No event tells of it, so it is noted here for devices
 * that catch up.
 */
export async function deleteReactionsOf(sql: Sql, user: number, rows: number): Promise<number> {
  const [row] = await sql<{ count: number }[]>`
    with gone as (
      delete from message_reactions where (message_id, user_id, emoji) in (
        select message_id, user_id, emoji from message_reactions
        where user_id = ${user} order by message_id limit ${rows})
      returning message_id, emoji
    ), counted as (
      update messages m set reacted_at = ${changedNow(sql)}, reactions = (
        select jsonb_agg(jsonb_build_array(t.entry -> 0, (t.entry ->> 1)::bigint - t.less) order by t.n)
        from (
          select e.entry, e.n, (
              select count(*) from gone g
              where g.message_id = m.id and g.emoji = e.entry ->> 0) as less
          from jsonb_array_elements(m.reactions) with ordinality as e (entry, n)) t
        where (t.entry ->> 1)::bigint > t.less)
      where m.id in (select message_id from gone)
      returning m.conversation_id, m.id
    ), noted as (
      insert into message_changes (conversation_id, message_id)
      select conversation_id, id from counted
      on conflict (conversation_id, message_id)
        do update set xid = pg_current_xact_id(), changed_at = now()
    )
    select count(*) from gone`
  return row?.count ?? 0
}

/** What somebody takes along: by message, all of one. */
export async function pageReactionsOf(
  sql: Sql,
  user: number,
  after: number,
  limit: number,
): Promise<{ message_id: number; emoji: string; created_at: Date }[]> {
  return sql`
    select message_id, emoji, created_at from message_reactions
    where user_id = ${user} and message_id > ${after}
    order by message_id fetch first ${limit} rows with ties`
}
