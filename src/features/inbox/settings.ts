// Kept in sight or muted: what somebody sets for one of their conversations.
import type { Actor } from '../../core/actor.ts'
import { Failure } from '../../core/failure.ts'
import type { Context } from '../../context.ts'
import type { InputOf, OutputOf } from '../../protocol/operations.ts'
import { requireMember } from '../conversations/membership.ts'
import { setMuted, setPinned } from '../conversations/settings.ts'
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

async function showOne(
  ctx: Context,
  actor: Actor,
  id: number,
): Promise<OutputOf<'conversations.pin'>> {
  const [shown] = await show(ctx, actor, [await requireMember(ctx.sql, id, actor.id)])
  if (!shown) throw new Failure('conversationNotFound')
  return shown
}
