// Typing goes straight to the relay and may be lost.
import type { Actor } from '../../core/actor.ts'
import { Failure } from '../../core/failure.ts'
import type { Context } from '../../context.ts'
import { encode } from '../../protocol/codec.ts'
import { parcel } from '../../infra/courier.ts'
import { othersOf } from '../conversations/audience.ts'
import { groupOf } from '../conversations/directory.ts'
import { whoHears } from '../conversations/membership.ts'
import { directory } from '../conversations/state.ts'

/** Tells the others, as far as both sides show it; refused where no message could be sent. */
export async function typing(
  ctx: Context,
  actor: Actor,
  input: { conversation_id: number } | { group_id: string },
): Promise<void> {
  const known = ctx.of(directory)
  const isGroup = 'group_id' in input
  const ref = await (isGroup ? known.findGroup(input.group_id) : known.find(input.conversation_id))
  const others = ref && (await othersOf(ctx.sql, ref, actor.id))
  if (!others) throw new Failure(isGroup ? 'groupNotFound' : 'conversationNotFound')
  // Open now, it was not closed by a block when the name below was read: that came before.
  const signal = { what: 'typing', by: actor.id, others } as const
  const { isOpen, hearers } = await whoHears(ctx.sql, ref.id, signal)
  if (!isOpen) throw new Failure('notAllowed')
  const now = ctx.clock.now().getTime()
  const frame = encode(
    'typing',
    {
      conversation_id: ref.id,
      ...groupOf(ref),
      user_id: actor.userId,
      nickname: actor.nickname,
    },
    Math.floor(now / 1000),
  )
  try {
    await ctx.courier.deliver([parcel(frame, hearers)], now)
  } catch (err) {
    ctx.log.debug({ err }, 'a typing signal was lost')
  }
}
