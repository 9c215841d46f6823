// A batcher of jobs nobody waits for: batches whose people have their frames already. One job for all
// that were committed within a moment, so that a message costs the workers next to nothing.
import type { Clock, Timer } from '../../../core/clock.ts'
import type { Metrics } from '../../../infra/metrics.ts'
import type { Queues } from '../../../infra/queues.ts'
import { handedJobOf, type Batch } from './announce.ts'
import { limits } from '../limits.ts'

export class HandedBatcher {
  #here = ''
  #batches: Batch[] = []
  #messages = 0
  #timer: Timer | null = null
  #adding: Promise<void> = Promise.resolve()

  constructor(
    private readonly clock: Clock,
    private readonly queues: Pick<Queues, 'add'>,
    private readonly metrics: Pick<Metrics, 'enqueueFailures'>,
  ) {}

  /** The node is the same each time: that of this process. */
  add(here: string, batch: Batch): void {
    this.#here = here
    this.#batches.push(batch)
    this.#messages += batch.items.length
    if (this.#messages >= limits.handed.messagesMax) this.#flush()
    else this.#timer ??= this.clock.after(limits.handed.gatherMs, () => this.#flush())
  }

  /** Resolves when all of it is in the queue, or was refused: then the sweeper finds the rows. */
  async drain(): Promise<void> {
    this.#flush()
    await this.#adding
  }

  #flush(): void {
    this.#timer?.stop()
    this.#timer = null
    const batches = this.#batches.splice(0)
    this.#messages = 0
    const [first] = batches
    if (!first) return
    const job = handedJobOf(this.#here, batches)
    const adding = this.queues
      .add('delivery', 'handed', job, { id: `h-${first.outbox}` })
      .catch(() => this.metrics.enqueueFailures.inc())
    this.#adding = Promise.all([this.#adding, adding]).then(() => {})
  }
}
