// What a node should have heard by the relay and did not: it asks the database.
import type { BaseContext } from '../../../context.ts'
import type { ChannelFrame } from '../../../infra/relay.ts'
import { directory } from '../../conversations/state.ts'
import { channelFrame } from './announce.ts'
import { limits } from '../limits.ts'
import { loadBatch } from './replay.ts'
import { listMessages } from '../store.ts'
import { messageFrame, messageView } from '../view.ts'
import { findMissed, type Gap } from './missed.store.ts'

export type { Gap }

export interface Missed {
  readonly seq: number
  readonly frame: string
}

/** The first of those a channel's node has not heard after a seq. */
export async function loadMissedInChannel(
  ctx: BaseContext,
  conversation: number,
  after: number,
): Promise<ChannelFrame[]> {
  const ref = await ctx.of(directory).find(conversation)
  if (!ref) return []
  const limit = limits.missed.messagesMax
  const seconds = Math.floor(ctx.clock.now().getTime() / 1000)
  const rows = await listMessages(ctx.sql, conversation, 0, { after, limit })
  return rows.map((row) => {
    const frame = messageFrame(messageView(row, ref), ref, seconds)
    return channelFrame({ seq: row.seq, by: row.sender_id, type: row.message_type, frame })
  })
}

/** By gap, in rising seq; the last ones of a long gap. */
export async function loadMissed(
  ctx: BaseContext,
  gaps: readonly Gap[],
): Promise<Map<Gap, Missed[]>> {
  const rows = await findMissed(ctx.sql, gaps)
  const now = ctx.clock.now().getTime()
  const { items, frames } = await loadBatch(ctx, [...new Set(rows.map(({ id }) => id))], now)
  const byGap = Map.groupBy(rows, ({ gap }) => gap)
  return new Map(
    gaps.map((gap, place) => {
      const ids = new Set(byGap.get(place)?.map(({ id }) => id))
      const said = items.flatMap(({ m, s: seq }, index) =>
        ids.has(m) ? [{ seq, frame: frames[index] as string }] : [],
      )
      return [gap, said]
    }),
  )
}
