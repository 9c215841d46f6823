// Runs a private Redis in a folder of its own, with a password and everything written to disk.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Child, type Exit } from './child.ts'
import { LocalFailure } from './failure.ts'
import { freePort } from './ports.ts'
import { removeRecord, stopLeftover, writeRecord } from './records.ts'
import { type RedisProgram, findRedis } from './redis-program.ts'
import { keptSecret } from './secrets.ts'
import { makeServiceDir, serviceUser } from './service-user.ts'

export type RedisOptions = {
  /** Holds the data, the password, the configuration and the record of the running process. */
  dir: string
  /** A free one is chosen when not given. */
  port?: number | undefined
  /** Lines of redis.conf that are added to ours or replace them. */
  settings?: Record<string, string>
  /** Found on this machine when not given. */
  program?: RedisProgram
  onLine?: (line: string) => void
}

export type Redis = AsyncDisposable & {
  url: string
  port: number
  pid: number
  exited: Promise<Exit>
  tail: (count?: number) => string[]
  /** Ends well or, immediate, is killed on the spot. */
  stop: (options?: { immediate?: boolean }) => Promise<void>
}

const host = '127.0.0.1'
const startTimeoutMs = 60_000
const startTries = 10
const retryMs = 250

function writeConfig(options: RedisOptions, file: string, port: number, password: string) {
  const lines: Record<string, string> = {
    bind: host,
    'protected-mode': 'yes',
    daemonize: 'no',
    supervised: 'no',
    dir: JSON.stringify(join(options.dir, 'data')),
    logfile: '""',
    save: '""',
    appendonly: 'yes',
    'maxmemory-policy': 'noeviction',
    requirepass: password,
    ...options.settings,
    port: String(port),
  }
  const text = Object.entries(lines).map(([name, value]) => `${name} ${value}\n`)
  writeFileSync(file, text.join(''), { mode: 0o600 })
}

async function spawnOnce(options: RedisOptions, program: RedisProgram, port: number) {
  const { dir } = options
  const config = join(dir, 'redis.conf')
  const password = keptSecret(join(dir, 'password'))
  const as = serviceUser(dir, { command: program.path, args: ['--version'], env: program.env })
  writeConfig(options, config, port, password)
  mkdirSync(join(dir, 'data'), { recursive: true, mode: 0o700 })
  for (const path of [config, join(dir, 'data')]) as.own(path)
  const ready = Promise.withResolvers<boolean>()
  const child = new Child({
    ...as.wrap(program.path, [config]),
    cwd: dir,
    env: { ...process.env, ...program.env },
    onLine: (line) => {
      options.onLine?.(line)
      if (/ready to accept connections/i.test(line)) ready.resolve(true)
    },
  })
  writeRecord(join(dir, 'process.json'), { name: 'Redis', pid: child.pid })
  const timer = setTimeout(() => ready.resolve(false), startTimeoutMs)
  const isReady = await Promise.race([ready.promise, child.exited.then(() => false)])
  clearTimeout(timer)
  if (!isReady) await child.stop('SIGKILL')
  return { child, password }
}

export async function startRedis(options: RedisOptions): Promise<Redis> {
  const record = join(options.dir, 'process.json')
  makeServiceDir(options.dir)
  const owner = await stopLeftover(record)
  if (owner) throw new LocalFailure(`Redis in ${options.dir} is in use by process ${owner.pid}.`)
  const program = options.program ?? findRedis()
  if (!program) throw new LocalFailure('Redis is not installed on this machine.')
  for (let attempt = 1; ; attempt++) {
    const port = options.port ?? (await freePort())
    const { child, password } = await spawnOnce(options, program, port)
    if (!child.exit) return handle(child, port, password, record)
    const taken = /Address already in use/i.test(child.tail(40).join('\n'))
    if (!taken || attempt === startTries) {
      throw new LocalFailure('Redis did not start.', child.tail())
    }
    await Bun.sleep(retryMs)
  }
}

function handle(child: Child, port: number, password: string, record: string): Redis {
  const stop = async ({ immediate = false } = {}) => {
    await child.stop(immediate ? 'SIGKILL' : 'SIGTERM', 30_000)
    removeRecord(record, child.pid)
  }
  return {
    url: `redis://:${password}@${host}:${port}`,
    port,
    pid: child.pid,
    exited: child.exited,
    tail: (count) => child.tail(count),
    stop,
    [Symbol.asyncDispose]: () => stop(),
  }
}
