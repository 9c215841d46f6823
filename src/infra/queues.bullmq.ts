// BullMQ adapter of the queues port, and the options its workers share.
import { Queue, type JobsOptions } from 'bullmq'
import { queueNames } from './queues.ts'
import type { Depth, JobOptions, Jobs, QueueName, Queues } from './queues.ts'
import { cached, type Redis } from './redis.ts'

/** Attempts and pauses per queue; a completed job leaves nothing behind, failed ones are capped. */
const jobDefaults: Record<QueueName, JobsOptions> = {
  delivery: { attempts: 5, backoff: { type: 'exponential', delay: 200 } },
  fanout: { attempts: 5, backoff: { type: 'exponential', delay: 500 } },
  // Notifications and mails end by their own time, see workers/patience.ts.
  push: { attempts: 1_000, backoff: { type: 'patient' } },
  email: { attempts: 1_000, backoff: { type: 'patient' } },
  // The sweeper adds again what has failed.
  media: { attempts: 4, backoff: { type: 'exponential', delay: 1_000, jitter: 0.5 } },
  maintenance: { attempts: 3, backoff: { type: 'exponential', delay: 500, jitter: 0.5 } },
}

/** The dead letters of each queue: failed for good, and kept for somebody to look at. */
export const failedJobsKept = 1_000

/** The hash tag keeps one queue's keys in one slot of a Redis Cluster. */
export function queuePrefix(prefix: string): string {
  return `{${prefix}:jobs}`
}

export class BullQueues implements Queues {
  readonly queues: Record<QueueName, Queue>

  constructor(redis: Redis, prefix: string) {
    const create = (name: QueueName) => {
      const queue = new Queue(name, {
        connection: redis,
        prefix: queuePrefix(prefix),
        defaultJobOptions: {
          ...jobDefaults[name],
          removeOnComplete: true,
          removeOnFail: { count: failedJobsKept },
        },
      })
      // The connection reports its own outages; without a listener the process would end.
      queue.on('error', () => {})
      return queue
    }
    this.queues = Object.fromEntries(queueNames.map((name) => [name, create(name)])) as Record<
      QueueName,
      Queue
    >
  }

  async add<Q extends QueueName, N extends keyof Jobs[Q] & string>(
    queue: Q,
    name: N,
    data: Jobs[Q][N],
    options: JobOptions = {},
  ): Promise<void> {
    await cached(
      this.queues[queue].add(name, data, {
        ...(options.id === undefined ? {} : { jobId: options.id }),
        ...(options.delayMs === undefined ? {} : { delay: options.delayMs }),
        ...(options.collapse === undefined
          ? {}
          : { deduplication: { id: options.collapse, keepLastIfActive: true } }),
      }),
    )
  }

  waiting(queue: QueueName): Promise<number> {
    return cached(this.queues[queue].getWaitingCount())
  }

  async depths(): Promise<Record<QueueName, Depth>> {
    const counts = await cached(
      Promise.all(
        queueNames.map((name) =>
          this.queues[name].getJobCounts('waiting', 'delayed', 'active', 'failed'),
        ),
      ),
    )
    return Object.fromEntries(queueNames.map((name, index) => [name, counts[index]])) as Record<
      QueueName,
      never
    >
  }

  async close(): Promise<void> {
    await Promise.allSettled(Object.values(this.queues).map((queue) => queue.close()))
  }
}
