// Delete a message for oneself: for all others it stays, and nobody can tell.
import type { Actor } from '../../core/actor.ts'
import { Failure } from '../../core/failure.ts'
import type { BaseContext, Context } from '../../context.ts'
import type { EventData } from '../../protocol/events.ts'
import type { InputOf, OutputOf } from '../../protocol/operations.ts'
import { tell } from '../tell.ts'
import { deleteFor } from './store.ts'

/** A second time changes nothing and is told to nobody. */
export async function deleteForMe(
  ctx: Context,
  actor: Actor,
  { id }: InputOf<'messages.delete'>,
): Promise<OutputOf<'messages.delete'>> {
  await ctx.transact(async (tx) => {
    const found = await deleteFor(tx.sql, { user: actor.id, message: id, now: tx.now })
    if (!found) throw new Failure('messageNotFound')
    const { is_new: isNew, ...where } = found
    if (isNew) tx.emit({ name: 'message.deleted', user: actor.id, ...where })
  })
  return { message: 'removed' }
}

/** A reaction: to their own devices alone. */
export async function tellDeleted(
  ctx: BaseContext,
  { user, message_id, conversation_id, seq }: EventData<'message.deleted'>,
): Promise<void> {
  await tell(ctx, [user], 'message_deleted', { conversation_id, message_id, seq })
}
