// Looks once a day whether what is stored agrees with itself, where operators wish it.
import type { Timer } from '../src/core/clock.ts'
import type { BaseContext } from '../src/context.ts'
import { checkWhatIsDue, showFindings } from '../src/features/consistency/daily.ts'
import { limits } from '../src/features/consistency/limits.ts'
import { walkSettings } from '../src/features/consistency/walk.store.ts'
import type { Sql } from '../src/infra/db.ts'

/** In every worker process; checks are claimed, so more of them only share the work. */
export class ConsistencyChecker {
  #timer: Timer | null = null
  #running: Promise<void> | null = null
  #isStopping = false
  /** Ends a rest early. */
  #wake: (() => void) | null = null

  constructor(private readonly ctx: BaseContext) {}

  start(): void {
    if (!this.ctx.config.checksDaily) return
    this.#timer = this.ctx.clock.every(limits.consistency.lookMs, () => {
      this.#running ??= this.look().finally(() => (this.#running = null))
    })
  }

  async stop(): Promise<void> {
    this.#isStopping = true
    this.#timer?.stop()
    this.#wake?.()
    await this.#running
  }

  /** Never rejects: what was not done is done another day. */
  async look(): Promise<void> {
    const { ctx } = this
    const sql: Sql = ctx.connect({ connections: 1, name: 'curlew checks', settings: walkSettings })
    try {
      await checkWhatIsDue(ctx, sql, (milliseconds) => this.#rest(milliseconds))
      await showFindings(ctx)
    } catch (err) {
      ctx.log.debug({ err }, 'a look at what is stored was skipped')
    } finally {
      await sql.end({ timeout: 1 })
    }
  }

  async #rest(milliseconds: number): Promise<boolean> {
    if (this.#isStopping) return false
    await new Promise<void>((resolve) => {
      const timer = this.ctx.clock.after(milliseconds, resolve)
      this.#wake = () => {
        timer.stop()
        resolve()
      }
    })
    this.#wake = null
    return !this.#isStopping
  }
}
