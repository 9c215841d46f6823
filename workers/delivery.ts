// delivery: brings what was committed to the people it is for.
import { limits } from './limits.ts'
import type { BaseContext } from '../src/context.ts'
import { broadcastsOf } from '../src/features/messages/delivery/announce.ts'
import { anyChanged, loadBatch, type Known } from '../src/features/messages/delivery/replay.ts'
import { audiencesOf, hearersOf } from '../src/features/conversations/audience.ts'
import { audienceCache } from '../src/features/conversations/state.ts'
import type { Parcel } from '../src/infra/courier.ts'
import type { Broadcast } from '../src/infra/relay.ts'
import { findOutbox, remainingOutbox } from '../src/infra/outbox.ts'
import { toOf, type HandedJob, type MessagesJob } from '../src/infra/queues.ts'
import { enqueuePushes } from './push.ts'
import { tellEvents } from './events.ts'
import type { Work } from './work.ts'

type Items = MessagesJob['items']

/** Whom one was for; null: a channel. */
interface Told {
  readonly item: Items[number]
  readonly users: readonly number[] | null
  readonly conversation: number
  readonly seq: number
}

interface Batch {
  readonly items: Items
  /** One per item. */
  readonly frames: readonly string[]
}

/**
 * A fresh job carries its frames. A late one asks first whether they are still true, for one may
 * have been recalled or edited meanwhile; only then are they made again. Lateness comes in thousands, and
 * work that costs more the later it is would never catch up.
 */
export async function deliverMessages(work: Work, job: MessagesJob): Promise<void> {
  const { ctx } = work
  if (job.frames === '') return deliverOutbox(work, job)
  const now = ctx.clock.now().getTime()
  const batch: Batch = { items: job.items, frames: job.frames.split('\n') }
  const fresh = now - job.at < limits.delivery.freshMs
  await deliverBatch(ctx, fresh ? batch : checked(ctx, job, batch, now), job)
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
  return changed ? loadBatch(ctx, ids, now, knownOf(job)) : batch
}

/** By message. What is this late waits for nothing that was to come before it. */
function knownOf(job: Partial<MessagesJob>): Map<number, Known> {
  return new Map(job.items?.map((item) => [item.m, { x: item.x, f: false, to: toOf(item) }]))
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
    row?.message_ids ? loadBatch(ctx, row.message_ids, now, knownOf(job)) : null,
  )
  await deliverBatch(ctx, loading, { at: now, here: job.here })
  const row = await finding
  // Without a row it was delivered already: the job came twice.
  if (row && (await tellEvents(ctx, row))) work.outboxBatcher.done(outbox)
}

/**
 * What a node has handed to its own sockets: left are those who are connected elsewhere all the
 * same, and those who are not connected at all.
 */
export async function deliverHanded(work: Work, job: HandedJob): Promise<void> {
  const { ctx } = work
  const items = await remainingItems(ctx, job)
  const hearers = await ctx
    .of(audienceCache)
    .hearersOfAll(
      items.map((item) => ({ ...addressed(item), seq: item.s, version: versionOf(item) })),
    )
  // Become a channel meanwhile: told as one.
  const told = items.map((item, index): Told => ({
    item,
    users: hearers[index] as Told['users'],
    conversation: item.c,
    seq: item.s,
  }))
  const people = [...new Set(told.flatMap(({ users }) => users ?? []))]
  const found = await ctx.registry.connections(people)
  const elsewhere = new Set<number>()
  const absent = new Set<number>()
  people.forEach((user, index) => {
    const connections = found[index] ?? []
    if (connections.length === 0) absent.add(user)
    if (connections.some((id) => ctx.registry.nodeOf(id) !== job.here)) elsewhere.add(user)
  })
  const isElsewhere = ({ users }: Told) =>
    users === null || (elsewhere.size > 0 && users.some((user) => elsewhere.has(user)))
  const [there, rest] = [told.filter(isElsewhere), told.filter((each) => !isElsewhere(each))]
  if (there.length > 0) {
    const known = new Map(there.map(({ item }) => [item.m, { ...item, to: toOf(item) }]))
    await deliverBatch(ctx, loadBatch(ctx, [...known.keys()], job.at, known), job)
  }
  await notifyUnreached(ctx, items, absent, rest)
  for (const { outbox } of job.batches) work.outboxBatcher.done(outbox)
}

