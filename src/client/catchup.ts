// Fills holes: one page request per conversation at a time, however many frames ask for it.
import type { Message } from '../protocol/messages.ts'
import { asCurlewError, isOver, type CurlewError } from './error.ts'
import type { Limits } from './limits.ts'
import type { Clock } from './ports.ts'
import type { Timeline } from './timeline.ts'

export interface Head {
  readonly id: number
  readonly kind: string
  readonly last_seq: number
  readonly last_message_time: string | null
  readonly is_pinned: boolean
}

export interface Page<T> {
  readonly list: readonly T[]
  readonly has_more: boolean
  readonly next_cursor: string | null
}

/** Without a cursor a list is all there is. */
export function pageOf<T>(page: readonly T[] | Page<T>): Page<T> {
  return 'list' in page ? page : { list: page, has_more: false, next_cursor: null }
}

export interface CatchupPorts {
  readonly clock: Clock
  readonly random: () => number
  readonly limits: Limits
  readonly timeline: Timeline
  range(conversation: number, after: number, limit: number): Promise<Page<Message>>
  conversations(cursor: string, limit: number): Promise<Page<Head>>
  deliver(messages: readonly Message[]): void
  /** Every conversation was compared with the server since the last connect. */
  compared(): void
}

/** Database times of one server may run apart by no more than a long transaction. */
const skewMs = 60_000

export class Catchup {
  readonly #ports: CatchupPorts
  readonly #waiting = new Map<number, () => void>()
  readonly #queue = new Set<number>()
  readonly #running = new Set<number>()
  readonly #failures = new Map<number, number>()
  /** Named by a beacon but not in our list; not looked for again until the next connect. */
  readonly #strange = new Set<number>()
  #comparing = false
  #again = false
  #comparisonFailures = 0
  #stopPause: (() => void) | undefined
  /** Newest activity seen by the last whole comparison. */
  #comparedUpTo = -Infinity
  #stopped = true
  /** Counts roll-backs: answers about the history of before are thrown away. */
  #history = 0

  constructor(ports: CatchupPorts) {
    this.#ports = ports
  }

  start(): void {
    this.#stopped = false
  }

