// The only file that chooses adapters. Gives a Context, and takes everything down again.
import type { Config } from './config.ts'
import type { BaseContext, Context } from './context.ts'
import { systemClock, type Clock } from './core/clock.ts'
import { newNodeId } from './core/ids.ts'
import { limits } from './infra/limits.ts'
import { Loader } from './core/loader.ts'
import { createLog, type Log } from './core/log.ts'
import { createSeal } from './core/seal.ts'
import { States } from './core/states.ts'
import { AfterCommit, transactor } from './infra/after-commit.ts'
import { Courier } from './infra/courier.ts'
import { connectDatabase, ping } from './infra/db.ts'
import { readPosition } from './infra/epoch.ts'
import { explain } from './infra/explain.ts'
import { SiteVerify } from './infra/captcha.http.ts'
import { unlimited } from './infra/limiter.ts'
import { RedisLimiter } from './infra/limiter.redis.ts'
import { createMetrics } from './infra/metrics.ts'
import { migratedOnce } from './infra/migrate.ts'
import { outwardCheck } from './infra/outward.ts'
import { BullQueues } from './infra/queues.bullmq.ts'
import { connectRedis, connected } from './infra/redis.ts'
import { Registry } from './infra/registry.ts'
import { RedisRelay } from './infra/relay.redis.ts'
import { systemResolver } from './infra/resolver.ts'
import { DiskStorage } from './infra/storage.disk.ts'
import type { Storage } from './infra/storage.ts'
import { createTokens } from './infra/tokens.ts'

/** How long a start waits for Redis before it goes on without. */
const redisPatienceMs = 3_000

export interface Booted<C> extends AsyncDisposable {
  readonly ctx: C
  readonly queues: BullQueues
}

interface Parts {
  readonly clock?: Clock
  readonly log?: Log
  /** See infra/db. */
  readonly onStatement?: (statement: string) => void
}

/** What both kinds of process share, and how to take it down. */
async function bootBase(config: Config, kind: 'api' | 'workers', parts: Parts) {
  const clock = parts.clock ?? systemClock
  const log = parts.log ?? createLog(config.logLevel, kind)
  const { onStatement } = parts
  const connect: BaseContext['connect'] = (options) =>
    connectDatabase(config.databaseUrl, { ...options, impatient: true, onStatement })
  const sql = connect({ connections: limits.database.connections, name: `curlew ${kind}` })
  const redis = connectRedis(config.redisUrl, 'command', log)
  const producer = connectRedis(config.redisUrl, 'command', log)
  const subscriber = kind === 'api' ? connectRedis(config.redisUrl, 'subscribe', log) : null
  await Promise.all([redis, producer].map((each) => connected(each, redisPatienceMs)))
  const registry = new Registry(redis, config.redisPrefix)
  const relay = new RedisRelay(redis, subscriber, config.redisPrefix, log)
  const queues = new BullQueues(producer, config.redisPrefix)
  const storage = await openStorage(config, clock)
  const metrics = createMetrics(kind)
  const seal = createSeal(config.jwtSecret)
  const states = new States<BaseContext>(() => base)
  const base: BaseContext = {
    config,
    clock,
    log,
    seal,
    metrics,
    sql,
    redis,
    registry,
    relay,
    courier: new Courier(registry, relay),
    queues,
    storage,
    connect,
    of: (state) => states.of(state),
    transact: transactor({ sql, clock, config, seal }, new AfterCommit(queues, metrics)),
  }
  const dispose = async () => {
    await states.close()
    await queues.close()
    for (const each of [redis, producer, subscriber]) each?.disconnect()
    storage.close?.()
    await sql.end({ timeout: 5 })
  }
  return { base, queues, redis, dispose }
}

/** The client of S3 is large: only who uses it loads it. */
async function openStorage({ media }: Config, clock: Clock): Promise<Storage> {
  if (!media.s3) return new DiskStorage(media.dir)
  const { S3Storage } = await import('./infra/storage.s3.ts')
  return new S3Storage(media.s3, clock)
}

export async function bootWorkers(config: Config, parts: Parts = {}): Promise<Booted<BaseContext>> {
  const { base, queues, dispose } = await bootBase(config, 'workers', parts)
  return { ctx: base, queues, [Symbol.asyncDispose]: dispose }
}

export async function bootApi(config: Config, parts: Parts = {}): Promise<Booted<Context>> {
  const { base, queues, redis, dispose } = await bootBase(config, 'api', parts)
  const { clock, log, sql } = base
  const { captcha } = config
  const ctx: Context = {
    ...base,
    nodeId: newNodeId(),
    tokens: await createTokens(config.jwtSecret, config.accessTokenSeconds, clock),
    limiter: config.rateLimits ? new RedisLimiter(redis, config.redisPrefix, clock) : unlimited,
    captcha: captcha && new SiteVerify(captcha.url, captcha.secret, log),
    isOutward: outwardCheck(config.pushPrivateHosts, systemResolver(clock)),
    position: new Loader(async () => {
      return new Map([['now' as const, await readPosition(sql, base.seal, clock.now())]])
    }),
    explain: (error) => explain(error, log),
    probes: {
      database: () => ping(sql),
      redis: () => redis.ping(),
      migrations: migratedOnce(sql),
    },
  }
  return { ctx, queues, [Symbol.asyncDispose]: dispose }
}
