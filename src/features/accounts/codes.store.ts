// SQL of mailed codes.
import type { Sql } from '../../infra/db.ts'

export async function insertCode(
  sql: Sql,
  code: { email: string; purpose: string; mac: Buffer; now: Date; expiresAt: Date },
): Promise<void> {
  await sql`
    insert into codes (email, purpose, code_mac, created_at, expires_at)
    values (${code.email}, ${code.purpose}, ${code.mac}, ${code.now}, ${code.expiresAt})`
}

export interface CodeRow {
  id: number
  code_mac: Buffer
  expires_at: Date
}

/**
 * Counts one try against the newest code of an address and answers that code; nothing when there
 * is none, it is used, or its tries or the address's tries of the hour are spent. The count is
 * one atomic update: parallel tries cannot pass together.
 */
export async function takeAttempt(
  sql: Sql,
  email: string,
  purposes: readonly string[],
  bounds: { perCode: number; perHour: number; now: Date },
): Promise<CodeRow | undefined> {
  const hourAgo = new Date(bounds.now.getTime() - 3_600_000)
  const [row] = await sql<CodeRow[]>`
    update codes set attempts = attempts + 1
    where id = (
        select id from codes
        where email = ${email} and purpose = any(${[...purposes]}) and used_at is null
        order by id desc limit 1
      )
      and attempts < ${bounds.perCode}
      and used_at is null
      and (select coalesce(sum(attempts), 0) from codes
           where email = ${email} and created_at > ${hourAgo}) < ${bounds.perHour}
    returning id, code_mac, expires_at`
  return row
}

/** Uses a code up; false when somebody else just did. */
export async function useCode(sql: Sql, id: number, now: Date): Promise<boolean> {
  const rows = await sql`
    update codes set used_at = ${now} where id = ${id} and used_at is null returning id`
  return rows.length > 0
}

export async function deleteOldCodes(sql: Sql, before: Date): Promise<number> {
  const rows = await sql`delete from codes where created_at < ${before}`
  return rows.count
}
