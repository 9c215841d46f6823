// The only file that chooses adapters. Gives a Context, and takes everything down again.
import { adviceNow } from './advice.ts'
import type { Config } from './config.ts'
import type { BaseContext, Context } from './context.ts'
import { systemClock, type Clock } from './core/clock.ts'
import { Failure, isFailure } from './core/failure.ts'
import { newNodeId } from './core/ids.ts'
import { limits } from './core/limits.ts'
import { Loader } from './core/loader.ts'
import { createLog, type Log } from './core/log.ts'
import { createSeal } from './core/seal.ts'
import { findLiveSessions } from './features/signin/sessions.store.ts'
import { Directory } from './features/conversations/directory.ts'
import { MarkTeller } from './features/conversations/marks.ts'
import { jobOf } from './features/messages/announce.ts'
import { GroupCommitWriter, type OnCommitted } from './features/messages/writer.ts'
import { Courier } from './infra/courier.ts'
import {
  connectDatabase,
  databaseAway,
  inTransaction,
  isDatabaseAway,
  ping,
  type Sql,
} from './infra/db.ts'
import { readPosition } from './infra/epoch.ts'
import { requireFooting } from './infra/footing.ts'
import type { Captcha } from './infra/captcha.ts'
import { SiteVerify } from './infra/captcha.http.ts'
import { unlimited } from './infra/limiter.ts'
import { RedisLimiter } from './infra/limiter.redis.ts'
import { createMetrics } from './infra/metrics.ts'
import { loadMigrations, pendingMigrations } from './infra/migrate.ts'
import { targetOf } from './infra/outward.ts'
import { BullQueues } from './infra/queues.bullmq.ts'
import { connectRedis, settled } from './infra/redis.ts'
import { Registry } from './infra/registry.ts'
import { RedisRelay } from './infra/relay.redis.ts'
import { systemResolver } from './infra/resolver.ts'
import { createTokens } from './infra/tokens.ts'
import { errors } from './protocol/errors.ts'

/** How long a start waits for Redis before it goes on without. */
const redisPatienceMs = 3_000

export interface Booted<C> extends AsyncDisposable {
  readonly ctx: C
  readonly queues: BullQueues
}

/** A message that came by a socket of this node. */
export interface CommittedPlace {
  readonly conversation: number
  readonly user: number
  readonly seq: number
  readonly follows: boolean
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
  const sql = connectDatabase(config.databaseUrl, {
    connections: limits.database.connections,
    name: `curlew ${kind}`,
    impatient: true,
    onStatement: parts.onStatement,
  })
  const redis = connectRedis(config.redisUrl, 'command', log)
  const producer = connectRedis(config.redisUrl, 'command', log)
  const subscriber = kind === 'api' ? connectRedis(config.redisUrl, 'subscribe', log) : null
  await Promise.all([redis, producer].map((each) => settled(each, redisPatienceMs)))
  const registry = new Registry(redis, config.redisPrefix)
  const relay = new RedisRelay(redis, subscriber, config.redisPrefix, log)
  const queues = new BullQueues(producer, config.redisPrefix)
  const directory = new Directory(sql)
  const forgetting = directory.start(clock, log)
  const base: BaseContext = {
    config,
    clock,
    log,
    seal: createSeal(config.jwtSecret),
    metrics: createMetrics(kind),
    sql,
    redis,
    registry,
    relay,
    courier: new Courier(registry, relay),
    queues,
    directory,
    transact: (work) => transact(base, work),
  }
  const dispose = async () => {
    forgetting.stop()
    await queues.close()
    for (const each of [redis, producer, subscriber]) each?.disconnect()
    await sql.end({ timeout: 5 })
  }
  return { base, queues, redis, dispose }
}

export async function bootWorkers(config: Config, parts: Parts = {}): Promise<Booted<BaseContext>> {
  const { base, queues, dispose } = await bootBase(config, 'workers', parts)
  return { ctx: base, queues, [Symbol.asyncDispose]: dispose }
}

