// A step for the export: where somebody's browsers want their notifications.
import type { Sql } from '../../infra/db.ts'
import type { ExportedRow } from '../../protocol/export.ts'
import { pageSubscriptions } from './store.ts'

/** Without the keys: they let others write to the browser, and tell its owner nothing. */
export async function exportedSubscriptions(
  sql: Sql,
  user: number,
  after: number,
  limit: number,
): Promise<{ rows: ExportedRow<'push_subscriptions'>[]; next: number | null }> {
  const rows = await pageSubscriptions(sql, user, after, limit)
  const shown = rows.map(({ id, endpoint, created_at }) => ({
    id,
    endpoint,
    created_at: created_at.toISOString(),
  }))
  return { rows: shown, next: rows.length < limit ? null : (rows.at(-1)?.id ?? null) }
}
