// A conversation's timer: either of two people sets it, in a group who may change it.
import type { Actor } from '../../core/actor.ts'
import { Failure, invalid, isFailure } from '../../core/failure.ts'
import type { Context } from '../../context.ts'
import { timers } from '../../protocol/burning.ts'
import type { SystemMessage } from '../../protocol/groups.told.ts'
import type { InputOf, OutputOf } from '../../protocol/operations.ts'
import { isPair, mayBeIn, peerOf, type DirectRef } from '../conversations/directory.ts'
import { lockOpen } from '../conversations/members.ts'
import { directory } from '../conversations/state.ts'
import { setBurning } from '../conversations/timers.ts'
import { whyClosed } from '../friends/policy.ts'
import { change } from '../groups/group.ts'
import { showOne } from '../inbox/settings.ts'
import { saySystem } from '../messages/system.ts'

/** All in it read of it, between what came before and what will burn. The same again is told to nobody. */
export async function setTimer(
  ctx: Context,
  actor: Actor,
  { id, seconds }: InputOf<'conversations.timer'>,
): Promise<OutputOf<'conversations.timer'>> {
  if (seconds !== null && !timers.some((each) => each === seconds)) {
    throw invalid('seconds', 'unknown_value', { allowed: [...timers] })
  }
  const ref = await ctx.of(directory).find(id)
  if (!ref || !mayBeIn(ref, actor.id)) throw new Failure('conversationNotFound')
  await (isPair(ref) ? inPair(ctx, actor, ref, seconds) : inGroup(ctx, actor, ref.groupId, seconds))
  return showOne(ctx, actor, id)
}

const told = (seconds: number | null): Pick<SystemMessage, 'event' | 'burn_after'> => ({
  event: 'timer_changed',
  burn_after: seconds,
})

async function inPair(
  ctx: Context,
  actor: Actor,
  ref: DirectRef,
  seconds: number | null,
): Promise<void> {
  await ctx.transact(async (tx) => {
    // Where nothing may be said no timer is set either.
    if ((await lockOpen(tx, ref.id)) === null) {
      throw await whyClosed(tx.sql, actor.id, peerOf(ref, actor.id).id)
    }
    if (!(await setBurning(tx, ref.id, seconds))) return
    const message: SystemMessage = { ...told(seconds), actor: actor.userId, targets: [] }
    await saySystem(tx, ref.id, actor.id, message)
  })
}

async function inGroup(
  ctx: Context,
  actor: Actor,
  groupId: string,
  seconds: number | null,
): Promise<void> {
  try {
    await change(ctx, actor, groupId, 'change', async ({ tx, group, say }) => {
      if (await setBurning(tx, group.id, seconds)) await say(told(seconds))
    })
  } catch (error) {
    // It was asked for by its number, which tells nobody that it is a group's.
    throw isFailure(error, 'groupNotFound') ? new Failure('conversationNotFound') : error
  }
}
