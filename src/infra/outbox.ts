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
