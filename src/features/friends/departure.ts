// Leave for good, and come back in time. It stands here because it ends what friends may do.
import type { Actor } from '../../core/actor.ts'
import type { BaseContext, Context } from '../../context.ts'
import type { InputOf, OutputOf } from '../../protocol/operations.ts'
import { proveMyself, scheduleDeletion } from '../accounts/leaving.ts'
import { noteAccount } from '../accounts/journal.ts'
import { arePresent } from '../accounts/people.ts'
import { closeSockets } from '../accounts/sessions.ts'
import { closeAllDirect, reopenDirect } from '../conversations/pairs.ts'
import { findWritable, settleAllOf } from './departure.store.ts'

/**
 * From this commit on nobody can find, befriend or write to the account. Friendships and what was
 * said stay until the time of grace is over, so that coming back brings everything back.
 */
export async function deleteMe(
  ctx: Context,
  actor: Actor,
  input: InputOf<'accounts.deleteMe'>,
): Promise<OutputOf<'accounts.deleteMe'>> {
  const proof = await proveMyself(ctx, actor, input)
  const { deletesAt, ended } = await ctx.transact(async (tx) => {
    const scheduled = await scheduleDeletion(ctx, tx, actor, proof)
    await settleAllOf(tx.sql, actor.id, ctx.clock.now())
    await closeAllDirect(tx, actor.id)
    return scheduled
  })
  // Whoever asks twice at once is noted once: the second finds no session to end.
  if (ended.length > 0) noteAccount(ctx, 'account.deletion_scheduled', actor.id)
  await closeSockets(ctx, actor.id, ended, 'the account is to be deleted')
  return { message: 'deletion scheduled', deletes_at: deletesAt.toISOString() }
}

/** For the reactions: friends may write again to who has come back, unless they left once more. */
export async function reopenTalks(ctx: BaseContext, user: number): Promise<void> {
  await ctx.transact(async (tx) => {
    if (!(await arePresent(tx.sql, [user]))) return
    await reopenDirect(tx, user, () => findWritable(tx.sql, user))
  })
}
