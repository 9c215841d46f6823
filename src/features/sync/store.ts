// SQL of what is new for an account: found by its own conversations and its own changes, never by what
// there is in the installation.
import type { Kind } from '../../protocol/kept.ts'
import { kinds } from '../../protocol/kept.ts'
import type { Sql } from '../../infra/db.ts'

export interface Noted {
  readonly kind: Kind
  readonly ref: number
}

export interface Found {
  /** The snapshot of this moment: whatever is read later holds at least this. */
  readonly now: string
  readonly epoch: string
  /** The cursor has seen what has not happened here: the database is an older one. */
  readonly isAhead: boolean
  /** Changes since then may have been forgotten. */
  readonly isForgotten: boolean
  /** Those that changed for everybody in them. */
  readonly conversations: readonly number[]
  readonly noted: readonly Noted[]
}

const kindOf = new Map<number, Kind>(
  Object.entries(kinds).map(([kind, number]) => [number, kind as Kind]),
)

/** A transaction that the snapshot `s.since` has not seen. The first half is for an index. */
const isNew = (sql: Sql, xid: ReturnType<Sql>) => sql`
  (${xid} >= pg_snapshot_xmin(s.since) and not pg_visible_in_snapshot(${xid}, s.since))`

interface Since {
  readonly since: string
  /** When that snapshot was, in Unix seconds. */
  readonly at: number
}

interface FoundRow {
  readonly now: string
  readonly epoch: string
  readonly is_ahead: boolean
  readonly is_forgotten: boolean
  readonly conversations: number[]
  readonly noted: [number, number][]
}

/** A transaction at or after the oldest that the snapshot has not seen is of its span, or of a later one. */
const isRecent = (sql: Sql) => sql`c.xid_span >= s.span`

/**
 * Of conversations of two, those whose last change is of an earlier span are not looked at. A span is one of
 * 2^18 transactions, as Postgres derives `xid_span`.
 */
export const findNew = (sql: Sql, user: number, { since, at }: Since) => sql<FoundRow[]>`
    with s as materialized (
      select since, pg_current_snapshot() as now, pg_snapshot_xmin(since)::text::bigint >> 18 as span
      from (values (${since}::pg_snapshot)) as given (since)
    ), changed as materialized (
      select c.id from s cross join conversations c
      where c.user1_id = ${user} and c.kind = 1 and ${isRecent(sql)} and ${isNew(sql, sql`c.xid`)}
      union all
      select c.id from s cross join conversations c
      where c.user2_id = ${user} and c.user1_id <> ${user} and c.kind = 1 and ${isRecent(sql)}
        and ${isNew(sql, sql`c.xid`)}
      union all
      select c.id from s cross join conversation_members m
        cross join lateral (select * from conversations where id = m.conversation_id limit 1) c
      where m.user_id = ${user} and not m.is_direct and m.left_at is null and ${isNew(sql, sql`c.xid`)}
        and c.kind = 2
    ), noted as materialized (
      select a.kind, a.ref from s cross join account_changes a
      where a.user_id = ${user} and ${isNew(sql, sql`a.xid`)}
    )
    select s.now::text as now, i.epoch,
      pg_snapshot_xmax(s.since) > pg_snapshot_xmax(s.now) as is_ahead,
      to_timestamp(${at}) < l.forgotten_at as is_forgotten,
      coalesce((select jsonb_agg(id) from changed), '[]') as conversations,
      coalesce((select jsonb_agg(jsonb_build_array(kind, ref)) from noted), '[]') as noted
    from s cross join installation i cross join change_log l`

export async function findChanges(sql: Sql, user: number, since: Since): Promise<Found> {
  const [row] = await findNew(sql, user, since)
  const { now, epoch, conversations, noted, ...is } = row as NonNullable<typeof row>
  return {
    now,
    epoch,
    isAhead: is.is_ahead,
    isForgotten: is.is_forgotten,
    conversations,
    // Kinds of a newer version of the server are for its nodes to tell.
    noted: noted.flatMap(([number, ref]) => {
      const kind = kindOf.get(number)
      return kind ? [{ kind, ref }] : []
    }),
  }
}

/** The conversations with these people. */
export async function findPairs(
  sql: Sql,
  user: number,
  people: readonly number[],
): Promise<number[]> {
  if (people.length === 0) return []
  const rows = await sql<{ id: number }[]>`
    select c.id from unnest(${[...people]}::bigint[]) as p (id)
      join conversations c on c.kind = 1
        and ((c.user1_id = ${user} and c.user2_id = p.id)
          or (c.user1_id = p.id and c.user2_id = ${user}))`
  return rows.map((row) => row.id)
}

/** The groups that one of these is in as well. */
export async function findShared(
  sql: Sql,
  user: number,
  people: readonly number[],
): Promise<number[]> {
  if (people.length === 0) return []
  const rows = await sql<{ id: number }[]>`
    select m.conversation_id as id from conversation_members m
    where m.user_id = ${user} and not m.is_direct and m.left_at is null and exists (
      select from conversation_members
      where conversation_id = m.conversation_id and user_id = any(${[...people]}::bigint[])
        and left_at is null)`
  return rows.map((row) => row.id)
}

/** A part of a statement that has `gone`: where anything is, the log goes back no further than this. */
const remembered = (sql: Sql, before: Date) => sql`
  remembered as (
    update change_log set forgotten_at = ${before}
    where forgotten_at < ${before} and exists (select from gone)
  )
  select count(*) from gone`

/** For the sweeper: changes that no cursor asks for any more. */
export async function forgetAccountChanges(sql: Sql, before: Date, rows: number): Promise<number> {
  const [row] = await sql<{ count: number }[]>`
    with gone as (
      delete from account_changes where (user_id, kind, ref) in (
        select user_id, kind, ref from account_changes where changed_at < ${before}
        order by changed_at limit ${rows} for update skip locked)
      returning 1
    ), ${remembered(sql, before)}`
  return row?.count ?? 0
}

export async function forgetMessageChanges(sql: Sql, before: Date, rows: number): Promise<number> {
  const [row] = await sql<{ count: number }[]>`
    with gone as (
      delete from message_changes where (conversation_id, message_id) in (
        select conversation_id, message_id from message_changes where changed_at < ${before}
        order by changed_at limit ${rows} for update skip locked)
      returning 1
    ), ${remembered(sql, before)}`
  return row?.count ?? 0
}

export async function forgetMemberChanges(sql: Sql, before: Date, rows: number): Promise<number> {
  const [row] = await sql<{ count: number }[]>`
    with gone as (
      delete from member_changes where (conversation_id, user_id) in (
        select conversation_id, user_id from member_changes where changed_at < ${before}
        order by changed_at limit ${rows} for update skip locked)
      returning 1
    ), ${remembered(sql, before)}`
  return row?.count ?? 0
}

export async function eraseChanges(sql: Sql, user: number, rows: number): Promise<number> {
  const gone = await sql`
    delete from account_changes where (user_id, kind, ref) in (
      select user_id, kind, ref from account_changes where user_id = ${user} limit ${rows})`
  return gone.count
}
