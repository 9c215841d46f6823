// Shards with frames to write, in turns: a group of ten thousand does not hold the event loop while it is
// told, and what is said meanwhile leaves with what has not been written yet.
import { limits } from '../limits.ts'

export interface Flushable {
  /** How many sockets a flush writes to. */
  readonly size: number
  flush(): void
}

export class RoundRobin {
  readonly #waiting: Flushable[] = []
  #isScheduled = false

  constructor(
    private readonly onError: (error: unknown) => void,
    /** Runs it in a later turn of the event loop, after the sockets that have something to say. */
    private readonly later: (run: () => void) => void = setImmediate,
  ) {}

  add(next: Flushable): void {
    this.#waiting.push(next)
    this.#schedule()
  }

  #schedule(): void {
    if (this.#isScheduled || this.#waiting.length === 0) return
    this.#isScheduled = true
    this.later(() => this.#run())
  }

  #run(): void {
    this.#isScheduled = false
    let left: number = limits.socket.writesPerTurn
    while (left > 0) {
      const next = this.#waiting.shift()
      if (!next) return
      left -= Math.max(1, next.size)
      try {
        next.flush()
      } catch (error) {
        this.onError(error)
      }
    }
    this.#schedule()
  }
}
