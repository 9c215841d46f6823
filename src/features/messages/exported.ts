// A step for the export: what was said in one conversation, by seq.
import type { Sql } from '../../infra/db.ts'
import type { ExportedRow } from '../../protocol/export.ts'
import { listMessages } from './store.ts'

/** Own messages and those of the others, as the history shows them. */
export async function exportedMessages(
  sql: Sql,
  conversation: number,
  after: number,
  limit: number,
): Promise<{ rows: ExportedRow<'messages'>[]; next: number | null }> {
  const rows = await listMessages(sql, conversation, { after, limit })
  const shown = rows.map((row) => ({
    id: row.id,
    conversation_id: row.conversation_id,
    seq: row.seq,
    from_user_id: row.sender_name,
    message_type: row.message_type,
    content: row.recalled_at ? '' : row.content,
    media_url: row.recalled_at ? '' : row.media_url,
    reply_to_id: row.reply_to_id,
    created_at: row.created_at.toISOString(),
    edited_at: row.edited_at?.toISOString() ?? null,
    recalled_at: row.recalled_at?.toISOString() ?? null,
  }))
  return { rows: shown, next: rows.length < limit ? null : (rows.at(-1)?.seq ?? null) }
}
