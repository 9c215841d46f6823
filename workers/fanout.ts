// fanout: notifications for a channel, one page of its members after the other. Whoever is here was told by
// their node, see socket/channel.
import { limits } from '../src/features/conversations/limits.ts'
import { reachableIn } from '../src/features/push/reach.ts'
import type { Jobs } from '../src/infra/queues.ts'
import { enqueuePushes } from './push.ts'
import type { Work } from './work.ts'

export async function fanOutPage({ ctx }: Work, job: Jobs['fanout']['page']): Promise<void> {
  const { conversation, after } = job
  const limit = limits.audience.pageMembers
  const members = await reachableIn(ctx, conversation, { after, limit })
  const last = members.at(-1)
  if (last === undefined) return
  // Before the pushes: a page that fails halfway is repeated, and a push that waits is not doubled.
  if (members.length === limit) {
    const collapse = `${conversation}-${last}`
    await ctx.queues.add('fanout', 'page', { conversation, after: last }, { collapse })
  }
  const here = await ctx.registry.online(members)
  const away = members.filter((user) => !here.has(user))
  await enqueuePushes(ctx, new Map(away.map((user) => [user, new Set([conversation])])))
}
