// The Postgres and the Redis that everything of one run shares.
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Redis } from 'ioredis'
import postgres, { type Sql } from 'postgres'
import { defaultDataDir, pathsIn } from '../../src/local/paths.ts'
import { startPostgres } from '../../src/local/postgres.ts'
import { obtainRedis } from '../../src/local/redis-program.ts'
import { startRedis } from '../../src/local/redis.ts'
import { describeMachine, type Machine } from './machine.ts'
import { commandOf, parentOf, type Watched } from './proc.ts'

export interface Stack {
  readonly redisUrl: string
  readonly logs: string
  readonly machine: Machine
  /** The servers' processes, where they run on this machine. */
  readonly watched: ReadonlyMap<string, Watched>
  /** A database of that name, empty. */
  freshDatabase(name: string): Promise<string>
  stop(): Promise<void>
}

/** With these settings of Postgres, where it is ours. */
export async function openStack(settings: Readonly<Record<string, string>> = {}): Promise<Stack> {
  const logs = mkdtempSync(join(tmpdir(), 'curlew-bench-'))
  await using starting = new AsyncDisposableStack()
  const { databaseUrl, redisUrl } = await servers(logs, settings, starting)
  const sql = postgres(databaseUrl, { max: 1, onnotice() {} })
  const redis = new Redis(redisUrl)
  const { watched, ...about } = await askServers(sql, redis)
  redis.disconnect()
  const started = starting.move()
  return {
    redisUrl,
    logs,
    machine: describeMachine(about),
    watched,
    async freshDatabase(name) {
      await sql.unsafe(`drop database if exists ${name} with (force)`)
      await sql.unsafe(`create database ${name}`)
      const url = new URL(databaseUrl)
      url.pathname = `/${name}`
      return url.href
    },
    async stop() {
      await sql.end({ timeout: 1 })
      await started.disposeAsync()
    },
  }
}

/** Those the environment names, or private ones with the settings of a local installation. */
async function servers(
  logs: string,
  settings: Readonly<Record<string, string>>,
  stack: AsyncDisposableStack,
) {
  let databaseUrl = process.env.DATABASE_URL
  let redisUrl = process.env.REDIS_URL
  // Root's Postgres runs as another user and must be able to pass through.
  chmodSync(logs, 0o711)
  if (!databaseUrl) {
    const dir = join(logs, 'postgres')
    stack.defer(() => rmSync(dir, { recursive: true, force: true }))
    const server = await startPostgres({ dir, settings })
    stack.defer(() => server.stop())
    databaseUrl = server.url
  }
  if (!redisUrl) {
    const program = await obtainRedis(pathsIn(defaultDataDir).redisDist)
    const dir = join(logs, 'redis')
    stack.defer(() => rmSync(dir, { recursive: true, force: true }))
    const server = await startRedis({ dir, program })
    stack.defer(() => server.stop())
    redisUrl = server.url
  }
  return { databaseUrl, redisUrl }
}

async function askServers(sql: Sql, redis: Redis) {
  const [row] = await sql<[{ version: string; pid: number; durability: string }]>`
    select current_setting('server_version') as version, pg_backend_pid() as pid,
      'fsync ' || current_setting('fsync') || ', synchronous_commit '
        || current_setting('synchronous_commit') as durability`
  const info = await redis.info('server')
  const watched = new Map<string, Watched>()
  // Ids of processes on another machine mean nothing here: the name must fit as well.
  const postmaster = parentOf(row.pid)
  if (postmaster && commandOf(postmaster).startsWith('postgres')) {
    watched.set('postgres', { pid: postmaster, family: true })
  }
  const redisPid = Number(/^process_id:(\d+)/m.exec(info)?.[1])
  if (/^(redis|valkey)/.test(commandOf(redisPid))) {
    watched.set('redis', { pid: redisPid, family: false })
  }
  return {
    postgres: row.version,
    redis: /^redis_version:(\S+)/m.exec(info)?.[1] ?? 'unknown',
    durability: row.durability,
    watched,
  }
}
