// My conversations, pinned first, then by last activity; and how one is shown to a member.
import type { Actor } from '../../core/actor.ts'
import { directory } from './state.ts'
import { must } from '../../core/assert.ts'
import { Failure } from '../../core/failure.ts'
import { decodeNumbers, encodeCursor, timeOf } from '../../core/page.ts'
import type { Context } from '../../context.ts'
import type { Sql } from '../../infra/db.ts'
import type { DirectConversation } from '../../protocol/messages.ts'
import type { InputOf, OutputOf } from '../../protocol/operations.ts'
import { findPerson, findProfiles } from '../people/people.ts'
import type { DirectRef } from './directory.ts'
import { listConversations, type ListPosition } from './list.store.ts'
import { requireMember } from './membership.ts'
import { openNotes } from './notes.ts'
import { isDirect, markOpened, type ConversationRow } from './store.ts'
import { countUnread, settleUnread } from './unread.store.ts'
import { conversationView } from './view.ts'

const defaultSize = 20
const kinds = { direct: [1], group: [2], all: [1, 2] } as const
const archives = { no: false, only: true, all: null } as const

export interface Listed {
  readonly rows: readonly ConversationRow[]
  /** Null for the page shape, which has no cursor. */
  readonly cursor: { readonly has_more: boolean; readonly next_cursor: string | null } | null
}

/** A part of a use case: the page or cursor the input asks for. */
export async function listPage(
  ctx: Context,
  actor: Actor,
  input: InputOf<'conversations.list'>,
): Promise<Listed> {
  const wanted = {
    kinds: kinds[input.kind ?? 'direct'],
    archived: archives[input.archived ?? 'no'],
  }
  if (input.cursor === undefined && input.limit === undefined) {
    const limit = input.page_size ?? defaultSize
    const offset = ((input.page ?? 1) - 1) * limit
    const rows = await listConversations(ctx.sql, actor.id, {
      ...wanted,
      limit,
      offset,
      after: null,
    })
    return { rows, cursor: null }
  }
  const limit = input.limit ?? defaultSize
  const after = input.cursor ? positionOf(input.cursor) : null
  const page = { ...wanted, limit: limit + 1, offset: 0, after }
  const rows = await listConversations(ctx.sql, actor.id, page)
  const shown = rows.slice(0, limit)
  const last = shown.at(-1)
  const hasMore = rows.length > limit
  return {
    rows: shown,
    cursor: { has_more: hasMore, next_cursor: hasMore && last ? cursorOf(last) : null },
  }
}

/** Where the list goes on after this one. */
export function cursorOf(row: ConversationRow): string {
  return encodeCursor([row.is_pinned ? 1 : 0, row.list_time, row.id])
}

function positionOf(cursor: string): ListPosition {
  const [pinned, time, id = 0] = decodeNumbers(cursor, 3)
  return { pinned: pinned === 1, at: timeOf(time), id }
}

/** A part of a use case: the conversation with a friend, or one's notes, shown in the list from now on. */
export async function openWith(
  ctx: Context,
  actor: Actor,
  friend: string,
): Promise<DirectConversation> {
  const ref =
    (await ctx.of(directory).findDirect(actor.id, friend)) ?? (await own(ctx, actor, friend))
  const row = await requireMember(ctx.sql, ref.id, actor.id)
  if (!row.is_open) throw new Failure('notAllowed')
  if (!row.is_opened) {
    await ctx.transact(async (tx) => {
      await markOpened(tx.sql, ref.id, actor.id)
      tx.emit({ name: 'conversation.set', conversation_id: ref.id, user: actor.id })
    })
  }
  const [shown] = await showDirect(ctx, actor, [row])
  return shown as DirectConversation
}

/** Nobody but oneself is written to without having been a friend. */
async function own(ctx: Context, actor: Actor, named: string): Promise<DirectRef> {
  const person = await findPerson(ctx.sql, named)
  if (person.id !== actor.id) throw new Failure('notAllowed')
  return openNotes(ctx, actor)
}

/** A part of a use case: those with people, as whoever asks sees them. */
export async function showDirect(
  ctx: Context,
  actor: Actor,
  rows: readonly ConversationRow[],
): Promise<DirectConversation[]> {
  const direct = rows.filter(isDirect)
  const people = direct.flatMap((row) => [row.user1_id, row.user2_id])
  const profiles = await findProfiles(ctx.sql, actor.id, people)
  return direct.map((row) => conversationView(row, actor.id, profiles))
}

export async function unreadCount(
  ctx: Context,
  actor: Actor,
): Promise<OutputOf<'messages.unreadCount'>> {
  const count = await unreadOf(ctx.sql, actor.id)
  return { count, total: count, offline: count }
}

/** A question: how much somebody has not read, in all. */
export async function unreadOf(sql: Sql, user: number): Promise<number> {
  const [row] = await countUnread(sql, user)
  const { count, is_due: isDue } = must(row, 'a sum has one row')
  if (isDue) await settleUnread(sql, user)
  return count
}
