// SQL of a search: where what is looked for may stand.
import type { Sql } from '../../infra/db.ts'
import { isIn } from '../conversations/sight.sql.ts'
import type { Stretch } from './depth.ts'

/** Which messages are wanted, whatever they say. */
export interface Wanted {
  readonly user: number
  /** Ids below this one. */
  readonly before: number
  readonly conversation: number | null
  readonly sender: number | null
  readonly type: number | null
  readonly since: Date | null
  readonly until: Date | null
  readonly mentionsMe: boolean
}

export interface Stretches {
  /** By falling bound. */
  readonly stretches: readonly Stretch[]
  /** There may be slices besides whose messages have no higher ids than this; 0: there are none. */
  readonly floor: number
}

/**
 * Somebody's conversations, as far as there may be anything below `before`: whole ones, which nothing but
 * their texts is asked about. Slices say from where on there may be, and how fast ids rise.
 */
export async function findTalks(
  sql: Sql,
  { user, before, conversation }: Wanted,
): Promise<Stretches> {
  const stretches = await sql<Stretch[]>`
    select m.conversation_id as conversation, m.sees_after + 1 as low, x.high,
      least(c.last_message_id, ${before}::bigint - 1) as bound,
      coalesce(w.pace, c.last_message_id / c.last_seq) as pace
    from conversation_members m
      cross join lateral (
        select last_seq, last_message_id from conversations
        where id = m.conversation_id and last_seq > m.sees_after limit 1) c
      left join lateral (
        select w.last_seq, (w.last_id - w.first_id) / nullif(w.last_seq - w.first_seq, 0) as pace
        from message_words w
        where w.conversation_id = m.conversation_id and w.first_id < ${before}
        order by w.first_seq desc limit 1) w on true
      cross join lateral (
        select case
          when c.last_message_id >= ${before} and exists (
            select from message_words w2 where w2.conversation_id = m.conversation_id
              and w2.first_seq > coalesce(w.last_seq, 0)) then coalesce(w.last_seq, 0)
          else c.last_seq end as high) x
    where m.user_id = ${user} and ${isIn(sql, sql`m`)} and x.high > m.sees_after
      ${conversation === null ? sql`` : sql`and m.conversation_id = ${conversation}`}
    order by bound desc`
  return { stretches, floor: 0 }
}

/** In about how many slices of all there are what is asked for stands, as Postgres knows without looking. */
export async function guessSlices(sql: Sql, query: string): Promise<number> {
  const [row] = await sql<{ 'QUERY PLAN': [{ Plan: { 'Plan Rows': number } }] }[]>`
    explain (format json) select from message_words where words @@ ${query}::tsquery`
  return row?.['QUERY PLAN'][0].Plan['Plan Rows'] ?? 0
}

/**
 * The newest slices that have what is asked for in somebody's conversations, and whatever was said there
 * and is not indexed yet: so what was said this moment is found, and what nobody indexes, only later.
 *
 * Which conversations are somebody's is looked up for each slice in a hash (`(… in …) is true`): a join
 * that was planned for a rare word would compare each slice of a frequent one with each of them. For the
 * pool of searches, which scans no table: to judge a slice by its row would mean to read its words.
 */
export async function findStretches(
  sql: Sql,
  query: string,
  { user, before, conversation, since, until }: Wanted,
  limit: number,
): Promise<Stretches> {
  const rows = await sql<(Stretch & { is_slice: boolean; is_cut: boolean })[]>`
    with mine as materialized (
      select m.conversation_id, m.sees_after, c.last_seq, c.last_message_id,
        c.last_message_id / c.last_seq as pace, coalesce((
          select w.last_seq from message_words w where w.conversation_id = m.conversation_id
          order by w.first_seq desc limit 1), 0) as indexed
      from conversation_members m
        cross join lateral (
          select last_seq, last_message_id from conversations
          where id = m.conversation_id and last_seq > m.sees_after limit 1) c
      where m.user_id = ${user} and ${isIn(sql, sql`m`)}
        ${conversation === null ? sql`` : sql`and m.conversation_id = ${conversation}`}
    ), found as materialized (
      select w.conversation_id, w.first_seq, w.last_seq, w.last_id,
        (w.last_id - w.first_id) / greatest(w.last_seq - w.first_seq, 1) as pace
      from message_words w
      where w.words @@ ${query}::tsquery and w.first_id < ${before}
        ${since === null ? sql`` : sql`and w.last_at >= ${since}`}
        ${until === null ? sql`` : sql`and w.first_at <= ${until}`}
        and (w.conversation_id in (select conversation_id from mine)) is true
      order by w.last_id desc limit ${limit} + (select count(*) from mine)
    )
    select conversation_id as conversation, first_seq as low, last_seq as high,
      least(last_id, ${before}::bigint - 1) as bound, pace, true as is_slice,
      (select count(*) from found) = ${limit} + (select count(*) from mine) as is_cut
    from found
    union all
    select mine.conversation_id, greatest(indexed, sees_after) + 1, x.seq,
      least(last_message_id, ${before}::bigint - 1), pace, false, false
    from mine cross join lateral (
      -- Whatever was passed over by earlier pages is passed over here.
      select seq from messages
      where conversation_id = mine.conversation_id and seq > greatest(indexed, sees_after)
        and id < ${before}
      order by seq desc limit 1) x
    where last_seq > greatest(indexed, sees_after)
    union all
    select x.conversation_id, x.seq, x.seq, x.id, 1, false, false
    from search_progress p
      cross join lateral (
        select conversation_id, message_id from message_changes
        where xid >= pg_snapshot_xmin(p.changes) and not pg_visible_in_snapshot(xid, p.changes)
          and xid < pg_snapshot_xmax(pg_current_snapshot())) h
      join mine on mine.conversation_id = h.conversation_id
      cross join lateral (
        select conversation_id, seq, id from messages
        where id = h.message_id and id < ${before} and edited_at is not null limit 1) x
    order by bound desc`
  const slices = rows.filter((row) => row.is_slice)
  // One slice of each conversation may reach beyond `before`; there is room for them, and for others.
  const isCut = slices[0]?.is_cut ?? false
  return { stretches: rows, floor: isCut ? (slices.at(-1) as Stretch).bound : 0 }
}
