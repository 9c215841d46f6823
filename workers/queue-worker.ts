// One queue's BullMQ worker: begins jobs, counts them, can be made anew.
import { Worker, type Job } from 'bullmq'
import type { BaseContext } from '../src/context.ts'
import { queuePrefix } from '../src/infra/queues.bullmq.ts'
import type { QueueName } from '../src/infra/queues.ts'
import { connectRedis, type Redis } from '../src/infra/redis.ts'
import { handlers } from './handlers.ts'
import { explained, isForeseen, retry } from './outcome.ts'
import { faultsMax, patienceOf } from './patience.ts'
import type { Watched } from './watchdog.ts'
import type { Work } from './work.ts'

type Handler = (work: Work, data: never) => Promise<void>

export class QueueWorker implements Watched {
  begun = 0
  active = 0
  #worker: Worker
  #redis: Redis

  constructor(
    private readonly work: Work,
    readonly queue: QueueName,
    private readonly concurrency: number,
  ) {
    this.#redis = connectRedis(this.ctx.config.redisUrl, 'work', this.ctx.log)
    this.#worker = this.#create()
  }

  get ctx(): BaseContext {
    return this.work.ctx
  }

  async rebuild(): Promise<void> {
    const [worker, redis] = [this.#worker, this.#redis]
    this.#redis = connectRedis(this.ctx.config.redisUrl, 'work', this.ctx.log)
    this.#worker = this.#create()
    await worker.close(true).catch(() => {})
    redis.disconnect()
  }

  /** Lets running jobs end. */
  async close(): Promise<void> {
    await this.#worker.close()
    this.#redis.disconnect()
  }

  #create(): Worker {
    const worker = new Worker(this.queue, (job) => this.#run(job), {
      connection: this.#redis,
      prefix: queuePrefix(this.ctx.config.redisPrefix),
      concurrency: this.concurrency,
      // A worker that died mid-job is noticed within a lock and a check.
      lockDuration: 15_000,
      stalledInterval: 5_000,
      maxStalledCount: 3,
      settings: { backoffStrategy: patienceOf(this.queue) },
    })
    worker.on('error', () => {})
    worker.on('failed', (job, err) => void this.#failed(job, err))
    worker.on('stalled', () => this.#count('stalled'))
    return worker
  }

  async #run(job: Job): Promise<void> {
    this.begun++
    this.active++
    try {
      await this.#handlerOf(job.name)(this.work, job.data as never)
      this.#count('done')
    } catch (error) {
      throw explained(error)
    } finally {
      this.active--
    }
  }

  /** A name of a newer version: one of its workers may come to it, if it is not soon given up. */
  #handlerOf(name: string): Handler {
    const known = handlers[this.queue] as Readonly<Record<string, Handler>>
    const handler = Object.hasOwn(known, name) ? known[name] : undefined
    if (!handler) throw retry('jobUnknown', { attemptsMax: faultsMax })
    return handler
  }

  #count(outcome: string): void {
    this.ctx.metrics.jobs.inc({ queue: this.queue, outcome })
  }

  /** A job that failed for good stays to be looked at, without what anybody said. */
  async #failed(job: Job | undefined, err: Error): Promise<void> {
    const final = job?.finishedOn !== undefined
    this.#count(final ? 'failed' : 'retried')
    const level = isForeseen(err) && err.logged ? 'debug' : 'warn'
    this.ctx.log[level]({ err, queue: this.queue, job: job?.id, final }, 'a job failed')
    if (!job || typeof (job.data as { frames?: unknown }).frames !== 'string') return
    await job.updateData({ ...job.data, frames: '' }).catch(() => {})
  }
}
