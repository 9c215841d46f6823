// Sends what people have scheduled. The rows say what is due; nothing is lost with Redis or a process.
import type { Timer } from '../src/core/clock.ts'
import type { BaseContext } from '../src/context.ts'
import { sendDue } from '../src/features/scheduling/due.ts'
import { limits } from '../src/features/scheduling/limits.ts'

/** In every worker process; rows are claimed, so more of them only share the work. */
export class ScheduledSender {
  #timer: Timer | null = null
  #running: Promise<void> | null = null
  #isStopping = false

  constructor(private readonly ctx: BaseContext) {}

  start(): void {
    this.#timer = this.ctx.clock.every(limits.scheduled.lookMs, () => {
      this.#running ??= this.look().finally(() => (this.#running = null))
    })
  }

  /** Lets what was taken be sent. */
  async stop(): Promise<void> {
    this.#isStopping = true
    this.#timer?.stop()
    await this.#running
  }

  /** Never rejects: a round that fails is made up for by the next. */
  async look(): Promise<void> {
    try {
      while ((await sendDue(this.ctx)) === limits.scheduled.claimMax && !this.#isStopping);
    } catch (err) {
      this.ctx.log.debug({ err }, 'a look at what is due was skipped')
    }
  }
}
