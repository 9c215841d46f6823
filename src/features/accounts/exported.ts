// Steps for the export: what accounts keep of somebody.
import { must } from '../../core/assert.ts'
import type { Sql } from '../../infra/db.ts'
import type { ExportedProfile, ExportedRow } from '../../protocol/export.ts'
import { pageSessions } from './sessions.store.ts'
import { findUser } from './store.ts'
import { meView } from './view.ts'

export async function exportedProfile(sql: Sql, user: number): Promise<ExportedProfile> {
  const row = must(await findUser(sql, user), 'an export has an account')
  return { ...meView(row), has_password: row.password_hash !== null }
}

/** Ended ones too, as long as they are kept. */
export async function exportedSessions(
  sql: Sql,
  user: number,
  after: number,
  limit: number,
): Promise<{ rows: ExportedRow<'sessions'>[]; next: number | null }> {
  const rows = await pageSessions(sql, user, after, limit)
  const shown = rows.map((row) => ({
    id: row.id,
    device_id: row.device_id,
    device_name: row.device_name,
    address: row.address,
    created_at: row.created_at.toISOString(),
    last_used_at: row.last_used_at.toISOString(),
    ended_at: row.ended_at?.toISOString() ?? null,
  }))
  return { rows: shown, next: rows.length < limit ? null : (rows.at(-1)?.id ?? null) }
}