const addressed = (item: Items[number]) => ({ conversation: item.c, to: toOf(item) })

const versionOf = (item: Items[number]) => ('v' in item ? item.v : undefined)

/**
 * Of a late job without those that a job of the sweeper's has delivered; they wait for nothing, and are for
 * those who are there now.
 */
async function remainingItems(ctx: BaseContext, { at, batches }: HandedJob): Promise<Items> {
  const isLate = ctx.clock.now().getTime() - at >= limits.delivery.freshMs
  if (!isLate) return batches.flatMap(({ items }) => items)
  const rows = await remainingOutbox(
    ctx.sql,
    batches.map(({ outbox }) => outbox),
  )
  return batches
    .filter(({ outbox }) => rows.has(outbox))
    .flatMap(({ items }) => items.map((item) => ({ ...item, f: false, v: undefined })))
}

/** Takes its turn with the courier before anything is waited for, see infra/courier. */
async function deliverBatch(
  ctx: BaseContext,
  coming: Batch | Promise<Batch | null>,
  { at, here }: Pick<MessagesJob, 'at' | 'here'>,
): Promise<void> {
  const packing = pack(ctx, coming, { at, here })
  const unreached = await ctx.courier.deliver(
    packing.then(({ parcels }) => parcels),
    at,
  )
  const { items, parcels } = await packing
  await notifyUnreached(ctx, items, unreached, parcels)
}

/** The parcels of a batch; what is for channels is told to their nodes. */
async function pack(
  ctx: BaseContext,
  coming: Batch | Promise<Batch | null>,
  { at, here }: Pick<MessagesJob, 'at' | 'here'>,
): Promise<{ items: Items; parcels: readonly Parcel[] }> {
  const { items, frames } = (await coming) ?? { items: [], frames: [] }
  const audiences = await audiencesOf(ctx.sql, items.map(addressed))
  const parcels: Parcel[] = []
  const inChannels: (Items[number] & { frame: string })[] = []
  for (const [index, item] of items.entries()) {
    const { c: conversation, s: seq, x: origin, f: follows } = item
    const audience = audiences.get(conversation) ?? { people: [] }
    const frame = frames[index] as string
    if ('people' in audience) {
      const users = hearersOf(audience, seq)
      const except = toOf(item) === 0 ? undefined : here
      parcels.push({ frame, users, conversation, seq, follows, origin, except })
    } else {
      inChannels.push({ ...item, frame })
    }
  }
  await tellChannels(ctx, broadcastsOf(at, inChannels))
  return { items, parcels }
}

/** One broadcast per channel, and a look, by and by, at who of its members is not here. */
async function tellChannels(ctx: BaseContext, broadcasts: readonly Broadcast[]): Promise<void> {
  await Promise.all(
    broadcasts.map(async (broadcast) => {
      const { conversation } = broadcast
      await ctx.relay.broadcast(broadcast)
      // Not with each message: whoever is away has one notification for all that is unread.
      const options = { collapse: `${conversation}-0`, delayMs: limits.fanout.gatherMs }
      await ctx.queues.add('fanout', 'page', { conversation, after: 0 }, options)
    }),
  )
}

/** A push for whoever had nobody listening, one per person and conversation. */
async function notifyUnreached(
  ctx: BaseContext,
  items: Items,
  unreached: ReadonlySet<number>,
  told: readonly Pick<Told, 'users' | 'conversation' | 'seq'>[],
): Promise<void> {
  if (unreached.size === 0) return
  const senderOf = new Map(items.map(({ c, s, by }) => [`${c} ${s}`, by]))
  const wanted = new Map<number, Set<number>>()
  for (const { users, conversation, seq } of told) {
    for (const user of users ?? []) {
      if (!unreached.has(user) || senderOf.get(`${conversation} ${seq}`) === user) continue
      const conversations = wanted.get(user) ?? new Set()
      wanted.set(user, conversations.add(conversation))
    }
  }
  await enqueuePushes(ctx, wanted)
}
