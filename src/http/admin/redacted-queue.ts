// One queue as Bull Board sees it: every job is redacted, whichever handler asks for it.
import { BullMQAdapter } from '@bull-board/api/bullMQAdapter'
import type { QueueJob } from '@bull-board/api/typings/app'
import type { Job, Queue } from 'bullmq'
import { redactJob, redactLogs } from '../../features/admin/redaction.ts'
import type { Redis } from '../../infra/redis.ts'

/** A healthy queue is empty, which looks as if nothing ever ran. */
export const boardNote = 'A job that is done leaves nothing behind: 0 jobs is a healthy queue.'

/** Jobs of one page: the board's own choice is 10, an address may ask for any number. */
const pageJobsMax = 100

/** Kinds of jobs we have. BullMQ 6 no longer knows `paused`, and we use no flows, no priorities. */
const states = ['active', 'waiting', 'completed', 'failed', 'delayed'] as const

/**
 * Formatters are not enough: Bull Board formats data, name, progress and return value, but hands
 * out options, failure reasons, stacks and logs as they are. So jobs are redacted where they are
 * fetched; a job keeps what it is, only what it shows of itself changes.
 */
export class RedactedQueue extends BullMQAdapter {
  constructor(
    private readonly source: Queue,
    private readonly redis: Redis,
    readOnlyMode: boolean,
  ) {
    super(source, { readOnlyMode, allowRetries: !readOnlyMode, description: boardNote })
  }

  /** Asked of our own connection: BullMQ 6 has no `client` where the board looks for one. */
  override async getRedisInfo(): Promise<string> {
    return this.redis.info()
  }

  override async getJob(id: string) {
    const job: Job | undefined = await this.source.getJob(id)
    return job && redacted(job)
  }

  override async getJobs(...[wanted, start, end]: Parameters<BullMQAdapter['getJobs']>) {
    const last = end === undefined ? undefined : Math.min(end, (start ?? 0) + pageJobsMax - 1)
    const known = wanted.filter((state) => state !== 'paused')
    const jobs: (Job | undefined)[] = await this.source.getJobs(known, start, last)
    return jobs.flatMap((job) => (job ? [redacted(job)] : []))
  }

  override async getJobLogs(id: string): Promise<string[]> {
    const { logs } = await this.source.getJobLogs(id)
    return redactLogs(logs)
  }

  override addJob(): never {
    throw new Error('the board adds no jobs')
  }

  override getStatuses(): ReturnType<BullMQAdapter['getStatuses']> {
    return ['latest', ...states]
  }

  override getJobStatuses(): ReturnType<BullMQAdapter['getJobStatuses']> {
    return [...states]
  }
}

function redacted(job: Job): Job & QueueJob {
  const open = job.toJSON.bind(job)
  return Object.assign(job, { toJSON: () => redactJob(open()) }) as unknown as Job & QueueJob
}
