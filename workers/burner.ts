// Burns messages whose time is over. The rows say which; nothing is lost with Redis or a process.
import type { Timer } from '../src/core/clock.ts'
import type { BaseContext } from '../src/context.ts'
import { burnDue } from '../src/features/burning/due.ts'
import { limits } from '../src/features/burning/limits.ts'

/** In every worker process: what one has burned another does not find. */
export class Burner {
  #timer: Timer | null = null
  #running: Promise<void> | null = null
  #isStopping = false

  constructor(private readonly ctx: BaseContext) {}

  start(): void {
    this.#timer = this.ctx.clock.every(limits.burning.lookMs, () => {
      this.#running ??= this.look().finally(() => (this.#running = null))
    })
  }

  async stop(): Promise<void> {
    this.#isStopping = true
    this.#timer?.stop()
    await this.#running
  }

  /** Never rejects: a round that fails is made up for by the next. */
  async look(): Promise<void> {
    try {
      while ((await burnDue(this.ctx)) === limits.burning.takeMax && !this.#isStopping);
    } catch (err) {
      this.ctx.log.warn({ err }, 'what is over could not be burned')
    }
  }
}
