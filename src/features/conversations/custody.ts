// The conversations somebody is in, and what they had set there: taken along, and left for good.
import { inOrder, pageOf, paged, type Custody, type Page } from '../custody.ts'
import type { Sql } from '../../infra/db.ts'
import type { ExportedRow } from '../../protocol/export.ts'
import {
  deleteSettlement,
  deleteNotes,
  leaveSome,
  pageConversations,
  type TakenConversation,
} from './custody.store.ts'
import { deleteDraftsOf, pageDraftsOf } from './settings.store.ts'

async function ownConversations(
  sql: Sql,
  user: number,
  after: number,
  limit: number,
): Promise<Page<ExportedRow<'conversations'>>> {
  const rows = await pageConversations(sql, user, after, limit)
  return pageOf(rows, limit, takenView)
}

/** A question for whoever takes along what was said there, too: which, and from where on they see it. */
export async function ownSights(
  sql: Sql,
  user: number,
  after: number,
  limit: number,
): Promise<Page<{ id: number; sees_after: number }>> {
  return pageOf(await pageConversations(sql, user, after, limit), limit, ({ id, sees_after }) => ({
    id,
    sees_after,
  }))
}

function takenView(row: TakenConversation): ExportedRow<'conversations'> {
  return {
    id: row.id,
    kind: row.kind === 1 ? ('direct' as const) : ('group' as const),
    peer_user_id: row.peer,
    group_id: row.group_id,
    last_seq: row.last_seq,
    read_seq: row.read_seq,
    is_pinned: row.is_pinned,
    is_muted: row.is_muted,
    is_archived: row.is_archived,
    created_at: row.created_at.toISOString(),
  }
}

async function ownDrafts(
  sql: Sql,
  user: number,
  after: number,
  limit: number,
): Promise<Page<ExportedRow<'drafts'>>> {
  const rows = await pageDraftsOf(sql, user, after, limit)
  const shown = rows.map(({ updated_at, ...row }) => ({
    ...row,
    updated_at: updated_at.toISOString(),
  }))
  return { rows: shown, next: rows.length < limit ? null : (rows.at(-1)?.conversation_id ?? null) }
}

export const custody: Custody<'conversations' | 'drafts'> = {
  // Read marks stay: they tell the others that what they wrote was read. So does what was said.
  // One's notes were for nobody else.
  erase: inOrder([deleteDraftsOf, deleteSettlement, deleteNotes, leaveSome]),
  export: { conversations: paged(ownConversations), drafts: paged(ownDrafts) },
  expire: [],
}
