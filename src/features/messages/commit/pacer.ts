// When the next batch begins. A batch costs much the same whatever is in it, so under load it is better to
// wait a moment for others; whoever is alone never waits.
import type { Clock } from '../../../core/clock.ts'
import { limits } from '../limits.ts'

const { seenMs, alone, waitMsPerConversation, waitMsMax, besideFrom, besideAfterMs } = limits.pacer

/**
 * The idea of Nagle's algorithm (RFC 896): what is under way is waited for, and with it whatever comes
 * meanwhile. Where batches would still be small although many conversations are written in, a batch
 * begins so long after the last one began as there are others about. When all who were about a moment ago
 * are waiting there is nobody to wait for. And what takes long, for it waits for a lock, holds nobody up.
 */
export class Pacer {
  #now = new Set<number>()
  #before = new Set<number>()
  #turned = 0
  #began = Number.NEGATIVE_INFINITY

  constructor(private readonly clock: Pick<Clock, 'elapsed'>) {}

  /** A message of this conversation came. */
  came(conversation: number): void {
    this.#turn()
    this.#now.add(conversation)
  }

  /** A batch begins now. */
  begins(): void {
    this.#began = this.clock.elapsed()
  }

  /** Milliseconds until a batch of so many should begin, beside another or alone; 0: now. */
  wait(waiting: number, isBeside: boolean): number {
    if (isBeside) return waiting >= besideFrom ? 0 : this.#until(besideAfterMs)
    this.#turn()
    const about = Math.max(this.#now.size, this.#before.size)
    if (about <= alone || waiting >= about) return 0
    const pace = Math.min(waitMsMax, (about - alone) * waitMsPerConversation)
    return this.#until(pace)
  }

  #until(sinceBegun: number): number {
    return Math.max(0, this.#began + sinceBegun - this.clock.elapsed())
  }

  /** What was seen longer ago than twice `seenMs` is forgotten. */
  #turn(): void {
    const elapsed = this.clock.elapsed()
    if (elapsed - this.#turned < seenMs) return
    this.#before = elapsed - this.#turned < 2 * seenMs ? this.#now : new Set()
    this.#now = new Set()
    this.#turned = elapsed
  }
}
