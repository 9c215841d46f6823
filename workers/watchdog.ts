// Notices a worker that stays idle after Redis returned (taskforcesh/bullmq#2964, #3185).
import type { Timer } from '../src/core/clock.ts'
import type { BaseContext } from '../src/context.ts'
import type { QueueName } from '../src/infra/queues.ts'

const lookMs = 5_000
/** Looks in a row with jobs waiting and none begun, before the worker is made anew. */
const patience = 3

export interface Watched {
  readonly queue: QueueName
  /** Jobs begun so far. */
  readonly begun: number
  /** Jobs it is working on now. */
  readonly active: number
  rebuild(): Promise<void>
}

export class Watchdog {
  #timer: Timer | null = null
  readonly #idle = new Map<Watched, { begun: number; looks: number }>()

  constructor(
    private readonly ctx: BaseContext,
    private readonly workers: () => readonly Watched[],
  ) {}

  start(): void {
    this.#timer = this.ctx.clock.every(lookMs, () => {
      this.look().catch((err) => this.ctx.log.debug({ err }, 'the watchdog could not look'))
    })
  }

  stop(): void {
    this.#timer?.stop()
  }

  async look(): Promise<void> {
    const depths = await this.ctx.queues.depths()
    for (const worker of this.workers()) {
      const before = this.#idle.get(worker)
      const stuck =
        depths[worker.queue].waiting > 0 && worker.active === 0 && before?.begun === worker.begun
      const looks = stuck ? (before?.looks ?? 0) + 1 : 0
      this.#idle.set(worker, { begun: worker.begun, looks })
      if (looks < patience) continue
      this.#idle.delete(worker)
      this.ctx.log.warn({ queue: worker.queue }, 'a worker was idle over waiting jobs: made anew')
      await worker.rebuild()
    }
  }
}
