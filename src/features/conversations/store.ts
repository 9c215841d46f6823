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
  /** Unix ms the list is ordered by. */
  list_time: number
}

/** Of two people. */
export type DirectRow = ConversationRow & { user1_id: number; user2_id: number }

export function isDirect(row: ConversationRow): row is DirectRow {
  return row.user1_id !== null && row.user2_id !== null
}

const columns = (sql: Sql) => sql`
  c.id, c.kind, c.group_id, c.user1_id, c.user2_id, c.is_open, c.last_seq, c.last_message_id,
  c.last_message_at, c.created_at, coalesce(c.last_message_at, c.updated_at) as updated_at,
  m.read_seq, m.sees_after, m.role, ${unread(sql)} as unread,
  case when ${pairShowsReceipts(sql)} then c.last_seq - coalesce(greatest(p.read_seq, p.read_count), 0)
    else 0 end as peer_unread,
  m.is_pinned, ${isMuted(sql)} as is_muted, ${isArchived(sql)} as is_archived,
  ${isMarkedUnread(sql)} as is_marked_unread, m.opened_at is not null as is_opened,
  ${draft(sql)} as draft, ${listTime(sql)} as list_time`

/** Messages of others after the mark of `m`: see read_count in sql/migrations/0023. */
export const unread = (sql: Sql) => sql`c.last_seq - greatest(m.read_seq, m.read_count)`

const listTime = (sql: Sql) => sql`(extract(epoch from ${listedAt(sql)}) * 1000)::bigint`

/** In whole milliseconds, as a cursor has them; cheap, for it is asked of every conversation. */
const listedAt = (sql: Sql) => sql`
  date_trunc('milliseconds', coalesce(c.last_message_at, m.opened_at, c.created_at))`

const joined = (sql: Sql) => sql`
  conversation_members m
    join conversations c on c.id = m.conversation_id
    left join conversation_members p on c.kind = 1 and p.conversation_id = c.id
      and p.user_id <> m.user_id`

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

/** Where a page begins: after this pinned flag, time and id. */
export interface ListPosition {
  pinned: boolean
  at: Date
  id: number
}

/**
 * Pinned first, then by last activity; direct ones without a word only once they were opened. The
 * order needs a look at every conversation of a person; what else is shown is joined to the page.
 * They are looked up as one array: one walk over the index, where a join makes one for each.
 */
export function listConversations(
  sql: Sql,
  user: number,
  page: {
    kinds: readonly number[]
    /** Null: those in the archive and those that are not. */
    archived: boolean | null
    limit: number
    offset: number
    after: ListPosition | null
  },
) {
  const after = page.after
  return sql<ConversationRow[]>`
    with mine as materialized (
      select conversation_id, is_pinned, opened_at, archived_seq, is_muted, quiet_until
      from conversation_members
      where user_id = ${user} and left_at is null
    ), page as materialized (
      select m.conversation_id, m.is_pinned, ${listedAt(sql)} as listed_at
      from conversations c join mine m on m.conversation_id = c.id
      where c.id = any(array(select conversation_id from mine))
        and (c.last_seq > 0 or m.opened_at is not null or c.kind = 2)
        and c.kind = any(${[...page.kinds]}::smallint[])
        ${page.archived === null ? sql`` : sql`and ${isArchived(sql)} = ${page.archived}`}
        ${
          after
            ? sql`and (m.is_pinned, ${listedAt(sql)}, c.id)
                < (${after.pinned}, ${after.at}, ${after.id})`
            : sql``
        }
      order by m.is_pinned desc, listed_at desc, c.id desc
      limit ${page.limit} offset ${page.offset}
    )
    select ${columns(sql)}
    from page join ${joined(sql)}
      on m.conversation_id = page.conversation_id and m.user_id = ${user}
    order by page.is_pinned desc, page.listed_at desc, c.id desc`
}

export interface MoveRow {
  read_seq: number
  unread: number
  moved: boolean
  /** When it was moved, if it was. */
  read_at: Date
  /** The other one of two people, where it is for them to know. */
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
 * again, with the row held. Own words that the mark passes are counted only if there are any, and
 * each is passed once.
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
        case when not ${pairShowsReceipts(sql)} then null
          when c.user1_id = m.user_id then c.user2_id else c.user1_id end as peer
      from conversation_members m join conversations c on c.id = m.conversation_id
      where m.conversation_id = ${id} and m.user_id = ${user}
    ), held as materialized (
      select read_seq, greatest(read_seq, read_count) as read_count, read_count as stored_count,
        unread_at_seq is not distinct from read_seq as was_marked
      from conversation_members
      where conversation_id = ${id} and user_id = ${user} and left_at is null
      for update
    ), target as materialized (
      select h.read_seq as was, h.read_count, h.was_marked, s.last_seq, s.peer,
        (s.read_seq, s.read_count) <> (h.read_seq, h.stored_count) as overtaken,
        greatest(h.read_seq, least(s.last_seq, coalesce(${seq}::bigint, s.last_seq))) as mark
      from seen s cross join held h
    ), moved as (
      update conversation_members m
      set read_seq = t.mark, read_at = now(),
        read_count = case
          when t.mark = t.last_seq or t.read_count = t.was then t.mark
          else t.mark + t.read_count - t.was - (
            select count(*) from messages x
            where x.conversation_id = ${id} and x.seq > t.was and x.seq <= t.mark
              and x.sender_id = ${user})
        end
      from target t
      where m.conversation_id = ${id} and m.user_id = ${user} and t.mark > t.was
        and not t.overtaken
      returning m.read_count
    )
    select t.mark as read_seq, t.overtaken, exists (select from moved) as moved,
      now() as read_at, t.peer, t.was_marked and exists (select from moved) as unmarked,
      t.last_seq - coalesce((select read_count from moved), t.read_count) as unread
    from target t`
  return row?.overtaken ? moveReadMark(sql, id, user, seq) : row
}

/**
 * Everything unread of one person, as the difference of two sums, each over one walk: nothing is joined.
 */
export function countUnread(sql: Sql, user: number) {
  return sql<{ count: number }[]>`
    with mine as materialized (
      select conversation_id, greatest(read_seq, read_count) as read_count
      from conversation_members where user_id = ${user} and left_at is null
    )
    select (coalesce(sum(last_seq), 0) - (select coalesce(sum(read_count), 0) from mine))::bigint
      as count
    from conversations where id = any(array(select conversation_id from mine))`
}
