// The outbox is a queue, not a log: rows are claimed and deleted, never read by a cursor.
import type { DurableEvent } from '../protocol/events.ts'
import type { Sql } from './db.ts'

export interface OutboxRow {
  id: number
  message_ids: number[] | null
  events: DurableEvent[] | null
  attempts: number
}

export async function findOutbox(sql: Sql, id: number): Promise<OutboxRow | undefined> {
  const [row] = await sql<(Omit<OutboxRow, 'message_ids'> & { message_ids: string[] | null })[]>`
    select id, message_ids, events, attempts from outbox where id = ${id}`
  return row && { ...row, message_ids: row.message_ids?.map(Number) ?? null }
}

/** Those of these rows that are still there: what has been delivered is not. */
export async function remainingOutbox(sql: Sql, ids: readonly number[]): Promise<Set<number>> {
  const rows = await sql<{ id: number }[]>`
    select id from outbox where id = any(${[...ids]}::bigint[])`
  return new Set(rows.map((row) => row.id))
}

/**
 * Puts some events of a row, by their indexes in it, into a row of their own that falls due later.
 * Not taken through this process: it may not know what it would have to write again. False when the
 * row has changed since it was read: its events only ever get fewer, so their number says so.
 */
export async function setAside(
  sql: Sql,
  id: number,
  length: number,
  indexes: readonly number[],
): Promise<boolean> {
  const rows = await sql`
    with held as materialized (
      select id, events, attempts from outbox
      where id = ${id} and jsonb_array_length(events) = ${length} for update
    ), rest as (
      update outbox o set events = ${eventsAt(sql, 'held', indexes, false)}
      from held where o.id = held.id
    )
    insert into outbox (events, attempts)
    select ${eventsAt(sql, 'held', indexes, true)}, attempts from held returning id`
  return rows.length > 0
}

/** Leaves only some events in a row, unless it has changed since it was read: the rest are done. */
export async function keepEvents(
  sql: Sql,
  id: number,
  length: number,
  indexes: readonly number[],
): Promise<void> {
  await sql`
    update outbox set events = ${eventsAt(sql, 'outbox', indexes, true)}
    where id = ${id} and jsonb_array_length(events) = ${length}`
}

/** The events of a row at these indexes, or at all others. */
function eventsAt(sql: Sql, row: string, indexes: readonly number[], wanted: boolean) {
  return sql`(
    select jsonb_agg(event order by place)
    from jsonb_array_elements(${sql(row)}.events) with ordinality as e (event, place)
    where (place - 1 = any(${[...indexes]}::bigint[])) = ${wanted})`
}

export async function deleteOutbox(sql: Sql, ids: readonly number[]): Promise<void> {
  await sql`delete from outbox where id = any(${[...ids]}::bigint[])`
}

/**
 * Takes rows that are past their time, and puts their next time off: longer after each round, so
 * that a row nobody can deliver does not keep the sweeper busy.
 */
export async function claimDue(
  sql: Sql,
  rows: number,
  attemptsMax: number,
): Promise<{ id: number; attempts: number }[]> {
  return sql`
    update outbox set attempts = attempts + 1,
      -- An interval does not hold the powers of rows that are old: one would stop all sweeps.
      due_at = now()
        + least(interval '5 seconds' * power(2, least(attempts, 10)), interval '5 minutes')
    where id in (
      select id from outbox where due_at < now() and attempts < ${attemptsMax}
      order by id limit ${rows} for update skip locked)
    returning id, attempts`
}

/** Rows the sweeper has given up: a person must look. */
export async function countParked(sql: Sql, attemptsMax: number): Promise<number> {
  const [row] = await sql<{ count: number }[]>`
    select count(*) from outbox where attempts >= ${attemptsMax}`
  return row?.count ?? 0
}

/** Those of them that are older than this; answers how many it were. */
export async function dropParked(sql: Sql, attemptsMax: number, before: Date): Promise<number> {
  const { count } = await sql`
    delete from outbox where attempts >= ${attemptsMax} and created_at < ${before}`
  return count
}
