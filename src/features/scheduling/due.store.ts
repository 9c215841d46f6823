// SQL of what is due: taken by one worker, settled by whoever has it.
import type { Sql, TxSql } from '../../infra/db.ts'
import { columns, stateOf, type ScheduledRow } from './store.ts'

export interface DueRow extends ScheduledRow {
  sender_name: string
  /** Disabled, or about to be deleted. */
  is_hidden: boolean
  /** Nobody had taken it before, or it was given back. */
  is_new: boolean
}

/** Cheap, and asked most of the time in vain: whether there is anything to take. */
export async function isAnyDue(sql: Sql, now: Date): Promise<boolean> {
  const [row] = await sql<{ due: boolean }[]>`
    select exists (select from scheduled_messages where state < 2 and due_at <= ${now}) as due`
  return row?.due === true
}

/** Claims are taken one after the other: each sees who has been taken by the one before. */
export async function lockClaims(sql: TxSql): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtext('scheduled claims'), 0)`
}

interface Wanted {
  readonly now: Date
  /** When the claim ends. */
  readonly until: Date
  readonly limit: number
  /** Of one person. */
  readonly each: number
  /** The earliest that are looked at: after a downtime there may be any number. */
  readonly ahead: number
}

/**
 * What is due, the earliest first, of each person so many: those who have scheduled much for one moment do
 * not hold up the others. Of whom something is under way or waits for another attempt nothing is taken: what
 * one person says comes in its order, however many workers there are.
 */
export async function claimDue(
  sql: TxSql,
  { now, until, limit, each, ahead }: Wanted,
): Promise<DueRow[]> {
  const rows = await sql<DueRow[]>`
    with ready as (
      select s.id, s.user_id, s.send_at
      from scheduled_messages s
      where s.state < 2 and s.due_at <= ${now}
        and not exists (
          select from scheduled_messages other
          where other.user_id = s.user_id and other.state = ${stateOf.sending}
            and other.due_at > ${now})
      order by s.send_at, s.id limit ${ahead}
    ), counted as (
      select id, send_at, row_number() over (partition by user_id order by send_at, id) as nth from ready
    ), due as (
      select s.id, s.state from scheduled_messages s
      where s.id = any(array(
          select id from counted where nth <= ${each} order by send_at, id limit ${limit}))
        and s.state < 2 and s.due_at <= ${now}
      for update
    )
    update scheduled_messages s
    set state = ${stateOf.sending}, attempts = s.attempts + 1, due_at = ${until}
    from due, users u where s.id = due.id and u.id = s.user_id
    returning ${columns(sql)}, u.user_id as sender_name, u.is_hidden,
      due.state = ${stateOf.scheduled} as is_new`
  return rows.toSorted((a, b) => a.send_at.getTime() - b.send_at.getTime() || a.id - b.id)
}

type Claim = Pick<ScheduledRow, 'id' | 'attempts'>
type Owned = Pick<ScheduledRow, 'id' | 'user_id'>

/** Those that whoever took them still has; nobody takes them over or back until the end. */
export async function holdClaims(
  sql: TxSql,
  claims: readonly Claim[],
): Promise<ReadonlySet<number>> {
  const rows = await sql<{ id: number }[]>`
    select s.id from scheduled_messages s
    where s.state = ${stateOf.sending} and (s.id, s.attempts) in (
      select * from unnest(
        ${claims.map(({ id }) => id)}::bigint[],
        ${claims.map(({ attempts }) => attempts)}::int[]))
    order by s.id for update`
  return new Set(rows.map((row) => row.id))
}

/** Sent is sent, whoever has the claim by now. The words stand among the messages; answers what was news. */
export function markSent(
  sql: TxSql,
  sent: readonly { readonly id: number; readonly message: number }[],
  now: Date,
): Promise<Owned[]> {
  return sql<Owned[]>`
    update scheduled_messages s
    set state = ${stateOf.sent}, message_id = said.message, error_code = null, content = '',
      media_url = '', at_users = null, at_names = '[]', updated_at = ${now}
    from unnest(
      ${sent.map(({ id }) => id)}::bigint[],
      ${sent.map(({ message }) => message)}::bigint[]) as said (id, message)
    where s.id = said.id and s.state in (${stateOf.sending}, ${stateOf.failed})
    returning s.id, s.user_id`
}

export async function markFailed(
  sql: TxSql,
  { id, attempts }: Claim,
  code: number,
  now: Date,
): Promise<boolean> {
  const done = await sql`
    update scheduled_messages
    set state = ${stateOf.failed}, error_code = ${code}, updated_at = ${now}
    where id = ${id} and state = ${stateOf.sending} and attempts = ${attempts}`
  return done.count > 0
}

/** Not known to be sent, nor not to be: it stays taken, for nobody may cancel it. */
export async function putOff(sql: Sql, { id, attempts }: Claim, until: Date): Promise<void> {
  await sql`
    update scheduled_messages set due_at = ${until}
    where id = ${id} and state = ${stateOf.sending} and attempts = ${attempts}`
}

/** Taken, and surely not sent: as if it had not been taken. Answers those that were. */
export function release(sql: TxSql, claims: readonly Claim[]): Promise<Owned[]> {
  return sql<Owned[]>`
    update scheduled_messages s
    set state = ${stateOf.scheduled}, due_at = s.send_at, attempts = s.attempts - 1
    from unnest(
      ${claims.map(({ id }) => id)}::bigint[],
      ${claims.map(({ attempts }) => attempts)}::int[]) as c (id, attempts)
    where s.id = c.id and s.state = ${stateOf.sending} and s.attempts = c.attempts
    returning s.id, s.user_id`
}
