// fanout: one message, or a change of it, to one page of a channel's members, then the next page.
import { limits } from '../src/features/conversations/limits.ts'
import { channelOf } from '../src/features/conversations/audience.ts'
import { loadBatch, loadChange } from '../src/features/messages/replay.ts'
import { parcel } from '../src/infra/courier.ts'
import type { Jobs } from '../src/infra/queues.ts'
import { enqueuePushes } from './push.ts'
import type { Work } from './work.ts'

export async function fanOutPage(work: Work, job: Jobs['fanout']['page']): Promise<void> {
  const { ctx } = work
  const { conversation: channel, after, seq: place = Number.MAX_SAFE_INTEGER } = job
  const members = await channelOf(ctx.sql, channel).members(after, place)
  const last = members.at(-1)
  if (last === undefined) return
  // Ids first: a page that fails halfway is repeated, and what is told twice does no harm.
  if (members.length === limits.audience.pageMembers) {
    await ctx.queues.add('fanout', 'page', { ...job, after: last })
  }
  const now = ctx.clock.now().getTime()
  if (job.version !== undefined) {
    const change = await loadChange(ctx, job.message, job.version, now)
    if (change) await ctx.courier.deliver([parcel(change.frame, members)], now)
    return
  }
  const { items, frames } = await loadBatch(ctx, [job.message], now)
  const [item] = items
  const [frame] = frames
  if (!item || frame === undefined) return
  const { c: conversation, s: seq, by: sender, x: origin, f: follows } = item
  const unreached = await ctx.courier.deliver(
    [{ frame, users: members, conversation, seq, follows, origin }],
    now,
  )
  unreached.delete(sender)
  await enqueuePushes(ctx, new Map([...unreached].map((user) => [user, new Set([conversation])])))
}
