// SQL of messages that burn. It reaches into what other features keep about a message: whatever is about
// one goes with it, in the statement that takes it.
import type { Sql, TxSql } from '../../infra/db.ts'

export interface OverRow {
  message_id: number
  conversation_id: number
}

/** What is over, the earliest first. */
export function findOver(sql: Sql, now: Date, limit: number): Promise<OverRow[]> {
  return sql<OverRow[]>`
    select message_id, conversation_id from message_ends where expires_at <= ${now}
    order by expires_at, message_id limit ${limit}`
}

export interface BurnedRow {
  id: number
  seq: number
  sender_id: number
}

/**
 * Those of these that are there still, by rising seq. Their conversation is locked. What they said before,
 * reactions, favourites, deletions and the end itself go by their references.
 */
export async function burnMessages(
  sql: TxSql,
  ids: readonly number[],
  now: Date,
): Promise<BurnedRow[]> {
  const rows = await sql<BurnedRow[]>`
    with gone as (
      delete from messages where id = any(${[...ids]}::bigint[])
      returning id, conversation_id, seq, sender_id, client_msg_id, created_at, at_users
    ), remembered as (
      insert into burned_messages
        (conversation_id, seq, message_id, sender_id, client_msg_id, said_at, burned_at)
      select conversation_id, seq, id, sender_id, client_msg_id, created_at, ${now} from gone
    ), forgotten as (
      delete from mentions x using gone
      where x.message_id = gone.id and x.user_id = any(gone.at_users)
    ), unpinned as (
      delete from group_pins x using gone
      where x.conversation_id = gone.conversation_id and x.message_id = gone.id
    ), unchanged as (
      delete from message_changes x using gone
      where x.conversation_id = gone.conversation_id and x.message_id = gone.id
    )
    select id, seq, sender_id from gone`
  return rows.toSorted((a, b) => a.seq - b.seq)
}
