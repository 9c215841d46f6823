// Kept in sight, muted or put aside: what somebody sets for one of their conversations.
import type { Actor } from '../../core/actor.ts'
import { Failure, invalid } from '../../core/failure.ts'
import type { Context } from '../../context.ts'
import type { InputOf, OutputOf } from '../../protocol/operations.ts'
import { longerThan } from '../../protocol/characters.ts'
import { requireMember } from '../conversations/membership.ts'
import {
  setArchived,
  setDraft,
  setMarkedUnread,
  setMuted,
  setPinned,
} from '../conversations/settings.ts'
import { limits } from '../messages/limits.ts'
import { show } from './list.ts'

export async function pin(
  ctx: Context,
  actor: Actor,
  { id, is_pinned }: InputOf<'conversations.pin'>,
): Promise<OutputOf<'conversations.pin'>> {
  await ctx.transact((tx) => setPinned(tx, id, actor.id, is_pinned))
  return showOne(ctx, actor, id)
}

export async function mute(
  ctx: Context,
  actor: Actor,
  { id, is_muted: isMuted, until, mentions = true }: InputOf<'conversations.mute'>,
): Promise<OutputOf<'conversations.mute'>> {
  const muting = { isMuted, until: until === undefined ? null : new Date(until), mentions }
  await ctx.transact((tx) => setMuted(tx, id, actor.id, muting))
  return showOne(ctx, actor, id)
}

/** A message that is said meanwhile is not hidden: it comes after the seq that was archived. */
export async function archive(
  ctx: Context,
  actor: Actor,
  { id, is_archived: is = true }: InputOf<'conversations.archive'>,
): Promise<OutputOf<'conversations.archive'>> {
  await ctx.transact((tx) => setArchived(tx, id, actor.id, is))
  return showOne(ctx, actor, id)
}

export async function markUnread(
  ctx: Context,
  actor: Actor,
  { id, is_marked_unread: is = true }: InputOf<'conversations.markUnread'>,
): Promise<OutputOf<'conversations.markUnread'>> {
  await ctx.transact((tx) => setMarkedUnread(tx, id, actor.id, is))
  return showOne(ctx, actor, id)
}

/** A message that is sent leaves it as it is: whoever sent it says that it is empty now. */
export async function draft(
  ctx: Context,
  actor: Actor,
  { id, content, reply_to_id: replyTo }: InputOf<'conversations.draft'>,
): Promise<OutputOf<'conversations.draft'>> {
  const { charactersMax: max } = limits.message
  if (longerThan(content, max)) throw invalid('content', 'too_long', { max })
  await ctx.transact((tx) => setDraft(tx, id, actor.id, { content, replyTo: replyTo ?? null }))
  return showOne(ctx, actor, id)
}

/** Part of a use case: as its member sees it now. */
export async function showOne(
  ctx: Context,
  actor: Actor,
  id: number,
): Promise<OutputOf<'conversations.pin'>> {
  const [shown] = await show(ctx, actor, [await requireMember(ctx.sql, id, actor.id)])
  if (!shown) throw new Failure('conversationNotFound')
  return shown
}
