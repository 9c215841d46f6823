// System messages: what happened to a group, told in its timeline as data that clients word themselves.
import type { BaseContext } from '../../context.ts'
import { newUuid } from '../../core/ids.ts'
import type { Tx } from '../../infra/db.ts'
import type { EventData } from '../../protocol/events.ts'
import { messageTypes as types } from '../../protocol/messages.types.ts'
import { audienceOf, hearersOf } from '../conversations/audience.ts'
import { directory } from '../conversations/state.ts'
import { loadBatch } from './delivery/replay.ts'
import { channelFrame } from './delivery/announce.ts'
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
  const now = ctx.clock.now().getTime()
  const audience = await audienceOf(ctx.sql, ref)
  const { items, frames } = await loadBatch(ctx, [message], now)
  if ('people' in audience) {
    const users = hearersOf(audience, seq)
    const parcels = frames.map((frame) => {
      return { frame, users, conversation, seq, follows: false, origin: '' }
    })
    await ctx.courier.deliver(parcels, now)
    return
  }
  const told = items.map(({ s: place, by }, index) =>
    channelFrame({ seq: place, by, type: types.system, frame: frames[index] as string }),
  )
  await ctx.relay.broadcast({ at: now, conversation, frames: told })
}

/** Of a system message's frame: whom it tells of, by name. They may have come with it, or gone. */
export function toldOf(frame: string): readonly string[] {
  const { data } = JSON.parse(frame) as { data?: { content?: string } }
  const { targets = [] } = JSON.parse(data?.content || '{}') as { targets?: readonly string[] }
  return targets
}
