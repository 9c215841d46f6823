// delivery: brings what was committed to the people it is for.
import { limits } from './limits.ts'
import type { BaseContext } from '../src/context.ts'
import { anyChanged, loadBatch } from '../src/features/messages/replay.ts'
import { audiencesOf } from '../src/features/conversations/audience.ts'
import type { Parcel } from '../src/infra/courier.ts'
import { findOutbox } from '../src/infra/outbox.ts'
import { toOf, type MessagesJob } from '../src/infra/queues.ts'
import type { Origin } from '../src/infra/relay.ts'
import { enqueuePushes } from './push.ts'
import { tellEvents } from './events.ts'
import type { Work } from './work.ts'

type Items = MessagesJob['items']

interface Batch {
  readonly items: Items
  readonly frames: readonly string[]
}

/**
 * A fresh job carries its frames. A late one asks first whether they are still true, for one may
 * have been recalled meanwhile; only then are they made again. Lateness comes in thousands, and
 * work that costs more the later it is would never catch up.
 */
export async function deliverMessages(work: Work, job: MessagesJob): Promise<void> {
  const { ctx } = work
  if (job.frames === '') return deliverOutbox(work, job)
  const now = ctx.clock.now().getTime()
  const batch: Batch = { items: job.items, frames: job.frames.split('\n') }
  const fresh = now - job.at < limits.delivery.freshMs
  await deliverBatch(ctx, fresh ? batch : checked(ctx, job, batch, now), job.at)
  work.outboxBatcher.done(job.outbox)
}

/** What a late job carries, if it is still to be told and still true. */
async function checked(
  ctx: BaseContext,
  job: MessagesJob,
  batch: Batch,
  now: number,
): Promise<Batch | null> {
  const ids = job.items.map((item) => item.m)
  const [row, changed] = await Promise.all([
    findOutbox(ctx.sql, job.outbox),
    anyChanged(ctx.sql, ids),
  ])
  // Without a row it was delivered already, by a job of the sweeper's.
  if (!row) return null
  return changed ? loadBatch(ctx, ids, now, originsOf(job)) : batch
}

function originsOf(job: Partial<MessagesJob>): Map<number, Origin> {
  return new Map(job.items?.map(({ m, x }) => [m, x]))
}

/**
 * From the row: events, or messages whose job was lost or has lost its frames. What they came by
 * stands in their own job alone.
 */
export async function deliverOutbox(
  work: Work,
  job: { outbox: number } & Partial<MessagesJob>,
): Promise<void> {
  const { ctx } = work
  const { outbox } = job
  const now = ctx.clock.now().getTime()
  const finding = findOutbox(ctx.sql, outbox)
  const loading = finding.then(async (row) =>
    row?.message_ids ? loadBatch(ctx, row.message_ids, now, originsOf(job)) : null,
  )
  await deliverBatch(ctx, loading, now)
  const row = await finding
  // Without a row it was delivered already: the job came twice.
  if (row && (await tellEvents(ctx, row))) work.outboxBatcher.done(outbox)
}

/** Takes its turn with the courier before anything is waited for, see infra/courier. */
async function deliverBatch(
  ctx: BaseContext,
  coming: Batch | Promise<Batch | null>,
  at: number,
): Promise<void> {
  const packing = pack(ctx, coming)
  const unreached = await ctx.courier.deliver(
    packing.then(({ parcels }) => parcels),
    at,
  )
  const { items, parcels } = await packing
  await notifyUnreached(ctx, items, parcels, unreached)
}

/** The parcels of a batch; messages to a channel get jobs of their own. */
async function pack(
  ctx: BaseContext,
  coming: Batch | Promise<Batch | null>,
): Promise<{ items: Items; parcels: readonly Parcel[] }> {
  const { items, frames } = (await coming) ?? { items: [], frames: [] }
  const audiences = await audiencesOf(
    ctx.sql,
    items.map((item) => ({ conversation: item.c, to: toOf(item) })),
  )
  const parcels: Parcel[] = []
  for (const [index, item] of items.entries()) {
    const { m: message, c: conversation, s: seq, x: origin, f: follows } = item
    const audience = audiences.get(conversation) ?? { people: [] }
    const frame = frames[index] as string
    if ('people' in audience) {
      parcels.push({ frame, users: audience.people, conversation, seq, follows, origin })
    } else {
      await ctx.queues.add('fanout', 'page', { message, conversation: audience.channel, after: 0 })
    }
  }
  return { items, parcels }
}

/** A push for whoever had nobody listening, one per person and conversation. */
async function notifyUnreached(
  ctx: BaseContext,
  items: Items,
  parcels: readonly Parcel[],
  unreached: ReadonlySet<number>,
): Promise<void> {
  if (unreached.size === 0) return
  const senderOf = new Map(items.map(({ c, s, by }) => [`${c} ${s}`, by]))
  const wanted = new Map<number, Set<number>>()
  for (const { users, conversation, seq } of parcels) {
    for (const user of users) {
      if (!unreached.has(user) || senderOf.get(`${conversation} ${seq}`) === user) continue
      const conversations = wanted.get(user) ?? new Set()
      wanted.set(user, conversations.add(conversation))
    }
  }
  await enqueuePushes(ctx, wanted)
}
