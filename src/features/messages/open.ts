// The conversation with a friend, with its newest message.
import type { Actor } from '../../core/actor.ts'
import { isFailure } from '../../core/failure.ts'
import type { Context } from '../../context.ts'
import type { InputOf, OutputOf } from '../../protocol/operations.ts'
import { findPerson } from '../people/people.ts'
import { openWith } from '../conversations/listing.ts'
import { whyClosed } from '../friends/policy.ts'
import { newestOf } from './newest.ts'

export async function create(
  ctx: Context,
  actor: Actor,
  input: InputOf<'conversations.create'>,
): Promise<OutputOf<'conversations.create'>> {
  const opened = await openWith(ctx, actor, input.friend_user_id).catch(async (error) => {
    if (!isFailure(error, 'notAllowed')) throw error
    const { id } = await findPerson(ctx.sql, input.friend_user_id)
    throw await whyClosed(ctx.sql, actor.id, id)
  })
  const last = (await newestOf(ctx, actor.id, [{ ...opened, sees_after: 0 }])).get(opened.id)
  const shown = { ...opened, last_message_id: last?.id ?? null }
  return last ? { ...shown, last_message: last } : shown
}
