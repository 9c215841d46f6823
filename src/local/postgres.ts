// Runs a private Postgres in a folder of its own: made on the first start, continued on the next.
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { totalmem } from 'node:os'
import { join } from 'node:path'
import postgres from 'postgres'
import { Child, type Exit, run } from './child.ts'
import { LocalFailure } from './failure.ts'
import { freePort } from './ports.ts'
import { postgresBinaries } from './postgres-binaries.ts'
import { removeRecord, stopLeftover, writeRecord } from './records.ts'
import { keptSecret } from './secrets.ts'
import { type ServiceUser, makeServiceDir, serviceUser } from './service-user.ts'

export type PostgresOptions = {
  /** Holds the cluster, its password and the record of the running process. */
  dir: string
  /** A free one is chosen when not given. */
  port?: number | undefined
  /** Server settings that are added to ours or replace them. */
  settings?: Record<string, string>
  /** Made when missing; its owner is the superuser of the URL. */
  database?: string
  onLine?: (line: string) => void
}

export type Postgres = AsyncDisposable & {
  url: string
  port: number
  pid: number
  exited: Promise<Exit>
  tail: (count?: number) => string[]
  /** Ends well (open transactions are rolled back) or, immediate, like a crash it recovers from. */
  stop: (options?: { immediate?: boolean }) => Promise<void>
}

const user = 'curlew'
const host = '127.0.0.1'
const startTimeoutMs = 60_000
const startTries = 40
const retryMs = 250

/**
 * A quarter of the memory, as the manual of Postgres advises, and no more than a gigabyte: other programs
 * live here too. It is reserved, and taken page by page as it is used.
 */
export function sharedBuffers(memoryBytes: number): string {
  const mebibytes = Math.floor(memoryBytes / 4 / 1_048_576)
  return `${Math.min(Math.max(mebibytes, 128), 1_024)}MB`
}

/** Durability is our promise, so what guards it is spelled out and not left to defaults. */
const ourSettings: Record<string, string> = {
  shared_buffers: sharedBuffers(Math.min(totalmem(), process.constrainedMemory() || Infinity)),
  fsync: 'on',
  synchronous_commit: 'on',
  full_page_writes: 'on',
  max_connections: '200',
  unix_socket_directories: '',
  listen_addresses: host,
  timezone: 'UTC',
  log_timezone: 'UTC',
}

/** initdb gives its own path to a shell, between double quotes. */
export function requirePlain(path: string) {
  if (!/["$`\\\n]/.test(path)) return
  throw new LocalFailure(
    `Postgres takes no path with ", $, \` or \\ in it, as ${path} has: ` +
      'move this folder, or set DATABASE_URL.',
  )
}

/** Made aside and renamed: a start that is killed midway leaves no half cluster behind. */
async function makeCluster(dir: string, cluster: string, password: string, as: ServiceUser) {
  const { initdb } = postgresBinaries()
  requirePlain(initdb)
  const draft = join(dir, 'data.new')
  const passwordFile = join(dir, 'initdb-password')
  rmSync(draft, { recursive: true, force: true })
  mkdirSync(draft, { mode: 0o700 })
  as.own(draft)
  writeFileSync(passwordFile, `${password}\n`, { mode: 0o600 })
  as.own(passwordFile)
  // The builtin provider sorts the same on every machine: no dependence on its ICU or libc.
  const locale = ['--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8']
  const access = ['--auth=scram-sha-256', `--username=${user}`, `--pwfile=${passwordFile}`]
  // Stretching (4,096 rounds of PBKDF2 on each connection) guards passwords that people choose.
  const settings = ['--set', 'scram_iterations=1']
  const args = [`--pgdata=${draft}`, '--encoding=UTF8', ...locale, ...access, ...settings]
  const result = await run({ ...as.wrap(initdb, args), cwd: dir })
  rmSync(passwordFile, { force: true })
  if (/could not look up effective user ID/.test(result.text)) {
    throw new LocalFailure(
      'This user has no name on this machine, and Postgres asks for one: ' +
        'give it a line in /etc/passwd, start as another one, or set DATABASE_URL.',
    )
  }
  if (!result.ok) throw new LocalFailure('Postgres could not make its data folder.', result.tail)
  renameSync(draft, cluster)
}

/** Resolves to true when ready, false when it ended first. */
async function becomesReady(child: Child, ready: Promise<void>) {
  const timer = AbortSignal.timeout(startTimeoutMs)
  const late = new Promise<boolean>((resolve) =>
    timer.addEventListener('abort', () => resolve(false), { once: true }),
  )
  return Promise.race([ready.then(() => true), child.exited.then(() => false), late])
}

async function spawnOnce(options: PostgresOptions, cluster: string, port: number, as: ServiceUser) {
  const settings: Record<string, string> = {
    ...ourSettings,
    ...options.settings,
    port: String(port),
  }
  const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])
  const ready = Promise.withResolvers<void>()
  const child = new Child({
    ...as.wrap(postgresBinaries().postgres, ['-D', cluster, ...flags]),
    cwd: options.dir,
    env: { ...process.env, LC_ALL: 'C', PGPORT: undefined, PGDATA: undefined },
    onLine: (line) => {
      options.onLine?.(line)
      if (line.includes('ready to accept connections')) ready.resolve()
    },
  })
  writeRecord(join(options.dir, 'process.json'), {
    name: 'Postgres',
    pid: child.pid,
    signal: 'SIGINT',
  })
  if (await becomesReady(child, ready.promise)) return child
  await child.stop('SIGQUIT')
  return child
}

