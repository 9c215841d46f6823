// For the workers: which browsers can be reached by push, and a notification to one of them.
import type { BaseContext } from '../../context.ts'
import { limits } from './limits.ts'
import { digest } from '../../core/seal.ts'
import {
  isTrouble,
  type PushAnswer,
  type Pusher,
  type PushKind,
  type Registration,
} from '../../infra/push.ts'
import { findProfiles } from '../people/people.ts'
import { servedKinds } from './phones.ts'
import { notificationOf } from './rules.ts'
import {
  clearFailing,
  deleteGone,
  findLiving,
  findReachable,
  findReachableIn,
  findWaiting,
  markFailing,
  type SubscriptionRow,
} from './store.ts'

/** How long a push service keeps a notification for a device that is away. */
const ttlSeconds = 24 * 3600

/** Every registration of these people that somebody takes notifications for, and whose it is. */
export function reachable(ctx: BaseContext, users: readonly number[]) {
  return findReachable(ctx.sql, users, servedKinds(ctx.config))
}

/** The next page of a conversation's members who can be reached and want to be, by rising id. */
export function reachableIn(
  ctx: BaseContext,
  conversation: number,
  page: { after: number; limit: number },
): Promise<number[]> {
  return findReachableIn(ctx.sql, conversation, page)
}

export interface Delivery extends PushAnswer {
  readonly kind: PushKind
  /** The kind of a phone's provider, or the host of a browser's push service. */
  readonly service: string
  /** To be tried again: not taken, and still of use when the service may be asked next. */
  readonly owed: boolean
}

/**
 * What became of it, or null when there was nothing to say: read meanwhile, signed out, dropped.
 * Each registration is a job of its own, so that none rings again because another one failed.
 */
export async function deliver(
  ctx: BaseContext,
  pusher: Pusher,
  { subscription, conversation }: { subscription: number; conversation: number },
): Promise<Delivery | null> {
  const to = await findLiving(ctx.sql, subscription)
  const waiting = to && (await findWaiting(ctx.sql, to.user_id, conversation))
  if (!to || !waiting) return null
  const profiles = await findProfiles(ctx.sql, to.user_id, [waiting.from_id])
  const notification = notificationOf(waiting, profiles.get(waiting.from_id))
  if (!notification) return null
  // 32 URL-safe characters at most (RFC 8030 section 5.4); tells the push service nothing.
  const topic = digest(`conversation ${conversation}`).toString('base64url').slice(0, 32)
  const registration = registrationOf(to)
  const answer = await pusher.send(registration, notification, { ttlSeconds, topic })
  await remember(ctx, to, answer)
  const next = ctx.clock.now().getTime() + answer.waitSeconds * 1000
  const goodUntil = waiting.sent_at.getTime() + limits.push.lifeMs
  const owed = isTrouble(answer.outcome) && !isFinal(registration, answer) && next < goodUntil
  return { ...answer, kind: to.kind, service: serviceOf(registration), owed }
}

function registrationOf(row: SubscriptionRow): Registration {
  const { kind, endpoint, p256dh, auth, token, app_id, is_sandbox } = row
  if (kind !== 'web') return { kind, token: token ?? '', app_id, is_sandbox }
  return { kind, endpoint: endpoint ?? '', p256dh: p256dh ?? '', auth: auth ?? '' }
}

function serviceOf(to: Registration): string {
  return to.kind === 'web' ? new URL(to.endpoint).host : to.kind
}

/** A provider that has understood a request and refused it refuses it again, and counts how often. */
function isFinal(to: Registration, { outcome }: PushAnswer): boolean {
  return to.kind !== 'web' && (outcome === 'refused' || outcome === 'tooLarge')
}

/** Only a service that knows it no more ends a registration; all else is written beside it. */
async function remember(ctx: BaseContext, to: SubscriptionRow, answer: PushAnswer): Promise<void> {
  const { outcome, status, said, held } = answer
  if (outcome === 'gone') return deleteGone(ctx.sql, to)
  if (outcome === 'sent' && to.failing_since) return clearFailing(ctx.sql, to.id)
  if (!isTrouble(outcome) || held) return
  const heard = [status, said].filter((each) => each !== null).join(' ')
  const why = heard === '' ? outcome : `${outcome} (${heard})`
  const now = ctx.clock.now()
  // An outage of hours is many attempts: one of them in a while says that it lasts.
  const fresh = now.getTime() - (to.failed_at?.getTime() ?? 0) < limits.push.noteMs
  if (!fresh || to.failing_why !== why) await markFailing(ctx.sql, to.id, why, now)
}
