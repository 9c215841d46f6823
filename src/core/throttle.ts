// Says what keeps coming up only once in a while, for logs that would else be full of it.
import type { Clock } from './clock.ts'

export class Throttle {
  /** When each was last said, in `elapsed` milliseconds; the oldest first. */
  readonly #said = new Map<string, number>()

  /** Beyond `keysMax` things at once, more are not told apart and not said. */
  constructor(
    private readonly clock: Clock,
    private readonly periodMs: number,
    private readonly keysMax: number,
  ) {}

  /** True when this has not been said within the period; from now on it has. */
  due(what: string): boolean {
    const now = this.clock.elapsed()
    for (const [key, at] of this.#said) {
      if (now - at < this.periodMs) break
      this.#said.delete(key)
    }
    if (this.#said.has(what) || this.#said.size >= this.keysMax) return false
    this.#said.set(what, now)
    return true
  }
}
