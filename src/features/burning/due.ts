// Burns what is over: the words go, with all that was made of them, and leave a hole that is known as one.
import type { BaseContext } from '../../context.ts'
import type { Tx } from '../../infra/db.ts'
import { encode } from '../../protocol/codec.ts'
import type { EventData } from '../../protocol/events.ts'
import { audienceOf } from '../conversations/audience.ts'
import { lockOpen } from '../conversations/members.ts'
import { directory } from '../conversations/state.ts'
import { tellAudience } from '../conversations/tell.ts'
import { countBurned } from '../conversations/timers.ts'
import { limits } from './limits.ts'
import { burnMessages, findOver } from './store.ts'

/** Answers how many were over: as many as are taken at most means that there may be more. */
export async function burnDue(ctx: BaseContext): Promise<number> {
  const over = await findOver(ctx.sql, ctx.clock.now(), limits.burning.takeMax)
  const byConversation = Map.groupBy(over, (row) => row.conversation_id)
  for (const [conversation, rows] of byConversation) {
    const ids = rows.map((row) => row.message_id)
    await ctx.transact((tx) => burn(tx, conversation, ids))
  }
  return over.length
}

/** A step. What another worker has burned meanwhile is told by that one. */
async function burn(tx: Tx, conversation: number, ids: readonly number[]): Promise<void> {
  await lockOpen(tx, conversation)
  const gone = await burnMessages(tx.sql, ids, tx.now)
  if (gone.length === 0) return
  await countBurned(tx, conversation, gone)
  const messages = gone.map(({ id, seq }) => ({ id, seq }))
  tx.emit({ name: 'message.burned', conversation_id: conversation, messages })
}

/** A reaction: to everybody it was for, as what one deletes is told to one's own devices. */
export async function tellBurned(
  ctx: BaseContext,
  { conversation_id, messages }: EventData<'message.burned'>,
): Promise<void> {
  const ref = await ctx.of(directory).find(conversation_id)
  if (!ref) return
  const at = ctx.clock.now().getTime()
  const audience = await audienceOf(ctx.sql, ref)
  for (const { id: message_id, seq } of messages) {
    const where = { conversation_id, message_id, seq }
    const frame = encode('message_deleted', where, Math.floor(at / 1000))
    await tellAudience(ctx, audience, frame, { at, about: seq })
  }
}
