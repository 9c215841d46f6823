// SQL of mailed codes.
import type { Sql } from '../../infra/db.ts'

export async function insertCode(
  sql: Sql,
  code: {
    email: string
    purpose: string
    mac: Buffer
    place: string
    now: Date
    expiresAt: Date
  },
): Promise<void> {
  await sql`
    insert into codes (email, purpose, code_mac, place, created_at, expires_at)
    values (${code.email}, ${code.purpose}, ${code.mac}, ${code.place}, ${code.now},
      ${code.expiresAt})`
}

export interface CodeRow {
  id: number
  code_mac: Buffer
  expires_at: Date
}

/**
 * Counts one try against the newest code of an address and, when that was asked for elsewhere, the
 * newest one asked for from this place; answers those that still had a try for it. A code keeps the
 * tries of the place that asked for it apart from those of all others, and so does the hour's
 * budget: strangers use up only what strangers have. Each count is one atomic update: parallel
 * tries cannot pass together. Rows are locked in the order of their ids.
 */
export async function takeAttempts(
  sql: Sql,
  email: string,
  place: string,
  purposes: readonly string[],
  bounds: { perCode: number; perHour: number; now: Date },
): Promise<CodeRow[]> {
  const hourAgo = new Date(bounds.now.getTime() - 3_600_000)
  return sql<CodeRow[]>`
    with usable as (
      select id, place from codes
      where email = ${email} and purpose = any(${[...purposes]}) and used_at is null
    ), tried as (
      select id from codes
      where id in (select max(id) from usable union
        select max(id) from usable where place = ${place})
      order by id for update
    ), spent as (
      select coalesce(sum(attempts) filter (where place = ${place}), 0) as own,
        coalesce(sum(foreign_attempts), 0) as strange
      from codes where email = ${email} and created_at > ${hourAgo}
    )
    update codes c set
      attempts = c.attempts + (c.place = ${place})::int,
      foreign_attempts = c.foreign_attempts + (c.place <> ${place})::int
    from tried, spent
    where c.id = tried.id and c.used_at is null and case when c.place = ${place}
      then c.attempts < ${bounds.perCode} and spent.own < ${bounds.perHour}
      else c.foreign_attempts < ${bounds.perCode} and spent.strange < ${bounds.perHour} end
    returning c.id, c.code_mac, c.expires_at`
}

/** Uses a code up; false when somebody else just did. */
export async function useCode(sql: Sql, id: number, now: Date): Promise<boolean> {
  const rows = await sql`
    update codes set used_at = ${now} where id = ${id} and used_at is null returning id`
  return rows.length > 0
}

export async function deleteOldCodes(sql: Sql, before: Date, rows: number): Promise<number> {
  const gone = await sql`
    delete from codes where id in (
      select id from codes where created_at < ${before} order by created_at limit ${rows})`
  return gone.count
}
