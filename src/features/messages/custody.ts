// What was said in somebody's conversations, by seq: taken along. It stays when they leave, for it
// belongs to those they said it to, too; what it had said before it was edited goes, and so do their notes.
import { ownSights } from '../conversations/custody.ts'
import { inOrder, pages, paged, type Custody, type Page, type ReadPage } from '../custody.ts'
import type { Sql } from '../../infra/db.ts'
import type { ExportedRow } from '../../protocol/export.ts'
import { deleteReactionsOf, pageReactionsOf } from './emoji/store.ts'
import { deleteRevisionsOf, pageRevisionsOf } from './revisions.store.ts'
import { deleteNoted, listMessages } from './store.ts'

/** Own messages and those of the others, as the history shows them: without what was deleted. */
async function messages(
  sql: Sql,
  conversation: number,
  viewer: number,
  after: number,
  limit: number,
): Promise<Page<ExportedRow<'messages'>>> {
  const rows = await listMessages(sql, conversation, 0, { after, limit, viewer })
  // What burns is not taken along: it would stay.
  const lasting = rows.filter((row) => row.expires_at === null)
  const shown = lasting.map((row) => ({
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

const saidIn =
  (user: number): ReadPage<ExportedRow<'messages'>> =>
  (sql, conversation, after, limit) =>
    messages(sql, conversation, user, after, limit)

/** Conversation by conversation: an index has them in that order, whoever said how much. */
async function* said(sql: Sql, user: number): AsyncGenerator<readonly object[]> {
  for await (const conversations of pages(ownSights, sql, user)) {
    for (const { id, sees_after } of conversations)
      yield* pages(saidIn(user), sql, id, { first: sees_after })
  }
}

/** A page ends with the last revision of a message. */
async function ownRevisions(
  sql: Sql,
  user: number,
  after: number,
  limit: number,
): Promise<Page<ExportedRow<'message_revisions'>>> {
  const rows = await pageRevisionsOf(sql, user, after, limit)
  const shown = rows.map(({ said_at, ...row }) => ({ ...row, said_at: said_at.toISOString() }))
  return { rows: shown, next: rows.length < limit ? null : (rows.at(-1)?.message_id ?? null) }
}

/** A page ends with the last reaction to a message. */
async function ownReactions(
  sql: Sql,
  user: number,
  after: number,
  limit: number,
): Promise<Page<ExportedRow<'message_reactions'>>> {
  const rows = await pageReactionsOf(sql, user, after, limit)
  const shown = rows.map(({ created_at, ...row }) => ({
    ...row,
    created_at: created_at.toISOString(),
  }))
  return { rows: shown, next: rows.length < limit ? null : (rows.at(-1)?.message_id ?? null) }
}

export const custody: Custody<'messages' | 'message_revisions' | 'message_reactions'> = {
  erase: inOrder([deleteNoted, deleteRevisionsOf, deleteReactionsOf]),
  export: {
    messages: said,
    message_revisions: paged(ownRevisions),
    message_reactions: paged(ownReactions),
  },
  expire: [],
}
