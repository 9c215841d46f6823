// SQL of timers, and of what is left to read and said last where something burned.
import type { TxSql } from '../../infra/db.ts'

export interface Burned {
  readonly id: number
  readonly seq: number
  readonly sender_id: number
}

/** Whether anything changed. One that never had a timer keeps none. */
export async function updateTimer(sql: TxSql, id: number, seconds: number): Promise<boolean> {
  const { count } = await sql`
    update conversations set burn_seconds = ${seconds}
    where id = ${id} and coalesce(burn_seconds, 0) <> ${seconds}`
  return count > 0
}

/**
 * What burned after somebody's mark counts for them as what they said themselves does: see read_count in
 * sql/migrations/0023. Own words were counted when they were said.
 */
export async function forgetUnread(
  sql: TxSql,
  id: number,
  burned: readonly Burned[],
): Promise<void> {
  const unread = sql`
    from unnest(
      ${burned.map(({ seq }) => seq)}::bigint[],
      ${burned.map(({ sender_id: sender }) => sender)}::bigint[]) as gone (seq, sender)
    where gone.seq > m.read_seq and gone.sender <> m.user_id`
  await sql`
    with held as materialized (
      select m.user_id, m.settled_unread, gone.count
      from conversation_members m cross join lateral (select count(*) ${unread}) gone
      where m.conversation_id = ${id} and m.left_at is null and gone.count > 0
      order by m.user_id for update of m
    ), counted as (
      update conversation_members m
      set read_count = greatest(m.read_seq, m.read_count) + h.count,
        settled_unread = greatest(0, m.settled_unread - h.count)
      from held h where m.conversation_id = ${id} and m.user_id = h.user_id
    )
    update unread_settlements u set unread = u.unread - least(h.settled_unread, h.count)
    from held h where u.user_id = h.user_id and h.settled_unread > 0`
}

/** Counts the change; what is said last is what is there still. */
export async function updateHead(sql: TxSql, id: number, burned: readonly Burned[]): Promise<void> {
  await sql`
    update conversations c
    set version = version + 1, xid = pg_current_xact_id(),
      last_message_id = case when last_message_id = any(${burned.map((each) => each.id)}::bigint[])
        then (select x.id from messages x where x.conversation_id = c.id order by x.seq desc limit 1)
        else last_message_id end
    where id = ${id}`
}
