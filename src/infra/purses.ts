// Tokens taken from shared buckets in advance, so that the hot path counts without a round trip.
import type { Bucket } from '../core/token-bucket.ts'
import { withDeadline, type Clock } from '../core/clock.ts'
import { limits } from './limits.ts'

/** Takes up to so many tokens; how many it got, and the ms until there is one more. */
export type Take = (
  key: string,
  bucket: Bucket,
  wanted: number,
) => Promise<[taken: number, waitMs: number]>

interface Purse {
  tokens: number
  /** Tokens older than this have come back in the bucket meanwhile: spending them is twice. */
  goodUntil: number
  /** The bucket was empty, and will be for so long. */
  emptyUntil: number
  filling: Promise<void> | null
}

const { handful, lifeMs, pauseMs, patienceMs, awayMs, keysMax } = limits.rates

export class Purses {
  readonly #purses = new Map<string, Purse>()
  /** Redis did not answer: nothing is counted until it does. */
  #away = false
  #askAgainAt = 0

  constructor(
    private readonly clock: Clock,
    private readonly take: Take,
  ) {}

  /** One token: 0, or the seconds to wait; a promise only when the purse is empty. */
  draw(key: string, bucket: Bucket): number | Promise<number> {
    const now = this.clock.elapsed()
    const purse = this.#purses.get(key) ?? this.#add(key)
    if (this.#away) {
      // Nobody waits; one question now and then finds out whether it is back.
      if (now >= this.#askAgainAt) void this.#fill(key, purse, bucket)
      return 0
    }
    if (purse.tokens > 0 && now < purse.goodUntil) {
      purse.tokens--
      // Asked before it is empty: whoever sends steadily never waits.
      if (purse.tokens * 2 < sizeOf(bucket) && now >= purse.emptyUntil) {
        void this.#fill(key, purse, bucket)
      }
      return 0
    }
    if (now < purse.emptyUntil) return Math.ceil((purse.emptyUntil - now) / 1000)
    return this.#fill(key, purse, bucket).then(() => this.draw(key, bucket))
  }

  /** One question at a time for one purse. Never rejects. */
  #fill(key: string, purse: Purse, bucket: Bucket): Promise<void> {
    return (purse.filling ??= this.#ask(key, purse, bucket).finally(() => (purse.filling = null)))
  }

  async #ask(key: string, purse: Purse, bucket: Bucket): Promise<void> {
    const wanted = sizeOf(bucket)
    this.#askAgainAt = this.clock.elapsed() + awayMs
    try {
      const asked = this.take(key, bucket, wanted)
      const late = () => new Error('no tokens in time')
      const [taken, waitMs] = await withDeadline(this.clock, patienceMs, asked, late)
      const now = this.clock.elapsed()
      this.#away = false
      purse.tokens = (now < purse.goodUntil ? purse.tokens : 0) + taken
      purse.goodUntil = now + lifeMs
      purse.emptyUntil = taken < wanted ? now + Math.max(waitMs, pauseMs) : 0
    } catch {
      this.#away = true
    }
  }

  /** Whoever is forgotten loses a handful of tokens and asks anew. */
  #add(key: string): Purse {
    if (this.#purses.size >= keysMax) {
      for (const oldest of this.#purses.keys()) {
        this.#purses.delete(oldest)
        break
      }
    }
    const purse: Purse = { tokens: 0, goodUntil: 0, emptyUntil: 0, filling: null }
    this.#purses.set(key, purse)
    return purse
  }
}

/** A fortieth of the bucket: what idle nodes hold is no great part of it. */
function sizeOf({ burst }: Bucket): number {
  return Math.max(1, Math.min(handful, Math.floor(burst / 40)))
}
