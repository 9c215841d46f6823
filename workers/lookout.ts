// What every worker process looks after again and again. The database says what there is to do, so a look
// that fails, or a process that dies in one, is made up for by the next.
import type { Clock, Timer } from '../src/core/clock.ts'

export interface Look {
  readonly everyMs: number
  /** It works so long in each look; what one takes longer the next ones have less. */
  readonly mostMs?: number
  /** Answers whether there may be more, which is then done at once. */
  readonly run: () => Promise<boolean>
  readonly failed: (err: unknown) => void
}

/** One look after the other: while one takes long, no other begins. */
export class Lookout {
  #timer: Timer | null = null
  #running: Promise<void> | null = null
  #isStopping = false
  /** By how much the looks before took longer than they should. */
  #owedMs = 0

  constructor(
    private readonly clock: Clock,
    private readonly each: Look,
  ) {}

  start(): void {
    this.#timer = this.clock.every(this.each.everyMs, () => {
      this.#running ??= this.look().finally(() => (this.#running = null))
    })
  }

  /** Lets what was begun end. */
  async stop(): Promise<void> {
    this.#isStopping = true
    this.#timer?.stop()
    await this.#running
  }

  /** Never rejects. */
  async look(): Promise<void> {
    const { run, mostMs = Infinity } = this.each
    const end = this.clock.elapsed() + mostMs - this.#owedMs
    try {
      while (!this.#isStopping && this.clock.elapsed() < end && (await run()));
    } catch (err) {
      this.each.failed(err)
    }
    this.#owedMs = Math.max(0, this.clock.elapsed() - end)
  }
}
