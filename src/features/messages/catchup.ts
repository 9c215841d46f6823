// For sync: messages that a snapshot has not seen, and those that are not as it saw them.
import { must } from '../../core/assert.ts'
import type { Context } from '../../context.ts'
import type { Message } from '../../protocol/messages.ts'
import { directory } from '../conversations/state.ts'
import { shownTo } from './shown.ts'
import { findNews, listAfter, listChanged, type NewsRow } from './catchup.store.ts'
import type { MessageRow } from './store.ts'
import { messageView } from './view.ts'

export type News = NewsRow

export function newsIn(
  ctx: Context,
  user: number,
  conversations: readonly number[],
  since: string,
): Promise<News[]> {
  return conversations.length === 0
    ? Promise.resolve([])
    : findNews(ctx.sql, user, conversations, since)
}

/** At most `limit` of each, in rising seq. Who may see them is for the caller to know. */
export async function messagesAfter(
  ctx: Context,
  user: number,
  ranges: readonly { readonly id: number; readonly after: number }[],
  limit: number,
): Promise<Message[]> {
  return ranges.length === 0 ? [] : show(ctx, user, await listAfter(ctx.sql, user, ranges, limit))
}

export async function changedIn(
  ctx: Context,
  user: number,
  conversations: readonly number[],
  since: string,
): Promise<Message[]> {
  if (conversations.length === 0) return []
  return show(ctx, user, await listChanged(ctx.sql, user, conversations, since))
}

async function show(ctx: Context, user: number, rows: readonly MessageRow[]): Promise<Message[]> {
  const refs = await ctx.of(directory).findAll(rows.map((row) => row.conversation_id))
  const shown = rows.map((row) =>
    messageView(row, must(refs.get(row.conversation_id), 'a message has a conversation')),
  )
  return shownTo(ctx.sql, user, shown)
}
