// A worker process as one service: its queueWorkers, the sweeper and the watchdog.
import { bootWorkers } from '../src/boot.ts'
import type { Config } from '../src/config.ts'
import type { BaseContext } from '../src/context.ts'
import type { Clock } from '../src/core/clock.ts'
import { limits } from '../src/features/push/limits.ts'
import type { Log } from '../src/core/log.ts'
import { Throttle } from '../src/core/throttle.ts'
import { vapidKeys } from '../src/features/push/vapid.ts'
import { SmtpMailer } from '../src/infra/mail.smtp.ts'
import { ClamdScanner } from '../src/infra/media/scan.clamd.ts'
import { createPushers } from '../src/infra/push.pushers.ts'
import { WebPusher } from '../src/infra/push.web.ts'
import { serveMetrics } from '../src/infra/metrics.server.ts'
import { queueNames, type QueueName } from '../src/infra/queues.ts'
import { systemResolver } from '../src/infra/resolver.ts'
import { onDurableServers } from '../src/process.ts'
import { ConsistencyChecker } from './consistency-checker.ts'
import { DigestSender } from './digest-sender.ts'
import { OutboxBatcher } from './outbox-batcher.ts'
import { QueueWorker } from './queue-worker.ts'
import { Burner } from './burner.ts'
import { ScheduledSender } from './scheduled-sender.ts'
import { SearchIndexer } from './search-indexer.ts'
import { Sweeper } from './sweeper.ts'
import { Watchdog } from './watchdog.ts'
import type { Work } from './work.ts'

/** Jobs a process works on at once; delivery waits for Redis, maintenance for nobody, media decodes. */
export const defaultConcurrency: Readonly<Record<QueueName, number>> = {
  delivery: 20,
  fanout: 4,
  push: 20,
  email: 5,
  media: 2,
  maintenance: 2,
}

export interface WorkerOptions {
  readonly queues?: readonly QueueName[]
  readonly concurrency?: number
  readonly clock?: Clock
  readonly log?: Log
}

export interface WorkerProcess extends AsyncDisposable {
  readonly ctx: BaseContext
}

export async function startWorkers(
  config: Config,
  options: WorkerOptions = {},
): Promise<WorkerProcess> {
  const booted = await onDurableServers(await bootWorkers(config, options))
  const { ctx } = booted
  const outboxBatcher = new OutboxBatcher(ctx)
  const mailer = config.smtp ? new SmtpMailer(config.smtp, config.mailFrom, ctx.clock) : null
  const { clock, log } = ctx
  const around = {
    allowPrivate: config.pushPrivateHosts,
    resolve: systemResolver(clock),
    clock,
    log,
  }
  const web = new WebPusher(await vapidKeys(ctx), around)
  const pushers = createPushers(web, config.push, ctx, (kind, isHeld) => {
    ctx.metrics.pushHeld.set({ kind }, isHeld ? 1 : 0)
    if (isHeld)
      ctx.log.error({ kind }, 'a push provider takes nothing: it is left alone for a while')
    else ctx.log.info({ kind }, 'a push provider takes notifications again')
  })
  const { complainMs, complaintsMax } = limits.push
  const troubles = new Throttle(clock, complainMs, complaintsMax)
  const scanner = config.media.clamd && new ClamdScanner(config.media.clamd, clock)
  const work: Work = { ctx, outboxBatcher, mailer, pushers, scanner, troubles }
  const queueWorkers = (options.queues ?? queueNames).map(
    (queue) => new QueueWorker(work, queue, options.concurrency ?? defaultConcurrency[queue]),
  )
  const sweeper = new Sweeper(ctx)
  const lookouts = [
    new ScheduledSender(ctx),
    new SearchIndexer(ctx),
    new Burner(ctx),
    new DigestSender(ctx),
  ]
  const consistencyChecker = new ConsistencyChecker(ctx)
  const watchdog = new Watchdog(ctx, () => queueWorkers)
  const stopServing = serveMetrics(config, ctx.metrics)
  sweeper.start()
  for (const each of lookouts) each.start()
  consistencyChecker.start()
  watchdog.start()
  const stop = async () => {
    watchdog.stop()
    await stopServing()
    await sweeper.stop()
    await Promise.all(lookouts.map((each) => each.stop()))
    await consistencyChecker.stop()
    await Promise.all(queueWorkers.map((queueWorker) => queueWorker.close()))
    await outboxBatcher.flush()
    mailer?.close()
    await booted[Symbol.asyncDispose]()
  }
  let stopped: Promise<void> | null = null
  return { ctx, [Symbol.asyncDispose]: () => (stopped ??= stop()) }
}
