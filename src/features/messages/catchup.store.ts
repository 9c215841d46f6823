// SQL of what a snapshot has not seen of conversations. In each, `seq` is given out under a lock that is
// held until the commit, so what a snapshot has seen is a prefix, and what is new is the rest.
import { isDeleted, mayRead } from '../conversations/sight.sql.ts'
import type { Sql } from '../../infra/db.ts'
import { columns, joined, type MessageRow } from './store.ts'

export interface NewsRow {
  id: number
  /** What is new comes after this seq. */
  first: number
  last_seq: number
  version: number
  /** They left it and came back since. */
  is_back: boolean
  /** And may not read all that they could before. */
  is_anew: boolean
  /** It stands in the list of conversations. */
  is_listed: boolean
  /** By what the list is ordered, in Unix ms. */
  active_at: number
}

/** Of those of these that somebody is in. */
export function findNews(
  sql: Sql,
  user: number,
  conversations: readonly number[],
  since: string,
): Promise<NewsRow[]> {
  return sql<NewsRow[]>`
    with s as materialized (select ${since}::pg_snapshot as since)
    select c.id, greatest(m.sees_after, coalesce(seen.seq, 0)) as first, c.last_seq, c.version,
      back.is_back, back.is_back and m.sees_after > 0 as is_anew,
      (c.last_seq > 0 or m.opened_at is not null or c.kind = 2) as is_listed,
      (extract(epoch from coalesce(c.last_message_at, m.opened_at, c.created_at)) * 1000)::bigint
        as active_at
    from s cross join unnest(${[...conversations]}::bigint[]) as t (id)
      join conversation_members m on m.conversation_id = t.id and m.user_id = ${user}
        and m.left_at is null
      join conversations c on c.id = t.id
      cross join lateral (
        select not pg_visible_in_snapshot(coalesce(m.returned_xid, '3'), s.since) as is_back) back
      left join lateral (
        select x.seq from messages x
        where x.conversation_id = t.id and pg_visible_in_snapshot(x.xid, s.since)
        order by x.seq desc limit 1) seen on true`
}

/** The next messages of each of these after a seq, but for deleted ones, by conversation and seq. */
export function listAfter(
  sql: Sql,
  user: number,
  ranges: readonly { readonly id: number; readonly after: number }[],
  limit: number,
): Promise<MessageRow[]> {
  return sql<MessageRow[]>`
    select ${columns(sql)}
    from unnest(
        ${ranges.map(({ id }) => id)}::bigint[],
        ${ranges.map(({ after }) => after)}::bigint[]) as t (id, after)
      cross join lateral (
        select x.id from messages x
        where x.conversation_id = t.id and x.seq > t.after
          and not ${isDeleted(sql, sql`${user}`, sql`t.id`, sql`x.seq`)}
        order by x.seq limit ${limit}) next
      join ${joined(sql)} on m.id = next.id
    order by m.conversation_id, m.seq`
}

/** Messages that the snapshot has seen, and not as they are now; those that are for the asker. */
export function listChanged(
  sql: Sql,
  user: number,
  conversations: readonly number[],
  since: string,
): Promise<MessageRow[]> {
  return sql<MessageRow[]>`
    with s as materialized (select ${since}::pg_snapshot as since),
    changed as materialized (
      select h.message_id as id
      from s cross join message_changes h
        join conversation_members m on m.conversation_id = h.conversation_id
          and m.user_id = ${user}
        join messages x on x.id = h.message_id and ${mayRead(sql, sql`m`, sql`x.seq`)}
      where h.conversation_id = any(${[...conversations]}::bigint[])
        and h.xid >= pg_snapshot_xmin(s.since) and not pg_visible_in_snapshot(h.xid, s.since)
        and pg_visible_in_snapshot(x.xid, s.since)
    )
    select ${columns(sql)} from changed join ${joined(sql)} on m.id = changed.id
    order by m.conversation_id, m.seq`
}
