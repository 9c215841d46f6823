// Rate limit of the doors: counts a request in the bucket of its class, before its use case runs.
import type { Context } from '../context.ts'
import type { Actor, Caller } from '../core/actor.ts'
import { placeOf } from '../core/network-place.ts'
import type { LimitClass } from '../protocol/operation.ts'
import { buckets } from './all.ts'
import { bucketAt, refuseFor } from './rate-limit.ts'

/** Throws `tooManyRequests`. A promise only when it cannot be known at once. */
export function limitRequest(
  ctx: Context,
  limit: LimitClass,
  who: Actor | Caller,
): void | Promise<void> {
  const row = buckets[limit]
  const isActor = 'sessionId' in who
  const key = isActor ? `${limit}:${who.id}` : `${limit}@${placeOf(who.address)}`
  const bucket = isActor ? row.account : bucketAt(who, row.caller)
  const wait = row.away === 'pass' ? ctx.limiter.draw(key, bucket) : ctx.limiter.take(key, bucket)
  if (typeof wait === 'number') return refuseFor(ctx, limit, wait)
  return wait.then((seconds) => refuseFor(ctx, limit, seconds))
}
