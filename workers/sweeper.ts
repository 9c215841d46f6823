// The safety net: outbox rows whose job never came, and what dead nodes left behind.
import type { Timer } from '../src/core/clock.ts'
import { limits } from './limits.ts'
import type { BaseContext } from '../src/context.ts'
import { features } from '../src/features/all.ts'
import { claimDue, countParked, dropParked } from '../src/infra/outbox.ts'
import { forgetOld } from './retention.ts'

/** Once in some ten minutes. */
const forgetRounds = 600

/** Sweeps in every worker process; rows are claimed, so more sweepers only share the work. */
export class Sweeper {
  #timer: Timer | null = null
  #running: Promise<void> | null = null
  #round = 0

  constructor(private readonly ctx: BaseContext) {}

  start(): void {
    this.#timer = this.ctx.clock.every(limits.outbox.sweepMs, () => {
      this.#running ??= this.sweep().finally(() => (this.#running = null))
    })
  }

  async stop(): Promise<void> {
    this.#timer?.stop()
    await this.#running
  }

  /** Never rejects: a round that fails is made up for by the next. */
  async sweep(): Promise<void> {
    const { ctx } = this
    try {
      // Rows behind a long queue are late, not lost: more jobs would only make it longer. This
      // also asks whether Redis is there; while it is not, no row uses up an attempt.
      const waiting = await ctx.queues.waiting('delivery')
      if (waiting < limits.outbox.backlogMax) await this.#enqueueDue()
      // Once in ten rounds is often enough for what only costs space.
      if (this.#round++ % 10 === 0) {
        await ctx.registry.sweep()
        const parked = await countParked(ctx.sql, limits.outbox.attemptsMax)
        ctx.metrics.outboxParked.set(parked)
        if (parked > 0) ctx.log.error({ parked }, 'outbox rows were given up: look at them')
        for (const { recover } of features) await recover?.(ctx)
        await forgetOld(ctx, ctx.clock.now(), 'large')
      }
      if (this.#round % forgetRounds === 1) {
        const gone = await forgetOld(ctx, ctx.clock.now(), 'small')
        await this.#dropParked()
        ctx.log.debug({ gone }, 'what was past its use is gone')
      }
    } catch (err) {
      ctx.log.debug({ err }, 'a sweep was skipped')
    }
  }

  /** What nobody could deliver and nobody has looked at: no device waits for it any more. */
  async #dropParked(): Promise<void> {
    const { sql, clock, config, log } = this.ctx
    if (config.outboxMs === null) return
    const before = new Date(clock.now().getTime() - config.outboxMs)
    const dropped = await dropParked(sql, limits.outbox.attemptsMax, before)
    if (dropped > 0) log.error({ dropped }, 'outbox rows that were given up long ago are gone')
  }

  async #enqueueDue(): Promise<void> {
    const { sql, queues, metrics } = this.ctx
    let rows: { id: number; attempts: number }[]
    do {
      rows = await claimDue(sql, limits.outbox.sweepRows, limits.outbox.attemptsMax)
      // A new id each round: the job of an earlier one may lie among the failed.
      await Promise.all(
        rows
          .toSorted((a, b) => a.id - b.id)
          .map((row) =>
            queues.add(
              'delivery',
              'recover',
              { outbox: row.id },
              { id: `o-${row.id}-${row.attempts}` },
            ),
          ),
      )
      metrics.outboxSwept.inc(rows.length)
    } while (rows.length === limits.outbox.sweepRows)
  }
}
