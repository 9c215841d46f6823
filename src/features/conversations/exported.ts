// A step for the export: the conversations somebody is in, and what they had set there.
import type { Sql } from '../../infra/db.ts'
import type { ExportedRow } from '../../protocol/export.ts'
import { pageConversations } from './leaving.store.ts'

export async function exportedConversations(
  sql: Sql,
  user: number,
  after: number,
  limit: number,
): Promise<{ rows: ExportedRow<'conversations'>[]; next: number | null }> {
  const rows = await pageConversations(sql, user, after, limit)
  const shown = rows.map((row) => ({
    id: row.id,
    kind: row.kind === 1 ? ('direct' as const) : ('group' as const),
    peer_user_id: row.peer,
    last_seq: row.last_seq,
    read_seq: row.read_seq,
    is_pinned: row.is_pinned,
    is_muted: row.is_muted,
    created_at: row.created_at.toISOString(),
  }))
  return { rows: shown, next: rows.length < limit ? null : (rows.at(-1)?.id ?? null) }
}
