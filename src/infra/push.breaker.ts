// Stands before a provider: once our key was refused, or nobody answers, only one asks now and then.
import type { Clock } from '../core/clock.ts'
import { newFraction } from '../core/ids.ts'
import { limits } from './limits.ts'
import type { Notice, PushAnswer, PushOptions, PushOutcome, Pusher, Registration } from './push.ts'

/** What is about the provider, and not about one phone. */
const outages: ReadonlySet<PushOutcome> = new Set([
  'unauthorized',
  'unreachable',
  'timeout',
  'unavailable',
])

export class Breaker<R extends Registration> implements Pusher<R> {
  /** What came of the last request, while it stands open. */
  #outage: PushOutcome | null = null
  #failures = 0
  /** In `elapsed` milliseconds. */
  #until = 0
  #pauseMs = 0
  #isTrying = false

  constructor(
    private readonly behind: Pusher<R>,
    private readonly clock: Clock,
    /** Told when it opens and when it closes. */
    private readonly tell: (isOpen: boolean) => void,
  ) {}

  async send(to: R, notice: Notice, options: PushOptions): Promise<PushAnswer> {
    const left = this.#until - this.clock.elapsed()
    if (this.#outage !== null && (left > 0 || this.#isTrying)) return this.#hold(left)
    const isTrial = this.#outage !== null
    if (isTrial) this.#isTrying = true
    try {
      const answer = await this.behind.send(to, notice, options)
      this.#heed(answer)
      return answer
    } finally {
      if (isTrial) this.#isTrying = false
    }
  }

  #hold(leftMs: number): PushAnswer {
    const outcome = this.#outage ?? 'unavailable'
    // Not all of them at the same moment.
    const wait = Math.max(1_000, leftMs) * (1 + newFraction() / 4)
    return { outcome, status: null, said: null, waitSeconds: Math.ceil(wait / 1000), held: true }
  }

  #heed({ outcome }: PushAnswer): void {
    if (!outages.has(outcome)) return this.#close()
    this.#failures++
    // A wrong key is wrong for all; one line that is down may be just that.
    const { failuresMax, firstMs, maxMs } = limits.phones.breaker
    if (outcome !== 'unauthorized' && this.#failures < failuresMax) return
    this.#pauseMs = Math.min(maxMs, Math.max(firstMs, this.#pauseMs * 2))
    this.#until = this.clock.elapsed() + this.#pauseMs
    if (this.#outage === null) this.tell(true)
    this.#outage = outcome
  }

  #close(): void {
    if (this.#outage !== null) this.tell(false)
    this.#outage = null
    this.#failures = 0
    this.#pauseMs = 0
  }
}
