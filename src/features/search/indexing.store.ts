// SQL that keeps the index of what was said.
import type { Sql, TxSql } from '../../infra/db.ts'
import { fileName } from '../media/sight.sql.ts'
import { limits } from './limits.ts'
import type { Said } from './words.ts'

/**
 * Changes that the index has not seen. In a database restored from a dump transactions begin to be counted
 * anew: what was changed in ones to come is as old as the dump.
 */
const isNew = (sql: Sql) => sql`
  (h.xid >= pg_snapshot_xmin(p.changes) and not pg_visible_in_snapshot(h.xid, p.changes)
    and h.xid < pg_snapshot_xmax(pg_current_snapshot()))`

/** The index has seen what has not happened here: the database is an older one. */
const isAhead = (sql: Sql) => sql`
  (pg_snapshot_xmax(p.changes) > pg_snapshot_xmax(pg_current_snapshot()))`

/** Whether there is anything to do, in one look that locks nothing. */
export async function isBehind(sql: Sql, before: Date): Promise<boolean> {
  const [row] = await sql<{ is_behind: boolean }[]>`
    select p.built_to is not null or ${isAhead(sql)}
      or (select created_at from messages where id > p.message_id order by id limit 1) < ${before}
      or exists (select from message_changes h where ${isNew(sql)})
      or exists (select from burned_messages h where ${isNew(sql)}) as is_behind
    from search_progress p`
  return row?.is_behind ?? false
}

export interface Progress {
  message_id: number
  built_to: number | null
  is_ahead: boolean
}

/**
 * One process at a time goes on; nothing while another one does. The statements of its transaction scan no
 * table: they are planned once, it may be while the index is empty, and it fills within seconds.
 */
export async function takeProgress(sql: TxSql): Promise<Progress | undefined> {
  const [row] = await sql<Progress[]>`
    select message_id, built_to, ${isAhead(sql)} as is_ahead,
      set_config('enable_seqscan', 'off', true)
    from search_progress p for update skip locked`
  return row
}

export async function saveProgress(
  sql: TxSql,
  progress: Omit<Progress, 'is_ahead'>,
): Promise<void> {
  const { message_id, built_to } = progress
  await sql`update search_progress set message_id = ${message_id}, built_to = ${built_to}`
}

/** Begins anew, from the beginning of every conversation. */
export async function forgetIndex(sql: TxSql): Promise<void> {
  await sql`select from search_progress for update`
  await sql`truncate message_slices`
  await sql`
    update search_progress
    set built_to = 0, changes = pg_current_snapshot(),
      message_id = (select coalesce(max(id), 0) from messages)`
}

export interface SliceKey {
  conversation_id: number
  first_seq: number
  last_seq: number
}

/**
 * Slices whose messages were edited or taken back, burned or are gone, since the last time; from now on since
 * now. Whatever is read after this is at least as new.
 */
export async function takeChanged(sql: TxSql): Promise<SliceKey[]> {
  return sql<SliceKey[]>`
    with p as materialized (
      select changes, pg_current_snapshot() as now from search_progress
    ), seen as (
      update search_progress set changes = p.now from p
    )
    select distinct w.conversation_id, w.first_seq, w.last_seq
    from p
      cross join lateral (
        select conversation_id, message_id, xid from message_changes
        where xid >= pg_snapshot_xmin(p.changes)
        union all
        select conversation_id, message_id, xid from burned_messages
        where xid >= pg_snapshot_xmin(p.changes)) h
      left join messages x on x.id = h.message_id
      join message_slices w on w.conversation_id = h.conversation_id
        and h.message_id between w.first_id and w.last_id
    where ${isNew(sql)}
      and (x.id is null or x.edited_at is not null or x.recalled_at is not null)
    order by 1, 2`
}

/** Where something was said after this message, or a little before it, before a time; and up to which one. */
export async function findSpokenIn(
  sql: TxSql,
  after: number,
  before: Date,
): Promise<{ conversations: number[]; last: number }> {
  const { newMessages, lateMessages } = limits.index
  const [row] = await sql<{ conversations: number[]; last: number | null }[]>`
    select coalesce(jsonb_agg(distinct conversation_id), '[]') as conversations, max(id) as last
    from (
      select id, conversation_id, created_at from messages where id > ${after - lateMessages}
      order by id limit ${newMessages}) said
    where created_at < ${before}`
  return { conversations: row?.conversations ?? [], last: Math.max(after, row?.last ?? 0) }
}

/** The next conversations in which anything was said. */
export async function nextConversations(sql: TxSql, after: number, limit: number) {
  const rows = await sql<{ id: number }[]>`
    select id from conversations where id > ${after} and last_seq > 0 order by id limit ${limit}`
  return rows.map((row) => row.id)
}