/**
 * After a kill -9 the children of the dead server need a moment to notice; until then a new server
 * refuses to share their memory. A free port may be taken between choosing and using it.
 */
async function spawnPatiently(options: PostgresOptions, cluster: string, as: ServiceUser) {
  for (let attempt = 1; ; attempt++) {
    const port = options.port ?? (await freePort())
    const child = await spawnOnce(options, cluster, port, as)
    if (!child.exit) return { child, port }
    const said = child.tail(40).join('\n')
    if (/lock file "postmaster.pid" already exists/.test(said) && attempt === 3) {
      // stopLeftover() made sure that no server of ours lives: the id belongs to someone else now.
      rmSync(join(cluster, 'postmaster.pid'), { force: true })
    }
    const passing = /lock file|pre-existing shared memory|Address already in use/.test(said)
    if (!passing || attempt === startTries) {
      throw new LocalFailure('Postgres did not start.', child.tail())
    }
    await Bun.sleep(retryMs)
  }
}

async function makeDatabase(serverUrl: string, name: string) {
  const sql = postgres(serverUrl, { max: 1, onnotice: () => {} })
  try {
    const [found] = await sql`select 1 from pg_database where datname = ${name}`
    if (!found) await sql`create database ${sql(name)}`
  } finally {
    await sql.end()
  }
}

export async function startPostgres(options: PostgresOptions): Promise<Postgres> {
  const { dir, database = user } = options
  const cluster = join(dir, 'data')
  const record = join(dir, 'process.json')
  makeServiceDir(dir)
  const owner = await stopLeftover(record)
  if (owner) throw new LocalFailure(`Postgres in ${dir} is in use by process ${owner.pid}.`)
  const password = keptSecret(join(dir, 'password'))
  const as = serviceUser(dir, { command: postgresBinaries().postgres, args: ['--version'] })
  if (!existsSync(cluster)) await makeCluster(dir, cluster, password, as)
  const { child, port } = await spawnPatiently(options, cluster, as)
  const stop = async ({ immediate = false } = {}) => {
    await child.stop(immediate ? 'SIGQUIT' : 'SIGINT', 30_000)
    removeRecord(record, child.pid)
  }
  const server = `postgres://${user}:${password}@${host}:${port}`
  try {
    await makeDatabase(`${server}/postgres`, database)
  } catch (error) {
    await stop()
    throw error
  }
  return {
    url: `${server}/${database}`,
    port,
    pid: child.pid,
    exited: child.exited,
    tail: (count) => child.tail(count),
    stop,
    [Symbol.asyncDispose]: () => stop(),
  }
}
