// fanout: one message to one page of a big conversation's members, then the next page.
import { limits } from './limits.ts'
import { membersOf } from '../src/features/conversations/members.ts'
import { loadBatch } from '../src/features/messages/replay.ts'
import { enqueuePushes } from './push.ts'
import type { Work } from './work.ts'

export async function fanOutPage(
  { ctx }: Work,
  job: { message: number; conversation: number; after: number },
): Promise<void> {
  const size = limits.delivery.pageMembers
  const members = await membersOf(ctx.sql, job.conversation, job.after, size)
  const now = ctx.clock.now().getTime()
  const { items, frames } = await loadBatch(ctx, [job.message], now)
  const [item] = items
  const [frame] = frames
  // Ids first: a page that fails halfway is repeated, and repeats are dropped by their seq.
  const last = members.at(-1)
  if (members.length === size && last !== undefined) {
    await ctx.queues.add('fanout', 'page', { ...job, after: last })
  }
  if (!item || frame === undefined || members.length === 0) return
  const { c: conversation, s: seq, by: sender, x: origin, f: follows } = item
  const unreached = await ctx.courier.deliver(
    [{ frame, users: members, conversation, seq, follows, origin }],
    now,
  )
  unreached.delete(sender)
  await enqueuePushes(ctx, new Map([...unreached].map((user) => [user, new Set([conversation])])))
}
