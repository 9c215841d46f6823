// Steps for the workers: frames of stored messages, made again from the database.
import { must } from '../../core/assert.ts'
import type { BaseContext } from '../../context.ts'
import { parcel } from '../../infra/courier.ts'
import type { MessageItem } from '../../infra/queues.ts'
import type { Origin } from '../../infra/relay.ts'
import type { Sql } from '../../infra/db.ts'
import type { EventData } from '../../protocol/events.ts'
import { encode } from '../../protocol/codec.ts'
import { itemOf } from './announce.ts'
import { findMessages, hasChanged } from './store.ts'
import { messageView } from './view.ts'
import { directory } from '../conversations/state.ts'

/**
 * Items and frames as the job carried them, as the messages stand now. Where no job says any more
 * what a message came by, its sender gets a copy of a seq it has seen.
 */
export async function loadBatch(
  ctx: BaseContext,
  ids: readonly number[],
  now: number,
  origins: ReadonlyMap<number, Origin> = new Map(),
): Promise<{ items: MessageItem[]; frames: string[] }> {
  const rows = await findMessages(ctx.sql, ids)
  const places = await ctx.of(directory).findAll(rows.map((row) => row.conversation_id))
  const items: MessageItem[] = []
  const frames: string[] = []
  for (const row of rows) {
    const place = must(places.get(row.conversation_id), 'a message has a conversation')
    const x = origins.get(row.id) ?? ''
    items.push(itemOf(place, { m: row.id, s: row.seq, by: row.sender_id, x, f: false }))
    frames.push(encode('message', messageView(row, place), Math.floor(now / 1000)))
  }
  return { items, frames }
}

/** The frame that says that a message changed, and the account ids of a direct one's people. */
async function loadChange(
  ctx: BaseContext,
  id: number,
  version: number,
  now: number,
): Promise<{ frame: string; users: number[] } | null> {
  const [row] = await findMessages(ctx.sql, [id])
  if (!row) return null
  const place = must(
    await ctx.of(directory).find(row.conversation_id),
    'a message has a conversation',
  )
  if (place.kind !== 'direct') return null
  const changed = { ...messageView(row, place), conversation_version: version }
  return {
    frame: encode('message_updated', changed, Math.floor(now / 1000)),
    users: [place.user1.id, place.user2.id],
  }
}

/** Whether any of these messages is not as it was said. */
export function anyChanged(sql: Sql, ids: readonly number[]): Promise<boolean> {
  return hasChanged(sql, ids)
}

/** A reaction: recalled or edited, to everybody there. */
export async function tellChange(
  ctx: BaseContext,
  { message_id, version }: EventData<'message.changed'>,
): Promise<void> {
  const now = ctx.clock.now().getTime()
  const change = await loadChange(ctx, message_id, version, now)
  if (change) await ctx.courier.deliver([parcel(change.frame, change.users)], now)
}
