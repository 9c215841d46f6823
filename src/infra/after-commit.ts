// Enqueue after commit: the delivery job of an outbox row, added by the process that committed it.
//
// Nobody waits for it. A job that Redis does not take now, or that a crash prevents, the sweeper
// adds once the row is due.
import { inTransaction, type Tx, type TxParts } from './db.ts'
import type { Metrics } from './metrics.ts'
import type { Jobs, MessagesJob, Queues } from './queues.ts'

export class AfterCommit {
  constructor(
    private readonly queues: Pick<Queues, 'add'>,
    private readonly metrics: Pick<Metrics, 'enqueueFailures'>,
  ) {}

  /** Events of a transaction: the worker reads them from their row. */
  events(outbox: number): void {
    this.#add('events', { outbox })
  }

  /** A batch of messages: its job carries the frames. */
  messages(job: MessagesJob): void {
    this.#add('messages', job)
  }

  #add<N extends 'events' | 'messages'>(name: N, job: Jobs['delivery'][N]): void {
    this.queues
      .add('delivery', name, job, { id: `o-${job.outbox}` })
      .catch(() => this.metrics.enqueueFailures.inc())
  }
}

/** Runs transactions on this pool; what one emitted is on its way once it resolves. */
export function transactor(parts: TxParts, afterCommit: Pick<AfterCommit, 'events'>) {
  return async <T>(work: (tx: Tx) => Promise<T>): Promise<T> => {
    const { result, outboxId } = await inTransaction(parts, work)
    if (outboxId !== null) afterCommit.events(outboxId)
    return result
  }
}
