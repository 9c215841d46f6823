// SQL of people who leave their conversations for good.
import type { Sql } from '../../infra/db.ts'
import { hidesReceipts } from '../settings/sight.sql.ts'
import { keepMarks } from './pairs.store.ts'
import { isArchived, isMuted } from './sight.sql.ts'

/**
 * Closes what is open still and resets what somebody had set; how far they have read goes where they did
 * not show it. Locked in the order of their ids, as every writer does. Answers how many conversations were
 * left; left ones are not left again.
 */
export async function leaveSome(sql: Sql, user: number, rows: number): Promise<number> {
  const [row] = await sql<{ count: number }[]>`
    with mine as materialized (
      select c.id, c.kind, c.is_open
      from conversations c
        join conversation_members m on m.conversation_id = c.id and m.user_id = ${user}
      where m.left_at is null
      order by c.id limit ${rows} for update of c
    ), closed as (
      update conversations c set is_open = false, version = c.version + 1, xid = pg_current_xact_id()
      from mine where c.id = mine.id and mine.kind = 1 and mine.is_open
      returning c.id
    ), judged as (
      update conversations c
      set version = c.version + 1, xid = pg_current_xact_id(), judged_xid = pg_current_xact_id()
      from mine where c.id = mine.id and mine.kind = 2
    ), kept as (
      ${keepMarks(sql)} and m.user_id <> ${user}
    ), gone as (
      update conversation_members m
      set left_at = now(), is_pinned = false, is_muted = false, muted_until = null,
        opened_at = null,
        closed_read_seq = case when ${hidesReceipts(sql, user)} then null
          when mine.is_open then m.read_seq else m.closed_read_seq end,
        closed_read_at = case when mine.is_open then m.read_at else m.closed_read_at end
      from mine where m.conversation_id = mine.id and m.user_id = ${user}
      returning 1
    )
    select count(*) from gone`
  return row?.count ?? 0
}

export interface TakenConversation {
  id: number
  kind: number
  peer: string | null
  group_id: string | null
  last_seq: number
  sees_after: number
  read_seq: number
  is_pinned: boolean
  is_muted: boolean
  is_archived: boolean
  created_at: Date
}

/** What somebody who leaves may take along: where they are in, by rising id. */
export async function pageConversations(
  sql: Sql,
  user: number,
  after: number,
  limit: number,
): Promise<TakenConversation[]> {
  return sql<TakenConversation[]>`
    select c.id, c.kind, p.user_id as peer, c.group_id, c.last_seq, m.sees_after, m.read_seq,
      m.is_pinned, ${isMuted(sql)} as is_muted, ${isArchived(sql)} as is_archived,
      c.created_at
    from conversation_members m
      join conversations c on c.id = m.conversation_id
      left join users p
        on p.id = case when c.user1_id = m.user_id then c.user2_id else c.user1_id end
    where m.user_id = ${user} and m.left_at is null and m.conversation_id > ${after}
    order by m.conversation_id limit ${limit}`
}
