// For the workers: frames of stored messages, made again from the database.
import { must } from '../../../core/assert.ts'
import type { BaseContext } from '../../../context.ts'
import type { MessageItem } from '../../../infra/queues.ts'
import type { Sql } from '../../../infra/db.ts'
import type { EventData } from '../../../protocol/events.ts'
import { encode } from '../../../protocol/codec.ts'
import type { Message } from '../../../protocol/messages.ts'
import { audienceOf, type Audience } from '../../conversations/audience.ts'
import type { ConversationRef } from '../../conversations/directory.ts'
import { thoseWho } from '../../deletions/deleted.ts'
import { tellAudience } from '../../conversations/tell.ts'
import { shownTo } from '../shown.ts'
import { itemOf } from './announce.ts'
import { findMessages, hasChanged } from '../store.ts'
import { messageFrame, messageView } from '../view.ts'
import { directory } from '../../conversations/state.ts'

/** What only a job can say of a message: what it came by, whether it follows another, who has it. */
export type Known = Pick<MessageItem, 'x' | 'f'> & Partial<Pick<MessageItem, 'to'>>

/**
 * Items and frames as the job carried them, as the messages stand now. Where no job says any more
 * what a message came by, its sender gets a copy of a seq it has seen.
 */
export async function loadBatch(
  ctx: BaseContext,
  ids: readonly number[],
  now: number,
  known: ReadonlyMap<number, Known> = new Map(),
): Promise<{ items: MessageItem[]; frames: string[] }> {
  const rows = await findMessages(ctx.sql, ids)
  const refs = await ctx.of(directory).findAll(rows.map((row) => row.conversation_id))
  const items: MessageItem[] = []
  const frames: string[] = []
  for (const row of rows) {
    const ref = must(refs.get(row.conversation_id), 'a message has a conversation')
    const { x, f, to } = known.get(row.id) ?? { x: '', f: false }
    const item = itemOf(ref, { m: row.id, s: row.seq, by: row.sender_id, x, f })
    items.push(to === undefined ? item : { ...item, to })
    frames.push(messageFrame(messageView(row, ref), ref, Math.floor(now / 1000)))
  }
  return { items, frames }
}

/** As they stand now, by conversation and seq. Who may see them is for the caller to know. */
export async function showMessages(
  ctx: BaseContext,
  viewer: number,
  ids: readonly number[],
): Promise<Message[]> {
  const rows = await findMessages(ctx.sql, ids)
  const refs = await ctx.of(directory).findAll(rows.map((row) => row.conversation_id))
  const shown = rows.map((row) => {
    return messageView(row, must(refs.get(row.conversation_id), 'a message has a conversation'))
  })
  return shownTo(ctx.sql, viewer, shown)
}

/** The frame that says that a message changed, and where. */
export async function loadChange(
  ctx: BaseContext,
  id: number,
  version: number,
  now: number,
): Promise<{ frame: string; ref: ConversationRef; seq: number } | null> {
  const [row] = await findMessages(ctx.sql, [id])
  if (!row) return null
  const ref = must(
    await ctx.of(directory).find(row.conversation_id),
    'a message has a conversation',
  )
  const changed = { ...messageView(row, ref), conversation_version: version }
  const frame = encode('message_updated', changed, Math.floor(now / 1000))
  return { frame, ref, seq: row.seq }
}

/** Whether any of these messages is not as it was said. */
export function anyChanged(sql: Sql, ids: readonly number[]): Promise<boolean> {
  return hasChanged(sql, ids)
}

/** In channels clients pass over what they deleted: a frame for all is told once. */
async function withoutDeleters(
  ctx: BaseContext,
  id: number,
  audience: Audience,
): Promise<Audience> {
  if (!('people' in audience)) return audience
  const { people, since } = audience
  const left = await thoseWho(ctx.sql, id, people)
  if (left === people) return audience
  const still = new Set(left)
  const after = since?.filter((_, n) => still.has(people[n] as number))
  return after ? { people: left, since: after } : { people: left }
}

/** A reaction: recalled, edited or reacted to, told to everybody there. */
export async function tellChange(
  ctx: BaseContext,
  { message_id, version }: EventData<'message.changed'>,
): Promise<void> {
  const now = ctx.clock.now().getTime()
  const change = await loadChange(ctx, message_id, version, now)
  if (!change) return
  const { ref, frame, seq: about } = change
  const audience = await withoutDeleters(ctx, message_id, await audienceOf(ctx.sql, ref))
  await tellAudience(ctx, audience, frame, { at: now, about })
}
