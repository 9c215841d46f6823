// SQL of accounts that are to be deleted.
import type { Sql } from '../../infra/db.ts'

/** From the commit of this on the account is hidden. */
export async function markLeaving(sql: Sql, id: number, at: Date, now: Date): Promise<void> {
  await sql`update users set deletes_at = ${at}, updated_at = ${now} where id = ${id}`
}

export async function markReturned(sql: Sql, id: number, now: Date): Promise<void> {
  await sql`update users set deletes_at = null, updated_at = ${now} where id = ${id}`
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

/** What is left so that messages keep an author; name and address are free again. */
export async function anonymise(sql: Sql, id: number, nickname: string, now: Date): Promise<void> {
  await sql`
    update users set user_id = 'deleted-' || id, email = 'deleted-' || id || '@invalid',
      email_verified_at = null, nickname = ${nickname}, avatar = '', bio = '', locale = 'en',
      password_hash = null, role = 'user', disabled_at = null, last_login_at = null,
      deletes_at = null, updated_at = ${now}
    where id = ${id} and deleted_at is not null and deletes_at is not null`
}

/** One statement per kind of thing; answers how many rows went. */
export const erasures: readonly ((sql: Sql, user: number, rows: number) => Promise<number>)[] = [
  async (sql, user, rows) => {
    const gone = await sql`
      delete from refresh_tokens where id in (
        select r.id from refresh_tokens r join sessions s on s.id = r.session_id
        where s.user_id = ${user} limit ${rows})`
    return gone.count
  },
  async (sql, user, rows) => {
    const gone = await sql`
      delete from sessions where id in (
        select id from sessions where user_id = ${user} limit ${rows})`
    return gone.count
  },
  async (sql, user, rows) => {
    const gone = await sql`
      delete from known_devices where id in (
        select id from known_devices where user_id = ${user} limit ${rows})`
    return gone.count
  },
  async (sql, user, rows) => {
    const gone = await sql`
      delete from codes where id in (
        select c.id from codes c join users u on c.email = lower(u.email)
        where u.id = ${user} limit ${rows})`
    return gone.count
  },
  async (sql, user, rows) => {
    // A piece of an export is large.
    const gone = await sql`
      delete from export_chunks where (export_id, build, n) in (
        select c.export_id, c.build, c.n from export_chunks c join exports e on e.id = c.export_id
        where e.user_id = ${user} limit ${Math.ceil(rows / 10)})`
    return gone.count
  },
  async (sql, user, rows) => {
    const gone = await sql`
      delete from exports where id in (
        select id from exports where user_id = ${user} limit ${rows})`
    return gone.count
  },
]
