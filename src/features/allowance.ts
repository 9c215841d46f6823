// Counts a request in the bucket of its class, before its use case runs; both doors call it.
import type { Actor, Caller } from '../core/actor.ts'
import { classes, widened, type Bucket, type ClassRow } from '../core/buckets.ts'
import { Failure } from '../core/failure.ts'
import { isNear, placeOf } from '../core/place.ts'
import type { Context } from '../context.ts'
import type { LimitClass } from '../protocol/operation.ts'

/** The type says that no class is missing. */
const rows: Readonly<Record<LimitClass, ClassRow>> = classes

/** Throws `tooManyRequests`. A promise only when it cannot be known at once. */
export function allow(ctx: Context, limit: LimitClass, who: Actor | Caller): void | Promise<void> {
  const row = rows[limit]
  const isActor = 'sessionId' in who
  const key = isActor ? `${limit}:${who.id}` : `${limit}@${placeOf(who.address)}`
  const bucket = isActor ? row.account : bucketAt(who, row.caller)
  const wait = row.away === 'pass' ? ctx.limiter.draw(key, bucket) : ctx.limiter.take(key, bucket)
  if (typeof wait === 'number') return refuseFor(ctx, limit, wait)
  return wait.then((seconds) => refuseFor(ctx, limit, seconds))
}

export function bucketAt(caller: Caller, bucket: Bucket): Bucket {
  return isNear(caller.address) ? widened(bucket) : bucket
}

export function refuseFor(ctx: Context, limit: string, seconds: number): void {
  if (seconds === 0) return
  ctx.metrics.limited.inc({ limit })
  throw new Failure('tooManyRequests', { retry_after: seconds })
}
