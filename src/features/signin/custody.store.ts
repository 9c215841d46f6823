// SQL of account deletion: sessions, codes, and the devices somebody was known by.
import type { Erase } from '../custody.ts'

/** One statement per kind of thing; answers how many rows went. */
export const erasures: readonly Erase[] = [
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
]
