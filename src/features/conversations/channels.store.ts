// SQL of channels: what a node asks about the sockets it holds.
import type { Sql } from '../../infra/db.ts'

export interface InChannel {
  user_id: number
  conversation_id: number
}

/** The channels that these people are in. */
export async function listChannelsOf(sql: Sql, users: readonly number[]): Promise<InChannel[]> {
  return sql<InChannel[]>`
    select user_id, conversation_id from conversation_members
    where user_id = any(${[...users]}::bigint[]) and in_channel and left_at is null`
}

export interface HeadRow {
  last_seq: number
  /** The newest seq that was said longer ago than this. */
  settled_seq: number
  /** Null in the one row that says that none of them is in it. */
  user_id: number | null
  sees_after: number | null
}

/** Who of these is in a conversation, and where it stands: all as of one moment. */
export async function findInChannel(
  sql: Sql,
  conversation: number,
  users: readonly number[],
  recentMs: number,
): Promise<HeadRow[]> {
  return sql<HeadRow[]>`
    select c.last_seq, m.user_id, m.sees_after, coalesce((
        select seq from messages
        where conversation_id = c.id
          and created_at < now() - ${recentMs / 1000} * interval '1 second'
        order by seq desc limit 1), 0) as settled_seq
    from conversations c
      left join conversation_members m on m.conversation_id = c.id and m.left_at is null
        and m.user_id = any(${[...users]}::bigint[])
    where c.id = ${conversation}`
}

/** The same of people by name; null for whoever is not in it. */
export async function findNamedInChannel(
  sql: Sql,
  conversation: number,
  names: readonly string[],
): Promise<{ user_id: number; sees_after: number | null }[]> {
  return sql<{ user_id: number; sees_after: number | null }[]>`
    select u.id as user_id, m.sees_after
    from users u
      left join conversation_members m on m.conversation_id = ${conversation} and m.user_id = u.id
        and m.left_at is null
    where lower(u.user_id) = any(${names.map((name) => name.toLowerCase())}::text[])`
}

export async function listHeads(
  sql: Sql,
  conversations: readonly number[],
): Promise<{ id: number; last_seq: number }[]> {
  return sql<{ id: number; last_seq: number }[]>`
    select id, last_seq from conversations where id = any(${[...conversations]}::bigint[])`
}
