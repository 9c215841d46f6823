// SQL of dead addresses.
import type { Sql } from '../../infra/db.ts'

export interface SuppressedRow {
  address_mac: Buffer
  reason: string
  refusals: number
  since: Date
  until: Date
}

export async function findSuppressed(sql: Sql, mac: Buffer): Promise<SuppressedRow | undefined> {
  const [row] = await sql<SuppressedRow[]>`
    select address_mac, reason, refusals, since, until from dead_addresses
    where address_mac = ${mac}`
  return row
}

/** Refusals of mails that were under way together count as one. */
export async function upsertSuppressed(
  sql: Sql,
  dead: { mac: Buffer; reason: string; now: Date; firstMs: number; maxMs: number },
): Promise<void> {
  const { mac, reason, now, firstMs, maxMs } = dead
  const firstUntil = new Date(now.getTime() + firstMs)
  await sql`
    insert into dead_addresses as dead (address_mac, reason, since, until)
    values (${mac}, ${reason}, ${now}, ${firstUntil})
    on conflict (address_mac) do update set
      reason = excluded.reason,
      refusals = dead.refusals + 1,
      until = ${now}::timestamptz + interval '1 millisecond'
        * least(${firstMs}::float8 * power(2, least(dead.refusals, 30)), ${maxMs}::float8)
    where dead.until <= ${now}`
}

export async function deleteSuppressed(sql: Sql, mac: Buffer): Promise<boolean> {
  const rows = await sql`delete from dead_addresses where address_mac = ${mac} returning since`
  return rows.length > 0
}

/** The newest refusals first. */
export async function listSuppressed(sql: Sql, limit: number): Promise<SuppressedRow[]> {
  return sql<SuppressedRow[]>`
    select address_mac, reason, refusals, since, until from dead_addresses
    order by until desc limit ${limit}`
}

export async function deleteOldSuppressed(sql: Sql, before: Date, rows: number): Promise<number> {
  const gone = await sql`
    delete from dead_addresses where address_mac in (
      select address_mac from dead_addresses where until < ${before} limit ${rows})`
  return gone.count
}
