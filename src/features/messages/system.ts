// System messages: what happened to a group, told in its timeline as data that clients word themselves.
import type { BaseContext } from '../../context.ts'
import { newUuid } from '../../core/ids.ts'
import type { Tx } from '../../infra/db.ts'
import type { EventData } from '../../protocol/events.ts'
import { audienceOf, hearersOf } from '../conversations/audience.ts'
import { directory } from '../conversations/state.ts'
import { loadBatch } from './replay.ts'
import { insertSystemMessage } from './system.store.ts'

/** A step of what it tells. The conversation is locked, for it takes the next seq. */
export async function saySystem(
  tx: Tx,
  conversation: number,
  actor: number,
  told: object,
): Promise<void> {
  const content = JSON.stringify(told)
  const { id, seq } = await insertSystemMessage(tx.sql, conversation, actor, content, newUuid())
  tx.emit({ name: 'message.posted', message_id: id, conversation_id: conversation, seq })
}

/** A reaction: to everybody it is for. */
export async function tellPosted(
  ctx: BaseContext,
  { message_id: message, conversation_id: conversation, seq }: EventData<'message.posted'>,
): Promise<void> {
  const ref = await ctx.of(directory).find(conversation)
  if (!ref) return
  const audience = await audienceOf(ctx.sql, ref)
  if (!('people' in audience)) {
    await ctx.queues.add('fanout', 'page', { message, seq, conversation, after: 0 })
    return
  }
  const now = ctx.clock.now().getTime()
  const { frames } = await loadBatch(ctx, [message], now)
  const users = hearersOf(audience, seq)
  const parcels = frames.map((frame) => {
    return { frame, users, conversation, seq, follows: false, origin: '' }
  })
  await ctx.courier.deliver(parcels, now)
}
