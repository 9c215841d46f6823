// SQL of accounts that are to be deleted, from the wish to the last row.
import type { Sql, TxSql } from '../../infra/db.ts'

/** From the commit of this on the account is hidden. */
export async function markLeaving(sql: TxSql, id: number, at: Date, now: Date): Promise<void> {
  await sql`update users set deletes_at = ${at}, updated_at = ${now} where id = ${id}`
}

/** Whose time has come, those whose erasure was interrupted included. */
export async function findDue(sql: Sql, now: Date, limit: number): Promise<number[]> {
  const rows = await sql<{ id: number }[]>`
    select id from users where deletes_at <= ${now} order by deletes_at limit ${limit}`
  return rows.map((row) => row.id)
}

/** Nobody can come back from the commit of this on; false when the account is not due. */
export async function markErasing(sql: Sql, id: number, now: Date): Promise<boolean> {
  const rows = await sql`
    update users set deleted_at = coalesce(deleted_at, ${now}), password_hash = null
    where id = ${id} and deletes_at <= ${now}
    returning id`
  return rows.length > 0
}

/** What is left so that messages keep an author; name and address are free again. False when it was done. */
export async function anonymise(
  sql: TxSql,
  id: number,
  nickname: string,
  now: Date,
): Promise<boolean> {
  const { count } = await sql`
    update users set user_id = 'deleted-' || id, email = 'deleted-' || id || '@invalid',
      email_verified_at = null, nickname = ${nickname}, avatar = '', bio = '', locale = 'en',
      status_emoji = '', status_text = '', status_until = null,
      password_hash = null, role = 'user', disabled_at = null, last_login_at = null,
      deletes_at = null, updated_at = ${now}
    where id = ${id} and deleted_at is not null and deletes_at is not null`
  return count > 0
}
