// Redis connections by role. Redis may be away or empty at any moment; nothing waits for it long.
import { Redis } from 'ioredis'
import { systemClock, withDeadline } from '../core/clock.ts'
import { Failure, isFailure } from '../core/failure.ts'
import type { Log } from '../core/log.ts'

export type { Redis }

/**
 * `command` fails at once while Redis is away; `subscribe` waits and resubscribes by itself;
 * `work` is BullMQ's, which insists on retrying for ever.
 */
export type RedisRole = 'command' | 'subscribe' | 'work'

const byRole = {
  command: { enableOfflineQueue: false, maxRetriesPerRequest: 0, commandTimeout: 3_000 },
  subscribe: { enableOfflineQueue: true, maxRetriesPerRequest: null },
  work: { enableOfflineQueue: true, maxRetriesPerRequest: null },
} as const

export function connectRedis(url: string, role: RedisRole, log: Log): Redis {
  const redis = new Redis(url, {
    ...byRole[role],
    connectTimeout: 5_000,
    keepAlive: 10_000,
    // A silent peer does not answer our goodbye either: it is not waited for.
    disconnectTimeout: 200,
    retryStrategy: (attempt) => Math.min(50 * 2 ** Math.min(attempt, 5), 1_000),
    // A failover leaves us on a read-only replica: connect again.
    reconnectOnError: (error) => error.message.startsWith('READONLY'),
  })
  let told = false
  redis.on('error', (error: Error) => {
    // Said once per outage: the retries would fill the log with the same line.
    if (!told) log.warn({ err: error, role }, 'redis is away')
    told = true
  })
  watch(redis, log, role)
  redis.on('ready', () => {
    if (told) log.info({ role }, 'redis is back')
    told = false
  })
  return redis
}

const pingEveryMs = 5_000
const pingDeadlineMs = 4_000

/**
 * A line that fell silent without a word, as behind a router that forgot it, stays `ready` for a
 * quarter of an hour, and a subscriber's for ever (redis/ioredis#1451). Asked and not answered, it
 * is given up and made anew. In real time, whatever clock the process has: lines break in it.
 */
function watch(redis: Redis, log: Log, role: RedisRole): void {
  let asking = false
  const timer = systemClock.every(pingEveryMs, () => {
    if (asking || redis.status !== 'ready') return
    asking = true
    withDeadline(systemClock, pingDeadlineMs, redis.ping(), () => new Error('no answer to a ping'))
      .catch((err: unknown) => {
        if (redis.status !== 'ready') return
        log.warn({ err, role }, 'redis fell silent: connecting again')
        redis.disconnect(true)
      })
      .finally(() => (asking = false))
  })
  redis.once('end', () => timer.stop())
}

/** Waits until the connection is up, or for `milliseconds`; then goes on either way. */
export async function connected(redis: Redis, milliseconds: number): Promise<boolean> {
  if (redis.status === 'ready') return true
  return new Promise((resolve) => {
    const done = (up: boolean) => {
      clearTimeout(timer)
      redis.off('ready', ready)
      resolve(up)
    }
    const ready = () => done(true)
    const timer = setTimeout(() => done(false), milliseconds)
    redis.once('ready', ready)
  })
}

/** Turns any trouble with Redis into the failure callers know. */
export async function cached<T>(work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (error) {
    throw new Failure('cacheUnavailable', { retry_after: 1 }, error)
  }
}

/** As ioredis says it of a command that has not reached the server, and the server of itself. */
const away = [
  'Connection is closed',
  "Stream isn't writeable",
  'Command timed out',
  'Command aborted',
  'Reached the max retries',
  'LOADING',
  'READONLY',
  'MASTERDOWN',
  'CLUSTERDOWN',
  'TRYAGAIN',
]

/** Whether Redis was out of reach, as against out of agreement. */
export function isRedisAway(error: unknown): boolean {
  if (isFailure(error)) return error.reason === 'cacheUnavailable'
  return error instanceof Error && away.some((each) => error.message.startsWith(each))
}
