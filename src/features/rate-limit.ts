// What all rate limits share: whose bucket it is, and what is answered where it is empty.
import type { Context } from '../context.ts'
import type { Caller } from '../core/actor.ts'
import { Failure } from '../core/failure.ts'
import { isNear } from '../core/network-place.ts'
import { widened, type Bucket } from '../core/token-bucket.ts'

export function bucketAt(caller: Caller, bucket: Bucket): Bucket {
  return isNear(caller.address) ? widened(bucket) : bucket
}

/** Throws `tooManyRequests` where there is something to wait for. */
export function refuseFor(ctx: Pick<Context, 'metrics'>, limit: string, seconds: number): void {
  if (seconds === 0) return
  ctx.metrics.limited.inc({ limit })
  throw new Failure('tooManyRequests', { retry_after: seconds })
}
