// SQL of how far people have read and what else they show each other in a conversation, as far as they do.
import type { Sql } from '../../infra/db.ts'
import { showReceipts, showTyping } from '../settings/sight.sql.ts'
import { isMarkedUnread, pairShowsReceipts } from './sight.sql.ts'
import { unread } from './store.ts'

export interface MarkRow {
  conversation_id: number
  user_id: number
  read_seq: number
  read_at: Date | null
  unread: number
  is_marked_unread: boolean
  /** Whether the other one of two people is told. */
  is_told: boolean
}

/**
 * How far each of these has read there, as it stands now; nothing of who has left. `limit 1` keeps
 * the look-ups look-ups, as in the statement of a send.
 */
export async function findMarks(
  sql: Sql,
  conversations: readonly number[],
  readers: readonly number[],
): Promise<MarkRow[]> {
  return sql`
    select c.id as conversation_id, m.user_id, m.read_seq, m.read_at, ${unread(sql)} as unread,
      ${isMarkedUnread(sql)} as is_marked_unread,
      c.is_open and ${pairShowsReceipts(sql)} as is_told
    from unnest(${[...conversations]}::bigint[], ${[...readers]}::bigint[])
        as t (conversation_id, user_id)
      cross join lateral (
        select * from conversation_members
        where conversation_id = t.conversation_id and user_id = t.user_id and left_at is null
        limit 1) m
      cross join lateral (
        select * from conversations where id = t.conversation_id limit 1) c`
}

export interface ShownMark {
  conversation_id: number
  read_seq: number | null
  read_at: Date | null
  is_hidden: boolean
}

/** How far the others in direct conversations have read, as far as it is shown; 0 where it is not. */
export function findShownMarks(
  sql: Sql,
  conversations: readonly number[],
  readers: readonly number[],
): Promise<ShownMark[]> {
  return sql`
    select c.id as conversation_id,
      case when not ${pairShowsReceipts(sql)} then 0 when c.is_open then m.read_seq
        else m.closed_read_seq end as read_seq,
      case when c.is_open then m.read_at else m.closed_read_at end as read_at,
      not ${pairShowsReceipts(sql)} as is_hidden
    from unnest(${[...conversations]}::bigint[], ${[...readers]}::bigint[])
        as t (conversation_id, user_id)
      join conversation_members m
        on m.conversation_id = t.conversation_id and m.user_id = t.user_id
      join conversations c on c.id = t.conversation_id`
}

/** Of these, by the same order, who is shown what somebody does there; and whether anything may be said. */
export async function findHearers(
  sql: Sql,
  id: number,
  { what, by, others }: { what: 'receipts' | 'typing'; by: number; others: readonly number[] },
): Promise<{ isOpen: boolean; hearers: readonly number[] }> {
  const show = what === 'typing' ? showTyping : showReceipts
  const [row] = await sql<{ is_open: boolean; hearers: number[] }[]>`
    select c.is_open, array(
      select o.id from unnest(${[...others]}::bigint[]) with ordinality as o (id, n)
      where ${show(sql, by, sql`o.id`)} order by o.n) as hearers
    from conversations c where c.id = ${id}`
  return { isOpen: row?.is_open ?? false, hearers: (row?.hearers ?? []).map(Number) }
}
