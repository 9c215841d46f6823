// SQL of what accounts want of push; a device's own wishes stand beside it.
import type { Sql, TxSql } from '../../infra/db.ts'
import type { PushSettings } from '../../protocol/push.ts'

export interface PushRow {
  preview: PushSettings['preview']
  quiet_from: string | null
  quiet_to: string | null
  time_zone: string | null
}

export async function findSettings(sql: Sql, user: number): Promise<PushRow | undefined> {
  const [row] = await sql<PushRow[]>`
    select preview, quiet_from, quiet_to, time_zone from push_settings where user_id = ${user}`
  return row
}

export async function upsertSettings(
  sql: TxSql,
  { user, settings, now }: { user: number; settings: PushSettings; now: Date },
): Promise<void> {
  const { preview, quiet_hours: quiet } = settings
  await sql`
    insert into push_settings (user_id, preview, quiet_from, quiet_to, time_zone, updated_at)
    values (${user}, ${preview}, ${quiet?.from ?? null}, ${quiet?.to ?? null},
      ${quiet?.time_zone ?? null}, ${now})
    on conflict (user_id) do update
      set preview = excluded.preview, quiet_from = excluded.quiet_from,
        quiet_to = excluded.quiet_to, time_zone = excluded.time_zone,
        updated_at = excluded.updated_at`
}

export async function deletePush(sql: Sql, user: number): Promise<number> {
  const rows = await sql`delete from push_settings where user_id = ${user}`
  return rows.count
}
