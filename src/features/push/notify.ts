// Steps for the workers: who can be reached by push, and one notification to all their browsers.
import type { BaseContext } from '../../context.ts'
import type { Pusher } from '../../infra/push.ts'
import { digest } from '../../core/seal.ts'
import { findProfiles } from '../accounts/people.ts'
import { notificationOf } from './rules.ts'
import { deleteEndpoint, findReachable, findWaiting, listSubscriptions } from './store.ts'

/** How long a push service keeps a notification for a device that is away. */
const ttlSeconds = 24 * 3600

export function reachable(ctx: BaseContext, users: readonly number[]): Promise<number[]> {
  return findReachable(ctx.sql, users)
}

/** Answers how many browsers took it and how many should be tried again. */
export async function notify(
  ctx: BaseContext,
  pusher: Pusher,
  user: number,
  conversation: number,
): Promise<{ sent: number; later: number }> {
  const waiting = await findWaiting(ctx.sql, user, conversation)
  if (!waiting) return { sent: 0, later: 0 }
  const profiles = await findProfiles(ctx.sql, user, [waiting.from_id])
  const notification = notificationOf(waiting, profiles.get(waiting.from_id))
  if (!notification) return { sent: 0, later: 0 }
  const payload = JSON.stringify(notification)
  // 32 URL-safe characters at most (RFC 8030 section 5.4); tells the push service nothing.
  const topic = digest(`conversation ${conversation}`).toString('base64url').slice(0, 32)
  const count = { sent: 0, later: 0 }
  await Promise.all(
    (await listSubscriptions(ctx.sql, user)).map(async (subscription) => {
      const outcome = await pusher.send(subscription, payload, { ttlSeconds, topic })
      if (outcome === 'sent') count.sent++
      if (outcome === 'later') count.later++
      if (outcome === 'gone' || outcome === 'refused') {
        await deleteEndpoint(ctx.sql, subscription.endpoint)
      }
    }),
  )
  return count
}
