// SQL of files that wait to be processed: whose turn it is, and how it ended.
import type { Sql } from '../../infra/db.ts'
import type { MediaRow } from './row.ts'

export interface Waiting extends Pick<MediaRow, 'id' | 'key' | 'mime' | 'created_at'> {
  /** How often somebody has begun it, this time included. */
  attempts: number
}

/** Nothing when it is done, or nobody's any more. */
export async function claimWaiting(
  sql: Sql,
  id: number,
  againAt: Date,
): Promise<Waiting | undefined> {
  const [row] = await sql<Waiting[]>`
    update media set attempts = attempts + 1, process_at = ${againAt}
    where id = ${id} and state = 'processing' and user_id is not null
    returning id, key, mime, created_at, attempts`
  return row
}

/** Nobody died of it: it does not count. */
export async function returnAttempt(sql: Sql, id: number): Promise<void> {
  await sql`
    update media set attempts = greatest(attempts - 1, 0) where id = ${id} and state = 'processing'`
}

/** What a file turned out to be; `whole` where something else stands in for what was sent. */
export interface Made extends Pick<MediaRow, 'mime' | 'is_inline'> {
  readonly facts: Pick<MediaRow, 'width' | 'height' | 'duration' | 'thumbhash'>
  readonly whole: (Pick<MediaRow, 'key' | 'bytes'> & { readonly digest: Buffer }) | null
  readonly largeBytes: number | null
  readonly smallBytes: number | null
}

/** With a `whole` it waits on, until what was sent is gone. False when somebody else was faster. */
export async function updateMade(sql: Sql, { id, key }: Waiting, made: Made): Promise<boolean> {
  const { whole, facts } = made
  const { width, height, duration, thumbhash } = facts
  const kept = whole ?? { key, bytes: null, digest: null }
  const done = await sql`
    update media
    set state = ${whole ? 'processing' : 'ready'}, key = ${kept.key}, mime = ${made.mime},
      is_inline = ${made.is_inline}, bytes = coalesce(${kept.bytes}::bigint, bytes),
      digest = coalesce(${kept.digest}::bytea, digest), width = ${width}, height = ${height},
      duration = ${duration}, thumbhash = ${thumbhash}, large_bytes = ${made.largeBytes},
      small_bytes = ${made.smallBytes},
      process_at = case when ${whole !== null} then process_at end
    where id = ${id} and key = ${key} and state = 'processing' and user_id is not null
    returning id`
  return done.length > 0
}

export async function markReady(sql: Sql, id: number): Promise<void> {
  await sql`
    update media set state = 'ready', process_at = null where id = ${id} and state = 'processing'`
}

/** From here on nothing of it counts. */
export async function markRefused(
  sql: Sql,
  id: number,
  refusal: string,
  dueAt: Date,
): Promise<boolean> {
  const done = await sql`
    update media
    set state = 'refused', refusal = ${refusal}, bytes = 0, process_at = null, due_at = ${dueAt}
    where id = ${id} and state = 'processing'
    returning id`
  return done.length > 0
}

/** Whether somebody has it still, and it is not on its way out. */
export async function isKept(sql: Sql, id: number): Promise<boolean> {
  const kept = await sql`
    select from media where id = ${id} and user_id is not null and state <> 'collecting'`
  return kept.length > 0
}

/** Files whose job seems to be lost; each is looked at again by `againAt`. */
export async function claimLost(
  sql: Sql,
  now: Date,
  rows: number,
  againAt: Date,
): Promise<number[]> {
  const lost = await sql<{ id: number }[]>`
    update media set process_at = ${againAt}
    where id in (
      select id from media where process_at <= ${now}
      order by process_at limit ${rows} for update skip locked)
    returning id`
  return lost.map(({ id }) => id)
}

export async function findOwn(sql: Sql, id: number): Promise<MediaRow | undefined> {
  const [row] = await sql<MediaRow[]>`select * from media where id = ${id} and user_id is not null`
  return row
}
