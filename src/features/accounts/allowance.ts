// One token from a shared bucket, or the refusal that says how long to wait.
import { Failure, isFailure } from '../../core/failure.ts'
import type { Context } from '../../context.ts'
import type { Bucket } from '../../infra/limiter.ts'

/** Fails closed: while Redis is away nobody can be counted, so nobody passes. */
export async function spend(ctx: Context, key: string, bucket: Bucket): Promise<void> {
  const wait = await ctx.limiter.take(key, bucket)
  if (wait > 0) throw new Failure('tooManyRequests', { retry_after: wait })
}

/** Fails open: what must work while Redis is away is not counted then. */
export async function spendIfCounted(ctx: Context, key: string, bucket: Bucket): Promise<void> {
  try {
    await spend(ctx, key, bucket)
  } catch (error) {
    if (!isFailure(error, 'cacheUnavailable')) throw error
  }
}
