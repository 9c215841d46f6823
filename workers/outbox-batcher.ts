// Deletes the outbox rows of finished deliveries, many with one statement.
import type { Timer } from '../src/core/clock.ts'
import type { BaseContext } from '../src/context.ts'
import { deleteOutbox } from '../src/infra/outbox.ts'

const pauseMs = 50
const rowsMax = 500

/**
 * A row outlives its delivery by some 50 ms. If the process dies meanwhile the sweeper delivers
 * once more: clients drop a seq they have seen.
 */
export class OutboxBatcher {
  #done: number[] = []
  #timer: Timer | null = null
  #running: Promise<void> | null = null

  constructor(private readonly ctx: BaseContext) {}

  done(outboxId: number): void {
    this.#done.push(outboxId)
    if (this.#done.length >= rowsMax) void this.flush()
    else this.#timer ??= this.ctx.clock.after(pauseMs, () => void this.flush())
  }

  /** Never rejects: rows that could not be deleted are delivered again. */
  async flush(): Promise<void> {
    this.#timer?.stop()
    this.#timer = null
    await this.#running
    const ids = this.#done.splice(0)
    if (ids.length === 0) return
    this.#running = deleteOutbox(this.ctx.sql, ids)
      .catch((err) => this.ctx.log.warn({ err, rows: ids.length }, 'outbox rows stay'))
      .finally(() => (this.#running = null))
    await this.#running
  }
}
