// What we stand on: settings of Postgres and Redis with which our promises would not hold.
import { ConfigError, type Config } from '../config.ts'
import { systemClock, withDeadline } from '../core/clock.ts'
import type { Log } from '../core/log.ts'
import type { Sql } from './db.ts'
import type { Redis } from './redis.ts'

/** How long a start waits for an answer before it goes on without. */
const patienceMs = 3_000

/**
 * A sentence for each setting that loses what was acknowledged. As our own connections have them:
 * a role or a database may differ from its server.
 */
export async function weakPostgres(sql: Sql): Promise<string[]> {
  const [row] = await sql<{ fsync: string; commits: string }[]>`
    select current_setting('fsync') as fsync, current_setting('synchronous_commit') as commits`
  return [
    ...(row?.fsync === 'off'
      ? ['Postgres has fsync off: a power cut may destroy the database. Set it to on.']
      : []),
    ...(row?.commits === 'off'
      ? [
          'Postgres has synchronous_commit off: a crash may lose acknowledged messages. ' +
            'Set it to on.',
        ]
      : []),
  ]
}

export async function versionOf(sql: Sql): Promise<string> {
  const [row] = await sql<{ version: string }[]>`
    select current_setting('server_version') as version`
  return row?.version ?? ''
}

/**
 * What a Redis drops when its memory is full; null where we may not ask. INFO says it too, and is
 * open where CONFIG is not.
 */
export async function evictionOf(redis: Redis): Promise<string | null> {
  const said = await redis.info('memory').catch((error: Error) => {
    if (/^(NOPERM|ERR unknown command)/.test(error.message)) return ''
    throw error
  })
  return /^maxmemory_policy:(\S+)/m.exec(said)?.[1] ?? null
}

export async function weakRedis(redis: Redis): Promise<string[]> {
  const policy = await evictionOf(redis)
  return policy === null || policy === 'noeviction'
    ? []
    : [
        `Redis has maxmemory-policy ${policy}: when it is full it drops jobs without a word. ` +
          'Set it to noeviction.',
      ]
}

/** Said in the log, and refused in production. A server that is away is not judged. */
export async function requireDurability(on: {
  readonly config: Config
  readonly log: Log
  readonly sql: Sql
  readonly redis: Redis
}): Promise<void> {
  const asked = [weakPostgres(on.sql), weakRedis(on.redis)].map((each) =>
    withDeadline(systemClock, patienceMs, each, () => new Error('no answer')).catch(() => []),
  )
  const weak = (await Promise.all(asked)).flat()
  for (const sentence of weak) on.log.warn(sentence)
  if (on.config.production && weak.length > 0) {
    throw new ConfigError(`${weak.join('\n')}\nThis is refused with NODE_ENV=production.`)
  }
}
