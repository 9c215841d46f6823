// Messages as one person sees them, which frames for all cannot say: which reactions are theirs, and what
// they may read of the messages that these answer.
import { cut } from '../../core/graphemes.ts'
import type { Sql } from '../../infra/db.ts'
import type { Message } from '../../protocol/messages.ts'
import { previewMax } from '../../protocol/characters.ts'
import type { Preview } from '../../protocol/reply.ts'
import { markOwn } from './emoji/own.ts'
import { findPreviews, type PreviewRow } from './previews.store.ts'

/** No question where nobody has reacted, and none where nothing is answered. */
export async function shownTo(
  sql: Sql,
  viewer: number,
  messages: readonly Message[],
): Promise<Message[]> {
  const [marked, previewOf] = await Promise.all([
    markOwn(sql, viewer, messages),
    previewsFor(sql, viewer, messages),
  ])
  return marked.map((message) =>
    message.reply_to_id === null ? message : { ...message, reply_to: previewOf(message) },
  )
}

async function previewsFor(
  sql: Sql,
  viewer: number,
  messages: readonly Message[],
): Promise<(message: Message) => Preview | null> {
  const answered = messages.flatMap(({ reply_to_id: id }) => (id === null ? [] : [id]))
  if (answered.length === 0) return () => null
  // One character more says whether the last one goes on.
  const rows = await findPreviews(sql, viewer, [...new Set(answered)], previewMax + 1)
  const found = new Map(rows.map((row) => [row.id, row]))
  return ({ reply_to_id: id, conversation_id }) => {
    const row = id === null ? undefined : found.get(id)
    // What stands elsewhere was never answered here.
    return row?.conversation_id === conversation_id ? previewView(row) : null
  }
}

function previewView(row: PreviewRow): Preview {
  return {
    id: row.id,
    seq: row.seq,
    from_user_id: row.sender_name,
    message_type: row.message_type,
    content: row.is_recalled ? '' : cut(row.content, previewMax),
    is_recalled: row.is_recalled,
  }
}