export interface Tail {
  id: number
  last_seq: number
  /** Up to which seq it is indexed. */
  indexed: number
  is_resting: boolean
  /** First and last seq of its slices that are not full. */
  open: [number, number][]
}

/** The ends of conversations with more than is indexed; at rest are those where nothing was said since. */
export async function tailsOf(
  sql: TxSql,
  conversations: readonly number[],
  since: Date,
): Promise<Tail[]> {
  return sql<Tail[]>`
    select * from (
      select c.id, c.last_seq, c.last_message_at < ${since} as is_resting,
        coalesce((
          select w.last_seq from message_slices w where w.conversation_id = c.id
          order by w.first_seq desc limit 1), 0) as indexed,
        coalesce((
          select jsonb_agg(jsonb_build_array(w.first_seq, w.last_seq) order by w.first_seq)
          from message_slices w where w.conversation_id = c.id and not w.is_full), '[]') as open
      from conversations c where c.id = any(${[...conversations]}::bigint[])) tails
    where last_seq > indexed order by id`
}

export interface IndexedMessage extends Said {
  conversation_id: number
  id: number
  seq: number
  sender_id: number
  is_recalled: boolean
  created_at: Date
}

/** Of each of these stretches the first `limit`, by conversation and seq. */
export async function readMessages(
  sql: TxSql,
  stretches: readonly { conversation: number; low: number; high: number }[],
  limit: number,
): Promise<IndexedMessage[]> {
  return sql<IndexedMessage[]>`
    select m.* from unnest(
        ${stretches.map((each) => each.conversation)}::bigint[],
        ${stretches.map((each) => each.low)}::bigint[],
        ${stretches.map((each) => each.high)}::bigint[]) as s (conversation, low, high)
      cross join lateral (
        select conversation_id, id, seq, sender_id, message_type, content, media_url,
          ${fileName(sql, sql`message_type`, sql`media_url`)} as file_name,
          recalled_at is not null as is_recalled, created_at
        from messages where conversation_id = s.conversation and seq between s.low and s.high
        order by seq limit ${limit}) m
    order by m.conversation_id, m.seq`
}

export interface Slice extends SliceKey {
  first_id: number
  last_id: number
  first_at: Date
  last_at: Date
  is_full: boolean
  /** A Bloom filter. */
  words: Buffer
}

/** Puts slices in the place of whatever there is from these seqs on. */
export async function replaceSlices(
  sql: TxSql,
  from: readonly { conversation: number; low: number }[],
  slices: readonly Slice[],
): Promise<void> {
  await sql`
    delete from message_slices w
    using unnest(
      ${from.map((each) => each.conversation)}::bigint[],
      ${from.map((each) => each.low)}::bigint[]) as f (conversation, low)
    where w.conversation_id = f.conversation and w.first_seq >= f.low`
  await sql`
    insert into message_slices (conversation_id, first_seq, last_seq, first_id, last_id, first_at,
      last_at, is_full, words)
    select conversation_id, first_seq, last_seq, first_id, last_id, first_at, last_at,
      is_full::boolean, decode(words, 'hex')
    from unnest(
      ${slices.map((each) => each.conversation_id)}::bigint[],
      ${slices.map((each) => each.first_seq)}::bigint[],
      ${slices.map((each) => each.last_seq)}::bigint[],
      ${slices.map((each) => each.first_id)}::bigint[],
      ${slices.map((each) => each.last_id)}::bigint[],
      ${slices.map((each) => each.first_at.toISOString())}::timestamptz[],
      ${slices.map((each) => each.last_at.toISOString())}::timestamptz[],
      ${slices.map((each) => String(each.is_full))}::text[],
      ${slices.map((each) => each.words.toString('hex'))}::text[]
    ) as s (conversation_id, first_seq, last_seq, first_id, last_id, first_at, last_at, is_full, words)`
}

/** Other words for slices that stay what they are. */
export async function reword(
  sql: TxSql,
  slices: readonly Pick<Slice, 'conversation_id' | 'first_seq' | 'words'>[],
): Promise<void> {
  await sql`
    update message_slices w set words = decode(s.words, 'hex')
    from unnest(
      ${slices.map((each) => each.conversation_id)}::bigint[],
      ${slices.map((each) => each.first_seq)}::bigint[],
      ${slices.map((each) => each.words.toString('hex'))}::text[]) as s (conversation_id, first_seq, words)
    where w.conversation_id = s.conversation_id and w.first_seq = s.first_seq`
}
