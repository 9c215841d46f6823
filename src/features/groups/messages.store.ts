// SQL of what is said in groups: who has read it, whom it mentions, what is unread.
import type { Sql } from '../../infra/db.ts'
import { isDeleted, mayRead } from '../conversations/sight.sql.ts'
import { showReceipts } from '../settings/sight.sql.ts'

export interface SeenMessage {
  id: number
  conversation_id: number
  seq: number
  sender_id: number
  member_count: number
}

/** A message of a group that is for this member. */
export async function findSeen(
  sql: Sql,
  id: number,
  user: number,
): Promise<SeenMessage | undefined> {
  const [row] = await sql<SeenMessage[]>`
    select x.id, x.conversation_id, x.seq, x.sender_id, g.member_count
    from messages x
      join groups g on g.conversation_id = x.conversation_id
      join conversation_members m on m.conversation_id = x.conversation_id
        and m.user_id = ${user} and ${mayRead(sql, sql`m`, sql`x.seq`)}
    where x.id = ${id}`
  return row
}

/** Those whom the viewer is shown. */
const readers = (sql: Sql, viewer: number, message: SeenMessage) => sql`
  from conversation_members m
  where m.conversation_id = ${message.conversation_id} and m.left_at is null
    and m.read_seq >= ${message.seq} and m.sees_after < ${message.seq}
    and m.user_id <> ${message.sender_id} and ${showReceipts(sql, viewer, sql`m.user_id`)}`

export async function listReaders(
  sql: Sql,
  viewer: number,
  message: SeenMessage,
  limit: number,
): Promise<{ user_id: number; read_seq: number; read_at: Date | null }[]> {
  return sql`
    select m.user_id, m.read_seq, m.read_at ${readers(sql, viewer, message)}
    order by m.read_at, m.user_id limit ${limit}`
}

export async function countReaders(
  sql: Sql,
  viewer: number,
  message: SeenMessage,
): Promise<number> {
  const [row] = await sql<{ count: number }[]>`select count(*) ${readers(sql, viewer, message)}`
  return row?.count ?? 0
}

/** Of those of these groups that somebody is in. */
export async function unreadCounts(
  sql: Sql,
  user: number,
  groupIds: readonly string[],
): Promise<{ group_id: string; unread: number }[]> {
  return sql`
    select c.group_id, c.last_seq - greatest(m.read_seq, m.read_count) as unread
    from conversations c
      join conversation_members m on m.conversation_id = c.id and m.user_id = ${user}
        and m.left_at is null
    where c.kind = 2 and c.group_id = any(${[...groupIds]}::text[])`
}

/** Ids of messages that mention somebody by name, or everybody in a group of theirs; newest first. */
export async function listMentions(
  sql: Sql,
  user: number,
  before: number,
  limit: number,
): Promise<number[]> {
  const isThere = (conversation: ReturnType<Sql>, seq: ReturnType<Sql>) =>
    sql`not ${isDeleted(sql, sql`${user}`, conversation, seq)}`
  const rows = await sql<{ message_id: number }[]>`
    with mine as materialized (
      select conversation_id, sees_after from conversation_members
      where user_id = ${user} and not is_direct and left_at is null
    ), named as (
      select x.message_id
      from mentions x join mine m on m.conversation_id = x.conversation_id and m.sees_after < x.seq
      where x.user_id = ${user} and x.message_id < ${before}
        and ${isThere(sql`x.conversation_id`, sql`x.seq`)}
      order by x.message_id desc limit ${limit}
    ), all_there as (
      select x.message_id
      from mine m cross join lateral (
        select message_id from mentions
        where user_id = 0 and conversation_id = m.conversation_id and seq > m.sees_after
          and message_id < ${before} and ${isThere(sql`m.conversation_id`, sql`mentions.seq`)}
        order by seq desc limit ${limit}) x
    )
    select message_id from named union select message_id from all_there
    order by message_id desc limit ${limit}`
  return rows.map((row) => row.message_id)
}
