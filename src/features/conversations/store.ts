// All SQL of conversations that changes or lists them.
import type { Sql, TxSql } from '../../infra/db.ts'
import { draft, type DraftRow } from './settings.store.ts'
import { isArchived, isIn, isMarkedUnread, isMuted, pairShowsReceipts } from './sight.sql.ts'

/** A conversation as one member sees it. */
export interface ConversationRow {
  id: number
  kind: number
  /** Of groups alone; the two people of direct ones alone. */
  group_id: string | null
  user1_id: number | null
  user2_id: number | null
  is_open: boolean
  last_seq: number
  last_message_id: number | null
  last_message_at: Date | null
  created_at: Date
  updated_at: Date
  read_seq: number
  /** What came up to it is not for this member. */
  sees_after: number
  role: number
  unread: number
  /** Of the other one in a direct conversation; 0 where the two do not show each other what they read. */
  peer_unread: number
  is_pinned: boolean
  is_muted: boolean
  is_archived: boolean
  is_marked_unread: boolean
  /** It stands in the list, even if nothing was said there. */
  is_opened: boolean
  draft: DraftRow | null
  burn_seconds: number | null
  /** Unix ms the list is ordered by. */
  list_time: number
}

/** Of two people. */
export type DirectRow = ConversationRow & { user1_id: number; user2_id: number }

export function isDirect(row: ConversationRow): row is DirectRow {
  return row.user1_id !== null && row.user2_id !== null
}

export const columns = (sql: Sql) => sql`
  c.id, c.kind, c.group_id, c.user1_id, c.user2_id, c.is_open, c.last_seq, c.last_message_id,
  c.last_message_at, c.created_at, coalesce(c.last_message_at, c.updated_at) as updated_at,
  m.read_seq, m.sees_after, m.role, ${unread(sql)} as unread,
  case when ${pairShowsReceipts(sql)} then c.last_seq - coalesce(greatest(p.read_seq, p.read_count), 0)
    else 0 end as peer_unread,
  m.is_pinned, ${isMuted(sql)} as is_muted, ${isArchived(sql)} as is_archived,
  ${isMarkedUnread(sql)} as is_marked_unread, m.opened_at is not null as is_opened,
  ${draft(sql)} as draft, c.burn_seconds, ${listTime(sql)} as list_time`

/** Messages of others after the mark of `m`: see read_count in sql/migrations/0023. */
export const unread = (sql: Sql) => sql`c.last_seq - greatest(m.read_seq, m.read_count)`

const listTime = (sql: Sql) => sql`(extract(epoch from ${listedAt(sql)}) * 1000)::bigint`

/** In whole milliseconds, as a cursor has them. */
export const listedAt = (sql: Sql) => sql`
  date_trunc('milliseconds', coalesce(c.last_message_at, m.opened_at, c.created_at))`

export const joined = (sql: Sql) => sql`
  conversation_members m
    join conversations c on c.id = m.conversation_id
    left join conversation_members p on p.conversation_id = c.id
      and p.user_id = case c.user1_id when m.user_id then c.user2_id else c.user1_id end`

export async function findConversation(
  sql: Sql,
  id: number,
  user: number,
): Promise<ConversationRow | undefined> {
  const [row] = await sql<ConversationRow[]>`
    select ${columns(sql)} from ${joined(sql)}
    where m.conversation_id = ${id} and m.user_id = ${user} and ${isIn(sql, sql`m`)}`
  return row
}

/** Those of these that somebody is in. */
export function findConversations(
  sql: Sql,
  ids: readonly number[],
  user: number,
): Promise<ConversationRow[]> {
  return sql<ConversationRow[]>`
    select ${columns(sql)} from ${joined(sql)}
    where m.conversation_id = any(${[...ids]}::bigint[]) and m.user_id = ${user}
      and m.left_at is null`
}

export async function markOpened(sql: TxSql, id: number, user: number): Promise<void> {
  await sql`
    update conversation_members set opened_at = coalesce(opened_at, now())
    where conversation_id = ${id} and user_id = ${user}`
}

export interface MoveRow {
  read_seq: number
  unread: number
  moved: boolean
  /** When it was moved, if it was. */
  read_at: Date
  /** The other one of two people, if there is one and it is for them to know. */
  peer: number | null
  /** It was marked unread until now. */
  unmarked: boolean
}

/**
 * Moves a read mark forward, never back and never past the newest message. Without `seq` up to
 * the newest. Nothing for somebody who is not a member.
 *
 * The conversation is not locked, for marks must not hold up what is said. So what is seen of it
 * may be older than the member's row, if that was waited for: `overtaken`, and then it is done
 * again, with the row held. Own words that the mark passes, and what burned, are counted only if there
 * are any, and each is passed once.
 */
export async function moveReadMark(
  sql: Sql,
  id: number,
  user: number,
  seq: number | null,
): Promise<MoveRow | undefined> {
  const [row] = await sql<(MoveRow & { overtaken: boolean })[]>`
    with seen as materialized (
      select c.last_seq, m.read_seq, m.read_count,
        case when ${pairShowsReceipts(sql)} then nullif(
          case when c.user1_id = m.user_id then c.user2_id else c.user1_id end, m.user_id) end as peer
      from conversation_members m join conversations c on c.id = m.conversation_id
      where m.conversation_id = ${id} and m.user_id = ${user}
    ), held as materialized (
      select read_seq, greatest(read_seq, read_count) as read_count, read_count as stored_count,
        settled_unread, unread_at_seq is not distinct from read_seq as was_marked
      from conversation_members
      where conversation_id = ${id} and user_id = ${user} and left_at is null
      for update
    ), target as materialized (
      select h.read_seq as was, h.read_count, h.settled_unread, h.was_marked, s.last_seq, s.peer,
        (s.read_seq, s.read_count) <> (h.read_seq, h.stored_count) as overtaken,
        greatest(h.read_seq, least(s.last_seq, coalesce(${seq}::bigint, s.last_seq))) as mark
      from seen s cross join held h
    ), counted as materialized (
      select t.mark, t.last_seq, t.settled_unread, case
          when t.mark = t.last_seq or t.read_count = t.was then t.mark
          else t.mark + t.read_count - t.was - (
            select count(*) from messages x
            where x.conversation_id = ${id} and x.seq > t.was and x.seq <= t.mark
              and x.sender_id = ${user}) - (
            select count(*) from burned_messages b
            where b.conversation_id = ${id} and b.seq > t.was and b.seq <= t.mark)
        end as read_count
      from target t where t.mark > t.was and not t.overtaken
    ), moved as (
      update conversation_members m
      set read_seq = t.mark, read_at = now(), read_count = t.read_count,
        settled_unread = case when t.settled_unread > 0 then t.last_seq - t.read_count else 0 end
      from counted t
      where m.conversation_id = ${id} and m.user_id = ${user}
      returning m.read_count, m.settled_unread
    ), lowered as (
      update unread_settlements u set unread = u.unread + m.settled_unread - t.settled_unread
      from moved m, counted t
      where u.user_id = ${user} and m.settled_unread <> t.settled_unread
    )
    select t.mark as read_seq, t.overtaken, exists (select from moved) as moved,
      now() as read_at, t.peer, t.was_marked and exists (select from moved) as unmarked,
      t.last_seq - coalesce((select read_count from moved), t.read_count) as unread
    from target t`
  return row?.overtaken ? moveReadMark(sql, id, user, seq) : row
}
