// SQL of how much is unread: all of one person's, counted where something happened lately.
import type { Sql } from '../../infra/db.ts'
import { unread } from './store.ts'

/**
 * What is unread in conversations of two is settled once in an hour, in its member's row, for all that
 * happened before the hour before. Statements that began earlier have ended by then. Only what happened since
 * has to be looked up: see docs/decisions/0027.
 */
const settledUntil = (sql: Sql) =>
  sql`date_trunc('hour', now() at time zone 'UTC') - interval '1 hour'`

/** Of two people, where something happened since it was settled last. */
const active = (sql: Sql, user: number) => sql`
  since as materialized (
    select coalesce((select settled_hour from unread_settlements where user_id = ${user}), '-infinity')
      as hour
  ), active as materialized (
    select id, last_seq from conversations
    where user1_id = ${user} and kind = 1 and active_hour >= (select hour from since)
    union all
    select id, last_seq from conversations
    where user2_id = ${user} and user1_id <> ${user} and kind = 1 and active_hour >= (select hour from since)
  )`

/** Rows of one person that belong to `c`; `limit 1` keeps the look-ups look-ups. */
const mine = (sql: Sql, user: number) => sql`
  active c cross join lateral (
    select * from conversation_members
    where conversation_id = c.id and user_id = ${user} and left_at is null limit 1) m`

/**
 * Everything unread of one person, and whether it is time to settle it. That of groups is the difference of
 * two sums, each over one walk: nothing is joined.
 */
export function countUnread(sql: Sql, user: number) {
  return sql<{ count: number; is_due: boolean }[]>`
    with ${active(sql, user)}, grouped as materialized (
      select conversation_id, greatest(read_seq, read_count) as read_count
      from conversation_members
      where user_id = ${user} and not is_direct and left_at is null
    ), parts as (
      select unread as count from unread_settlements where user_id = ${user}
      union all
      select sum(${unread(sql)} - m.settled_unread) from ${mine(sql, user)}
      union all
      select sum(last_seq) - (select sum(read_count) from grouped)
      from conversations where id = any(array(select conversation_id from grouped))
    )
    select coalesce(sum(count), 0)::bigint as count,
      (select hour from since) < ${settledUntil(sql)} as is_due
    from parts`
}

/**
 * Writes down what is unread now. It waits for nobody, so it holds up no mark and nothing that is said: where
 * a row is held by somebody else, or is not as it was seen, all that can be is settled, and the hour stays.
 */
export async function settleUnread(sql: Sql, user: number): Promise<void> {
  await sql`
    with ${active(sql, user)}, seen as materialized (
      select c.id, m.read_seq, m.read_count, ${unread(sql)} as unread from ${mine(sql, user)}
      where m.settled_unread <> ${unread(sql)}
    ), held as materialized (
      select s.id, s.unread, s.unread - m.settled_unread as more
      from seen s join conversation_members m on m.conversation_id = s.id and m.user_id = ${user}
        and (m.read_seq, m.read_count) = (s.read_seq, s.read_count)
      for update of m skip locked
    ), settled as (
      update conversation_members m set settled_unread = h.unread
      from held h where m.conversation_id = h.id and m.user_id = ${user}
    )
    insert into unread_settlements as known (user_id, unread, settled_hour)
    select ${user}, (select coalesce(sum(more), 0) from held),
      case when (select count(*) from held) = (select count(*) from seen)
        then ${settledUntil(sql)} else '-infinity' end
    on conflict (user_id) do update
      set unread = known.unread + excluded.unread,
        settled_hour = greatest(known.settled_hour, excluded.settled_hour)`
}
