// SQL of a search: where what is looked for may stand.
import type { Sql } from '../../infra/db.ts'
import { isIn } from '../conversations/sight.sql.ts'
import { bitsOf, type Asked } from './bloom.ts'
import type { Stretch } from './depth.ts'
import { limits } from './limits.ts'

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

type StretchRow = Stretch & {
  /** No stretch: its bound is the floor. */
  readonly is_edge: boolean
}

/**
 * The newest slices that may have all of these words in somebody's conversations, and whatever was said there
 * and is not indexed yet: so what was said this moment is found, and what nobody indexes, only later.
 *
 * Half of the conversations are asked for on another connection at the same time: what it takes is to reach
 * pages in memory. About `looked` slices are looked at, down to one and the same id in all conversations, as
 * far as that can be told before.
 */
export async function findStretches(
  sql: Sql,
  words: readonly Asked[],
  wanted: Wanted,
  limit: number,
  looked: number,
): Promise<Stretches> {
  const half = (odd: number) => readIndex(sql, words, { ...wanted, odd }, limit, looked / 2)
  const rows =
    wanted.conversation === null
      ? (await Promise.all([half(0), half(1)])).flat()
      : await readIndex(sql, words, { ...wanted, odd: null }, limit, looked)
  const [edges, stretches] = [rows.filter(isEdge), rows.filter((row) => !isEdge(row))]
  return {
    stretches: stretches.toSorted((a, b) => b.bound - a.bound),
    floor: Math.max(0, ...edges.map((row) => row.bound)),
  }
}

const isEdge = (row: StretchRow) => row.is_edge

/** `odd`: 0 or 1 for half of the conversations, null for all. */
export function readIndex(
  sql: Sql,
  words: readonly Asked[],
  { user, before, conversation, since, until, odd }: Wanted & { readonly odd: number | null },
  limit: number,
  looked: number,
) {
  const mayHaveThem = bitsOf(words)
    .map((bit) => sql`get_bit(words, ${bit}::bigint % (8 * octet_length(words))) = 1`)
    .reduce((all, each) => sql`${all} and ${each}`)
  return sql<StretchRow[]>`
    with mine as materialized (
      select m.conversation_id, m.sees_after, c.last_seq, c.last_message_id,
        c.last_message_id / c.last_seq as pace, coalesce((
          select w.last_seq from message_slices w where w.conversation_id = m.conversation_id
          order by w.first_seq desc limit 1), 0) as indexed
      from conversation_members m
        cross join lateral (
          select last_seq, last_message_id from conversations
          where id = m.conversation_id and last_seq > m.sees_after limit 1) c
      where m.user_id = ${user} and ${isIn(sql, sql`m`)}
        ${conversation === null ? sql`` : sql`and m.conversation_id = ${conversation}`}
        ${odd === null ? sql`` : sql`and m.conversation_id % 2 = ${odd}`}
    ), edge as materialized (
      select case when sum(last_seq - sees_after) <= x.messages then 0
        else greatest(0, least(${before}::bigint, max(last_message_id) + 1) - 2
          - x.messages / sum(last_seq::float8 / last_message_id))::bigint end as floor
      from mine, (select ${looked * limits.index.sliceMessages}::float8 as messages) x
      group by x.messages
    ), found as materialized (
      select mine.conversation_id, w.first_seq, w.last_seq, w.last_id,
        (w.last_id - w.first_id) / greatest(w.last_seq - w.first_seq, 1) as pace
      from mine
        cross join lateral (
          select first_seq, last_seq, first_id, last_id from message_slices
          where conversation_id = mine.conversation_id
            and last_id > (select floor from edge)
            and first_id < ${before} and last_seq > mine.sees_after
            ${since === null ? sql`` : sql`and last_at >= ${since}`}
            ${until === null ? sql`` : sql`and first_at <= ${until}`}
            and ${mayHaveThem}
          order by last_id desc limit ${limit} + (select count(*) from mine)) w
      order by w.last_id desc limit ${limit} + (select count(*) from mine)
    )
    select conversation_id as conversation, first_seq as low, last_seq as high,
      least(last_id, ${before}::bigint - 1) as bound, pace, false as is_edge
    from found
    union all
    select mine.conversation_id, greatest(indexed, sees_after) + 1, x.seq,
      least(last_message_id, ${before}::bigint - 1), pace, false
    from mine cross join lateral (
      -- Whatever was passed over by earlier pages is passed over here.
      select seq from messages
      where conversation_id = mine.conversation_id and seq > greatest(indexed, sees_after)
        and id < ${before}
      order by seq desc limit 1) x
    where last_seq > greatest(indexed, sees_after)
    union all
    select x.conversation_id, x.seq, x.seq, x.id, 1, false
    from search_progress p
      cross join lateral (
        select conversation_id, message_id from message_changes
        where xid >= pg_snapshot_xmin(p.changes) and not pg_visible_in_snapshot(xid, p.changes)
          and xid < pg_snapshot_xmax(pg_current_snapshot())) h
      join mine on mine.conversation_id = h.conversation_id
      cross join lateral (
        select conversation_id, seq, id from messages
        where id = h.message_id and id < ${before} and edited_at is not null limit 1) x
    union all
    -- One slice of each conversation may reach beyond before; there is room for them, and for others.
    select 0, 0, 0, case when x.found = ${limit} + (select count(*) from mine)
      then greatest(floor, least(x.oldest, ${before}::bigint - 1)) else floor end, 1, true
    from edge, (select count(*) as found, min(last_id) as oldest from found) x`
}
