// Keeps the index of what was said. The database says how far it is; nothing is lost with a process.
import type { Timer } from '../src/core/clock.ts'
import type { BaseContext } from '../src/context.ts'
import { indexNew } from '../src/features/search/indexing.ts'
import { limits } from '../src/features/search/limits.ts'

/** In every worker process; one of them at a time has its turn. */
export class SearchIndexer {
  #timer: Timer | null = null
  #running: Promise<void> | null = null
  #isStopping = false

  constructor(private readonly ctx: BaseContext) {}

  start(): void {
    this.#timer = this.ctx.clock.every(limits.index.lookMs, () => {
      this.#running ??= this.look().finally(() => (this.#running = null))
    })
  }

  /** Lets what was begun end. */
  async stop(): Promise<void> {
    this.#isStopping = true
    this.#timer?.stop()
    await this.#running
  }

  /**
   * A fifth of the time at most, so that what was said does not slow what is said; searches read the rest
   * until its turn comes. Never rejects: a round that fails is made up for by the next.
   */
  async look(): Promise<void> {
    const { clock } = this.ctx
    const before = new Date(clock.now().getTime() - limits.index.restMs)
    const end = clock.elapsed() + limits.index.workMs
    try {
      while (!this.#isStopping && (await indexNew(this.ctx, before)) && clock.elapsed() < end);
    } catch (err) {
      this.ctx.log.warn({ err }, 'the index of messages is not kept for the moment')
    }
  }
}
