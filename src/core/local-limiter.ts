// Token buckets of one process alone, for what is not worth a question to Redis.
import type { Bucket } from './token-bucket.ts'
import type { Clock } from './clock.ts'

export class LocalLimiter {
  /** When each bucket will be full again, in the clock's elapsed milliseconds. */
  readonly #full = new Map<string, number>()

  /** `keysMax`: buckets that are remembered. */
  constructor(
    private readonly clock: Clock,
    private readonly keysMax: number,
  ) {}

  /** Takes one token; answers 0, or the seconds to wait. */
  take(key: string, { burst, perMinute }: Bucket): number {
    const now = this.clock.elapsed()
    const refill = 60_000 / perMinute
    const full = Math.max(this.#full.get(key) ?? now, now) + refill
    const wait = full - now - burst * refill
    if (wait > 0) return Math.ceil(wait / 1000)
    // Written anew, so that the oldest stands first: forgetting it gives its owner a full bucket.
    this.#full.delete(key)
    this.#full.set(key, full)
    if (this.#full.size > this.keysMax) this.#forgetOldest()
    return 0
  }

  #forgetOldest(): void {
    for (const key of this.#full.keys()) {
      this.#full.delete(key)
      return
    }
  }
}
