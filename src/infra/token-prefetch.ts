// Prefetch: tokens taken from shared token buckets in advance, so that the hot path counts without
// a round trip.
import type { Bucket } from '../core/token-bucket.ts'
import { withDeadline, type Clock } from '../core/clock.ts'
import { limits } from './limits.ts'

/** Takes up to so many tokens; how many it got, and the ms until there is one more. */
export type Take = (
  key: string,
  bucket: Bucket,
  wanted: number,
) => Promise<[taken: number, waitMs: number]>

interface Prefetched {
  tokens: number
  /** Tokens older than this have come back in the bucket meanwhile: spending them is twice. */
  goodUntil: number
  /** The bucket was empty, and will be for so long. */
  emptyUntil: number
  filling: Promise<void> | null
}

const { handful, lifeMs, pauseMs, patienceMs, awayMs, keysMax } = limits.rateLimit

export class TokenPrefetch {
  readonly #byKey = new Map<string, Prefetched>()
  /** Redis did not answer: nothing is counted until it does. */
  #away = false
  #askAgainAt = 0

  constructor(
    private readonly clock: Clock,
    private readonly take: Take,
  ) {}

  /** One token: 0, or the seconds to wait; a promise only when the prefetched is empty. */
  draw(key: string, bucket: Bucket): number | Promise<number> {
    const now = this.clock.elapsed()
    const prefetched = this.#byKey.get(key) ?? this.#add(key)
    if (this.#away) {
      // Nobody waits; one question now and then finds out whether it is back.
      if (now >= this.#askAgainAt) void this.#fill(key, prefetched, bucket)
      return 0
    }
    if (prefetched.tokens > 0 && now < prefetched.goodUntil) {
      prefetched.tokens--
      // Asked before it is empty: whoever sends steadily never waits.
      if (prefetched.tokens * 2 < sizeOf(bucket) && now >= prefetched.emptyUntil) {
        void this.#fill(key, prefetched, bucket)
      }
      return 0
    }
    if (now < prefetched.emptyUntil) return Math.ceil((prefetched.emptyUntil - now) / 1000)
    return this.#fill(key, prefetched, bucket).then(() => this.draw(key, bucket))
  }

  /** One question at a time for one prefetched. Never rejects. */
  #fill(key: string, prefetched: Prefetched, bucket: Bucket): Promise<void> {
    return (prefetched.filling ??= this.#ask(key, prefetched, bucket).finally(
      () => (prefetched.filling = null),
    ))
  }

  async #ask(key: string, prefetched: Prefetched, bucket: Bucket): Promise<void> {
    const wanted = sizeOf(bucket)
    this.#askAgainAt = this.clock.elapsed() + awayMs
    try {
      const asked = this.take(key, bucket, wanted)
      const late = () => new Error('no tokens in time')
      const [taken, waitMs] = await withDeadline(this.clock, patienceMs, asked, late)
      const now = this.clock.elapsed()
      this.#away = false
      prefetched.tokens = (now < prefetched.goodUntil ? prefetched.tokens : 0) + taken
      prefetched.goodUntil = now + lifeMs
      prefetched.emptyUntil = taken < wanted ? now + Math.max(waitMs, pauseMs) : 0
    } catch {
      this.#away = true
    }
  }

  /** Whoever is forgotten loses a handful of tokens and asks anew. */
  #add(key: string): Prefetched {
    if (this.#byKey.size >= keysMax) {
      for (const oldest of this.#byKey.keys()) {
        this.#byKey.delete(oldest)
        break
      }
    }
    const prefetched: Prefetched = { tokens: 0, goodUntil: 0, emptyUntil: 0, filling: null }
    this.#byKey.set(key, prefetched)
    return prefetched
  }
}

/** A fortieth of the bucket: what idle nodes hold is no great part of it. */
function sizeOf({ burst }: Bucket): number {
  return Math.max(1, Math.min(handful, Math.floor(burst / 40)))
}
