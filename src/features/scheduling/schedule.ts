// Schedule a message, look at what is scheduled, cancel it.
import type { Actor } from '../../core/actor.ts'
import { must } from '../../core/assert.ts'
import { Failure, invalid } from '../../core/failure.ts'
import { decodeNumbers, encodeCursor, timeOf } from '../../core/page.ts'
import type { BaseContext, Context } from '../../context.ts'
import type { Tx } from '../../infra/db.ts'
import type { EventData } from '../../protocol/events.ts'
import type { InputOf, OutputOf } from '../../protocol/operations.ts'
import type { ScheduledMessage } from '../../protocol/scheduled.ts'
import { directory } from '../conversations/state.ts'
import type { Draft } from '../messages/commit/draft.ts'
import { draftLater, explain } from '../messages/send.ts'
import { tell } from '../tell.ts'
import { limits } from './limits.ts'
import {
  cancelScheduled,
  findByClientId,
  findChance,
  findScheduled,
  insertScheduled,
  listScheduled,
  lockScheduling,
  stateOf,
  type ScheduledRow,
} from './store.ts'
import { scheduledView } from './view.ts'

const defaultSize = 20

/**
 * Checked as if it were said now, so that what can never be sent is refused while its sender is there.
 * Who may write is decided once more when it is sent.
 */
export async function schedule(
  ctx: Context,
  actor: Actor,
  { send_at, ...said }: InputOf<'messages.schedule'>,
): Promise<ScheduledMessage> {
  const sendAt = new Date(send_at)
  const draft = await draftLater(ctx, actor, said)
  const row = await ctx
    .transact((tx) => insert(tx, draft, sendAt))
    .catch((error) => explain(ctx, draft, said, error))
  return scheduledView(row, draft.ref)
}

async function insert(tx: Tx, draft: Draft, sendAt: Date): Promise<ScheduledRow> {
  await lockScheduling(tx.sql, draft.senderId)
  const before = await findByClientId(tx.sql, draft.senderId, draft.clientMsgId)
  if (before) {
    const isSame = before.digest === String(draft.digest) && +before.send_at === +sendAt
    if (!isSame) throw new Failure('clientIdReused')
    return before
  }
  const ahead = sendAt.getTime() - tx.now.getTime()
  if (ahead <= 0) throw invalid('send_at', 'too_small')
  if (ahead > limits.scheduled.aheadMsMax) throw invalid('send_at', 'too_large')
  await requireChance(tx, draft)
  const row = await insertScheduled(tx.sql, draft, sendAt, tx.now)
  const stored = must(row, 'what is inserted is there')
  noteChanged(tx, stored)
  return stored
}

/** In the order in which sending refuses. */
async function requireChance(tx: Tx, draft: Draft): Promise<void> {
  const max = limits.scheduled.perPersonMax
  const chance = await findChance(tx.sql, draft)
  if (chance?.is_said) throw new Failure('clientIdReused')
  if (!chance?.is_in) throw new Failure('conversationNotFound')
  if (!chance.is_open) throw new Failure('notAllowed')
  if (!chance.has_reply) throw new Failure('messageNotFound')
  if (chance.waiting >= max) throw new Failure('conflict', { field: 'scheduled', max })
}

export async function list(
  ctx: Context,
  actor: Actor,
  { conversation_id: conversation, cursor, limit = defaultSize }: InputOf<'messages.scheduled'>,
): Promise<OutputOf<'messages.scheduled'>> {
  const [at, id] = cursor ? decodeNumbers(cursor, 2) : []
  const after = id === undefined ? undefined : { sendAt: timeOf(at), id }
  const rows = await listScheduled(ctx.sql, actor.id, { conversation, after, limit: limit + 1 })
  const shown = rows.slice(0, limit)
  const edge = rows.length > limit ? shown.at(-1) : undefined
  const refs = await ctx.of(directory).findAll(shown.map((row) => row.conversation_id))
  return {
    list: shown.flatMap((row) => {
      const ref = refs.get(row.conversation_id)
      return ref ? [scheduledView(row, ref)] : []
    }),
    has_more: edge !== undefined,
    next_cursor: edge ? encodeCursor([edge.send_at.getTime(), edge.id]) : null,
  }
}

/** Either this or the claim of a worker comes first, for both change the same row. */
export async function cancel(
  ctx: Context,
  actor: Actor,
  { id }: InputOf<'messages.unschedule'>,
): Promise<OutputOf<'messages.unschedule'>> {
  await ctx.transact(async (tx) => {
    if (await cancelScheduled(tx.sql, actor.id, id, tx.now)) {
      return noteChanged(tx, { id, user_id: actor.id })
    }
    const row = await findScheduled(tx.sql, actor.id, id)
    if (!row) throw new Failure('messageNotFound')
    if (row.state !== stateOf.cancelled) throw new Failure('conflict', { field: 'state' })
  })
  return { message: 'cancelled' }
}

export function noteChanged(tx: Tx, { id, user_id }: Pick<ScheduledRow, 'id' | 'user_id'>): void {
  tx.emit({ name: 'scheduled.changed', scheduled_id: id, user: user_id })
}

/** A reaction: their devices hear how it is now. */
export async function tellScheduled(
  ctx: BaseContext,
  { scheduled_id: id, user }: EventData<'scheduled.changed'>,
): Promise<void> {
  const row = await findScheduled(ctx.sql, user, id)
  const ref = row && (await ctx.of(directory).find(row.conversation_id))
  if (row && ref) await tell(ctx, [user], 'scheduled_updated', scheduledView(row, ref))
}
