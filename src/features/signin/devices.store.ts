// SQL of the devices somebody has signed in from.
import type { Sql } from '../../infra/db.ts'

/** Whether the device was seen for the first time, and whether any other was seen before. */
export async function rememberDevice(
  sql: Sql,
  user: number,
  mark: Buffer,
  now: Date,
): Promise<{ isNew: boolean; isFirst: boolean }> {
  const [row] = await sql<{ is_new: boolean; is_first: boolean }[]>`
    insert into known_devices (user_id, mark, last_seen_at) values (${user}, ${mark}, ${now})
    on conflict (user_id, mark) do update set last_seen_at = excluded.last_seen_at
    returning xmax = 0 as is_new,
      not exists (select from known_devices where user_id = ${user}) as is_first`
  return { isNew: row?.is_new ?? false, isFirst: row?.is_first ?? true }
}

/** Keeps those seen last. */
export async function trimDevices(sql: Sql, user: number, keep: number): Promise<void> {
  await sql`
    delete from known_devices where id in (
      select id from known_devices where user_id = ${user}
      order by last_seen_at desc, id desc offset ${keep})`
}

export async function forgetDevices(sql: Sql, user: number): Promise<void> {
  await sql`delete from known_devices where user_id = ${user}`
}