export async function bootApi(
  config: Config,
  parts: Parts & { onCommitted?: (place: CommittedPlace) => void } = {},
): Promise<Booted<Context>> {
  const { base, queues, redis, dispose } = await bootBase(config, 'api', parts)
  const { clock, log, metrics, sql } = base
  const tell = enqueuer(base)
  const marks = new MarkTeller(base)
  const writer = new GroupCommitWriter({
    connect: () => connectWriter(config, parts.onStatement),
    clock,
    log,
    metrics,
    onCommitted: (outboxId, stored) => {
      tell(outboxId, stored)
      for (const { draft, accepted } of stored) {
        if (accepted.marked) {
          marks.note({
            place: draft.place,
            reader: { id: draft.senderId, userId: draft.senderUserId },
          })
        }
        if (typeof draft.origin !== 'string') continue
        const { seq, follows } = accepted
        parts.onCommitted?.({ conversation: draft.place.id, user: draft.senderId, seq, follows })
      }
    },
  })
  const ctx: Context = {
    ...base,
    nodeId: newNodeId(),
    tokens: await createTokens(config.jwtSecret, config.accessTokenSeconds, clock),
    limiter: config.rateLimits ? new RedisLimiter(redis, config.redisPrefix, clock) : unlimited,
    captcha: captchaOf(config, log),
    isOutward: outwardLooker(config, clock),
    writer,
    sessions: new Loader((ids: number[]) => findLiveSessions(sql, ids)),
    position: new Loader(async () => new Map([['now' as const, await readPosition(sql)]])),
    explain: (error) => explain(error, log),
    probes: {
      database: () => ping(sql),
      redis: () => redis.ping(),
      migrations: migratedOnce(sql),
    },
  }
  return {
    ctx,
    queues,
    async [Symbol.asyncDispose]() {
      await writer.drain()
      await marks.close()
      await writer.close()
      await dispose()
    },
  }
}

/** Goes on only with servers that keep what they are given. */
export async function onFirmGround<C extends BaseContext>(booted: Booted<C>): Promise<Booted<C>> {
  try {
    await requireFooting(booted.ctx)
    const { config, log, redis } = booted.ctx
    for (const { sentence } of await adviceNow(config, redis)) log.warn(sentence)
    return booted
  } catch (error) {
    await booted[Symbol.asyncDispose]()
    throw error
  }
}

function captchaOf({ captcha }: Config, log: Log): Captcha | null {
  return captcha && new SiteVerify(captcha.url, captcha.secret, log)
}

function outwardLooker({ pushPrivateHosts }: Config, clock: Clock): Context['isOutward'] {
  const resolve = systemResolver(clock)
  return async (url) => pushPrivateHosts || (await targetOf(url, resolve)) !== 'inner'
}

/**
 * The writer has connections of its own, so that no slow question delays a commit. The plan of
 * its one statement is made once and must suit any table size: lookups by index, in a loop.
 */
function connectWriter(config: Config, onStatement: Parts['onStatement']): Sql {
  return connectDatabase(config.databaseUrl, {
    connections: limits.database.writerConnections,
    name: 'curlew writer',
    impatient: true,
    onStatement,
    settings: {
      plan_cache_mode: 'force_generic_plan',
      enable_seqscan: 'off',
    },
  })
}

/** Hands a committed batch to the workers; what Redis cannot take now, the sweeper brings later. */
function enqueuer(base: BaseContext): OnCommitted {
  return (outboxId, stored) => {
    const job = jobOf(outboxId, stored, base.clock.now().getTime())
    base.queues
      .add('delivery', 'messages', job, { id: `o-${outboxId}` })
      .catch(() => base.metrics.enqueueFailures.inc())
  }
}

async function transact<T>(
  base: BaseContext,
  work: Parameters<Context['transact']>[0],
): Promise<T> {
  const { result, outboxId } = await inTransaction(base.sql, work)
  if (outboxId !== null) {
    base.queues
      .add('delivery', 'events', { outbox: outboxId }, { id: `o-${outboxId}` })
      .catch(() => base.metrics.enqueueFailures.inc())
  }
  return result as T
}

function explain(error: unknown, log: Log): Failure {
  if (isFailure(error)) {
    if (error.reason === 'databaseUnavailable') log.debug({ err: error }, 'the database is away')
    return withWait(error)
  }
  return isDatabaseAway(error) ? databaseAway(error) : new Failure('internal', null, error)
}

/** Whoever is to come again is told when. Mail comes back when somebody has repaired it. */
function withWait(error: Failure): Failure {
  const { reason } = error
  // A refused input will be refused again.
  if (reason === 'validation') return error
  const { status } = errors[reason]
  if ((status !== 429 && status !== 503) || error.details?.retry_after !== undefined) return error
  const wait = reason === 'mailUnavailable' ? 60 : 1
  return new Failure(reason, { ...error.details, retry_after: wait }, error)
}

/** Asks until it is so, then never again: migrations do not go away. */
function migratedOnce(sql: Sql): () => Promise<boolean> {
  let done = false
  return async () => {
    done ||= (await pendingMigrations(sql, await loadMigrations())).length === 0
    return done
  }
}
