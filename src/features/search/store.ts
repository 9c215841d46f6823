// SQL of a search: the slices that may have what is looked for, and what they say.
import type { Sql } from '../../infra/db.ts'
import { isForThem, isIn, mayRead } from '../conversations/sight.sql.ts'
import { foundTypes, type Said } from './words.ts'

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

/** Some messages of a conversation one after the other; none of them has an id above `bound`. */
export interface Stretch {
  readonly conversation: number
  readonly low: number
  readonly high: number
  readonly bound: number
}

export interface Stretches {
  /** By falling bound. */
  readonly stretches: readonly Stretch[]
  /** There may be slices besides whose messages have no higher ids than this; 0: there are none. */
  readonly floor: number
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
        coalesce((
          select w.last_seq from message_words w where w.conversation_id = m.conversation_id
          order by w.first_seq desc limit 1), 0) as indexed
      from conversation_members m
        cross join lateral (
          select last_seq, last_message_id from conversations
          where id = m.conversation_id and last_seq > m.sees_after limit 1) c
      where m.user_id = ${user} and ${isIn(sql, sql`m`)}
        ${conversation === null ? sql`` : sql`and m.conversation_id = ${conversation}`}
    ), found as materialized (
      select w.conversation_id, w.first_seq, w.last_seq, w.last_id
      from message_words w
      where w.words @@ ${query}::tsquery and w.first_id < ${before}
        ${since === null ? sql`` : sql`and w.last_at >= ${since}`}
        ${until === null ? sql`` : sql`and w.first_at <= ${until}`}
        and (w.conversation_id in (select conversation_id from mine)) is true
      order by w.last_id desc limit ${limit} + (select count(*) from mine)
    )
    select conversation_id as conversation, first_seq as low, last_seq as high,
      least(last_id, ${before}::bigint - 1) as bound, true as is_slice,
      (select count(*) from found) = ${limit} + (select count(*) from mine) as is_cut
    from found
    union all
    select mine.conversation_id, greatest(indexed, sees_after) + 1, x.seq,
      least(last_message_id, ${before}::bigint - 1), false, false
    from mine cross join lateral (
      -- Whatever was passed over by earlier pages is passed over here.
      select seq from messages
      where conversation_id = mine.conversation_id and seq > greatest(indexed, sees_after)
        and id < ${before}
      order by seq desc limit 1) x
    where last_seq > greatest(indexed, sees_after)
    union all
    select x.conversation_id, x.seq, x.seq, x.id, false, false
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

export interface ReadRow extends Said {
  /** Which of the stretches. */
  readonly n: number
  readonly id: number
  readonly seq: number
  /** It is one of those that are wanted, so far as can be told without its words. */
  readonly is_wanted: boolean
}

/** The newest `limit` of each stretch that are for somebody; what is not wanted comes without its words. */
export async function readStretches(
  sql: Sql,
  stretches: readonly Pick<Stretch, 'conversation' | 'low' | 'high'>[],
  wanted: Wanted,
  limit: number,
): Promise<ReadRow[]> {
  const { user, before, sender, type, since, until, mentionsMe } = wanted
  return sql<ReadRow[]>`
    select s.n::int - 1 as n, x.id, x.seq, x.is_wanted, x.message_type,
      case when x.is_wanted then x.content else '' end as content,
      case when x.is_wanted then x.media_url else '' end as media_url
    from unnest(
        ${stretches.map((each) => each.conversation)}::bigint[],
        ${stretches.map((each) => each.low)}::bigint[],
        ${stretches.map((each) => each.high)}::bigint[]
      ) with ordinality as s (conversation, low, high, n)
      cross join lateral (
        select m.id, m.seq, m.message_type, m.content, m.media_url,
          m.recalled_at is null and m.message_type = any(${[...foundTypes]}::smallint[])
            and m.id < ${before}
            ${sender === null ? sql`` : sql`and m.sender_id = ${sender}`}
            ${type === null ? sql`` : sql`and m.message_type = ${type}`}
            ${since === null ? sql`` : sql`and m.created_at >= ${since}`}
            ${until === null ? sql`` : sql`and m.created_at <= ${until}`}
            ${mentionsMe ? sql`and m.at_users && array[${user}, 0]::bigint[]` : sql``}
            is true as is_wanted
        from conversation_members a
          cross join lateral (
            select * from messages
            where conversation_id = s.conversation and seq between s.low and s.high
            order by seq desc limit ${limit}) m
        where a.conversation_id = s.conversation and a.user_id = ${user}
          and ${isForThem(sql, sql`a`, sql`m.seq`)}) x
    order by n, x.seq desc`
}

/** Those of these that somebody may read now. */
export async function findReadable(
  sql: Sql,
  user: number,
  ids: readonly number[],
): Promise<Set<number>> {
  const rows = await sql<{ id: number }[]>`
    select m.id from messages m
      join conversation_members a on a.conversation_id = m.conversation_id and a.user_id = ${user}
    where m.id = any(${[...ids]}::bigint[]) and m.recalled_at is null
      and ${mayRead(sql, sql`a`, sql`m.seq`)}`
  return new Set(rows.map((row) => row.id))
}