  /** Nothing is asked any more; what is under way comes to nothing. */
  stop(): void {
    this.#stopped = true
    for (const stop of this.#waiting.values()) stop()
    this.#waiting.clear()
    this.#queue.clear()
    this.#failures.clear()
    this.#stopPause?.()
    this.#stopPause = undefined
  }

  /** After every connect: what was said meanwhile was said to nobody. */
  connected(rolledBack: boolean): void {
    if (rolledBack) {
      this.#comparedUpTo = -Infinity
      this.#history++
    }
    this.#strange.clear()
    this.compare()
  }

  /** Looks after a conversation that may have a hole, now or when a late frame had its chance. */
  want(conversation: number, delayMs = this.#ports.limits.holeMs): void {
    if (this.#stopped || this.#running.has(conversation) || this.#queue.has(conversation)) return
    if (!this.#ports.timeline.hole(conversation)) return
    if (delayMs <= 0) {
      this.#waiting.get(conversation)?.()
      this.#waiting.delete(conversation)
      this.#queue.add(conversation)
      this.#next()
      return
    }
    if (this.#waiting.has(conversation)) return
    // Jitter: a frame lost for a whole group is not asked for by all of it at once.
    const delay = delayMs * (1 + this.#ports.random() / 2)
    const stop = this.#ports.clock.after(delay, () => {
      this.#waiting.delete(conversation)
      this.want(conversation, 0)
    })
    this.#waiting.set(conversation, stop)
  }

  /** A position beacon. */
  heads(heads: Readonly<Record<string, number>>): void {
    const { timeline } = this.#ports
    let unknown = false
    for (const [key, seq] of Object.entries(heads)) {
      const id = Number(key)
      if (timeline.has(id)) {
        if (timeline.head(id, seq)) this.want(id)
      } else if (!this.#strange.has(id)) {
        if (this.#strange.size < 10_000) this.#strange.add(id)
        unknown = true
      }
    }
    if (unknown) this.compare()
  }

  #next(): void {
    for (const id of this.#queue) {
      if (this.#running.size >= this.#ports.limits.fetchesMax) return
      this.#queue.delete(id)
      this.#running.add(id)
      void this.#fill(id)
    }
  }

  async #fill(id: number): Promise<void> {
    const { timeline, range, deliver, limits } = this.#ports
    let retry: number | undefined
    try {
      for (;;) {
        const hole = timeline.hole(id)
        if (!hole || this.#stopped) break
        const history = this.#history
        const page = await range(id, hole.after, limits.fetchLimit)
        if (this.#stopped) break
        if (history !== this.#history) continue
        deliver(timeline.page(id, hole, page.list, page.has_more))
        this.#failures.delete(id)
        // Nothing came of it: give the server a moment before asking the same again.
        if (timeline.hole(id)?.after === hole.after) {
          retry = 1_000
          break
        }
      }
    } catch (thrown) {
      retry = this.#failed(id, asCurlewError(thrown))
    }
    this.#running.delete(id)
    if (retry !== undefined) this.want(id, retry)
    this.#next()
  }

  #failed(id: number, error: CurlewError): number | undefined {
    if (this.#stopped || isOver(error)) return undefined
    if (error.status === 403 || error.status === 404) {
      this.#ports.timeline.abandon(id)
      return undefined
    }
    const failures = (this.#failures.get(id) ?? 0) + 1
    this.#failures.set(id, failures)
    return backoff(failures, error)
  }

  /** Compares every conversation that may have moved with the server, and fetches those. */
  compare(): void {
    if (this.#stopped) return
    if (this.#comparing) {
      this.#again = true
      return
    }
    this.#stopPause?.()
    this.#stopPause = undefined
    this.#comparing = true
    void this.#compare()
  }

  async #compare(): Promise<void> {
    let pause: number | undefined
    try {
      await this.#pages()
      this.#comparisonFailures = 0
      if (!this.#stopped && !this.#again) this.#ports.compared()
    } catch (thrown) {
      const error = asCurlewError(thrown)
      if (!isOver(error)) pause = backoff(++this.#comparisonFailures, error)
    }
    this.#comparing = false
    if (this.#again) {
      this.#again = false
      this.compare()
    } else if (pause !== undefined && !this.#stopped) {
      const jittered = pause * (1 + this.#ports.random() / 2)
      this.#stopPause = this.#ports.clock.after(jittered, () => this.compare())
    }
  }

  async #pages(): Promise<void> {
    const { limits, timeline, conversations, deliver } = this.#ports
    const history = this.#history
    let upTo = this.#comparedUpTo
    // Little has moved since the last time; everybody who was thrown off by a restart asks this.
    const limit = upTo === -Infinity ? limits.listLimit : limits.listAgainLimit
    let cursor = ''
    for (let number = 0; number < limits.listPagesMax; number++) {
      const page = await conversations(cursor, limit)
      if (this.#stopped || history !== this.#history) return
      let oldest = Infinity
      for (const head of page.list) {
        const direct = head.kind === 'direct'
        deliver(timeline.place(head.id, timeline.positioned && direct ? 0 : head.last_seq))
        if (timeline.head(head.id, head.last_seq)) this.want(head.id, 0)
        this.#strange.delete(head.id)
        const time = Date.parse(head.last_message_time ?? '')
        if (Number.isNaN(time)) continue
        upTo = Math.max(upTo, time)
        if (!head.is_pinned) oldest = Math.min(oldest, time)
      }
      if (!page.has_more || page.next_cursor === null) break
      // The list goes by last activity: below here nothing has moved since the last comparison.
      if (oldest < this.#comparedUpTo - skewMs) break
      cursor = page.next_cursor
    }
    this.#comparedUpTo = upTo
    if (!timeline.positioned) deliver(timeline.settle())
    for (const id of this.#strange) if (timeline.has(id)) this.#strange.delete(id)
  }
}

function backoff(failures: number, { retryAfter = 0 }: CurlewError): number {
  return Math.max(retryAfter * 1000, Math.min(30_000, 1_000 * 2 ** Math.min(failures - 1, 5)))
}
