// A whole installation on one machine: starts all its parts in order and stops them in reverse.
import { join } from 'node:path'
import { writeAddresses } from './addresses.ts'
import { banner } from './banner.ts'
import { signalLiving } from './child.ts'
import { type Commands, call, ourCommands, untilReady, untilWorking } from './commands.ts'
import { LocalFailure, wordsOf } from './failure.ts'
import { Kept } from './keep.ts'
import { KeptServer, type Server } from './kept-server.ts'
import { releaseLock, takeLock } from './lock.ts'
import { LogFile } from './log-file.ts'
import { warningIn } from './log-lines.ts'
import { spareLoopback } from './loopback.ts'
import { startMails } from './mails.ts'
import { type Paths, defaultDataDir, makeDataDir, pathsIn, rootDir } from './paths.ts'
import { startPostgres } from './postgres.ts'
import { step } from './progress.ts'
import { startRedis } from './redis.ts'
import { findRedis, obtainRedis } from './redis-program.ts'
import { writeSettings } from './running.ts'
import { keptSecret, randomSecret } from './secrets.ts'
import { type StopRequest, listenForStop, whenAborted } from './stop-request.ts'
import { sweepInstallation } from './sweep.ts'
import {
  type Env,
  baseOf,
  loopback,
  ownHost,
  portsFrom,
  requireFree,
  requireSoundSettings,
} from './wishes.ts'

export type InstallationOptions = {
  dataDir?: string
  commands?: Commands
}

type Run = {
  paths: Paths
  commands: Commands
  env: Env
  stack: AsyncDisposableStack
  request: StopRequest
  /** Before that there is nothing worth a word about stopping. */
  hasServers: boolean
  say: (line: string) => void
}

const admin = { email: 'admin@curlew.localhost', userId: 'admin' }

/** A server this installation cannot live without: it is brought back, and only in vain so often. */
async function depend<S extends Server>(
  run: Run,
  name: string,
  start: (port?: number) => Promise<S>,
) {
  const { request, say } = run
  const onGivenUp = () => {
    process.exitCode = 1
    request.stop()
  }
  const stopping = request.signal
  const kept = await KeptServer.start({ name, start, stopping, say, onGivenUp })
  run.stack.defer(() => kept.stop())
  return kept.server
}

/** What Postgres says to clients that come while it starts: they come again. */
const passing = /the database system is (starting up|not yet accepting|in recovery|shutting down)/

/** Into its log file; what is serious also to the person. */
function logger(run: Run, name: 'postgres' | 'redis') {
  const log = run.stack.use(new LogFile(join(run.paths.logs, `${name}.log`)))
  return (line: string) => {
    log.writeLine(line)
    const warning = passing.test(line) ? undefined : warningIn(line)
    // Redis warns of kernel settings at every start, and both complain of clients on the way out.
    if (warning && name === 'postgres' && !run.request.signal.aborted)
      run.say(`${name}: ${warning}`)
  }
}

/** A step that is not begun any more once somebody asked us to stop. */
async function stage<T>(run: Run, label: string, work: () => Promise<T>) {
  run.request.signal.throwIfAborted()
  const value = await step(label, work)
  run.request.signal.throwIfAborted()
  return value
}

async function startServers(run: Run) {
  run.hasServers = true
  const { paths, env } = run
  if (!env.DATABASE_URL && !env.POSTGRES_HOST) {
    const onLine = logger(run, 'postgres')
    await stage(run, 'Postgres', async () => {
      const start = (port?: number) => startPostgres({ dir: paths.postgres, port, onLine })
      env.DATABASE_URL = (await depend(run, 'Postgres', start)).url
    })
  }
  if (!env.REDIS_URL && !env.REDIS_HOST) {
    if (!findRedis(paths.redisDist)) {
      await stage(run, 'Installing Redis', () => obtainRedis(paths.redisDist))
    }
    const onLine = logger(run, 'redis')
    await stage(run, 'Redis', async () => {
      const program = await obtainRedis(paths.redisDist)
      const start = (port?: number) => startRedis({ dir: paths.redis, program, port, onLine })
      env.REDIS_URL = (await depend(run, 'Redis', start)).url
    })
  }
}

async function startMailCatcher(run: Run, httpPort: number | undefined) {
  const { env } = run
  if (env.SMTP_HOST) return undefined
  const mails = run.stack.use(await startMails({ httpPort }))
  env.SMTP_HOST = loopback
  env.SMTP_PORT = String(mails.smtpPort)
  return mails.url
}

async function prepareDatabase(run: Run, password: string) {
  const { env } = run
  const base = { command: run.commands.cli, cwd: rootDir, env }
  await stage(run, 'Migrations', () =>
    call({ ...base, args: ['migrate'] }, 'The database could not be migrated:'),
  )
  const who = ['--email', admin.email, '--user-id', admin.userId, '--password-stdin']
  const args = ['admin', 'create', ...who]
  await stage(run, 'Admin', () =>
    call({ ...base, args, stdin: `${password}\n` }, 'The admin could not be made:'),
  )
}

async function startPrograms(run: Run, port: number) {
  const { paths, env, say } = run
  const common = { cwd: rootDir, env, logsDir: paths.logs, runDir: paths.run, say }
  const start = (name: 'api' | 'workers') => {
    // One port cannot be both's; the API shows its counters on its own to whoever asks from here.
    const own = name === 'api' ? { ...env, METRICS_PORT: '0' } : env
    const kept = new Kept({ ...common, env: own, name, command: run.commands[name] })
    run.stack.defer(() => kept.stop())
    return kept
  }
  await stage(run, 'Workers and API', async () => {
    // Last started, first stopped: the API stops taking messages, then the workers finish theirs.
    const workers = start('workers')
    const api = start('api')
    // One that is still on its way ends where a server is away, and is not there for what comes first.
    await Promise.all([
      untilReady(`http://${ownHost(env)}:${port}/readyz`, api.child),
      untilWorking(workers.child),
    ])
    workers.keep()
    api.keep()
  })
}

async function startAll(run: Run) {
  const { paths, env, stack, say } = run
  const ports = portsFrom(env)
  // First, because what a killed run left behind may hold the port.
  await sweepInstallation(paths.dataDir)
  await requireFree('PORT', ports.port)
  if (ports.mails) await requireFree('MAILS_PORT', ports.mails, loopback)
  env.PORT = String(ports.port)
  env.JWT_SECRET ||= keptSecret(paths.jwtSecret)
  env.MEDIA_DIR ||= paths.media
  requireSoundSettings(env)
  await startServers(run)
  const mails = await startMailCatcher(run, ports.mails)
  stack.use(writeSettings(paths.settings, env))
  const password = randomSecret(9)
  await prepareDatabase(run, password)
  await startPrograms(run, ports.port)
  const base = baseOf(env, ports.port)
  stack.use(writeAddresses(paths.addresses, { base, mails }))
  const { dataDir } = paths
  say(banner({ base, admin: { userId: admin.userId, password }, mails, dataDir }))
}

/** Starts, waits for the wish to stop, stops. Returns the exit code. */
async function serve(run: Run) {
  const { signal } = run.request
  // While starting, whatever is under way is cut short; once running, the parts end in order.
  let starting = true
  signal.addEventListener('abort', () => starting && signalLiving('SIGTERM'), { once: true })
  run.request.onForce(() => {
    // Postgres recovers from SIGQUIT as from a crash; it ends at once and leaves no memory behind.
    signalLiving('SIGQUIT')
    setTimeout(() => signalLiving('SIGKILL'), 1_000).unref()
  })
  try {
    await startAll(run)
    starting = false
    await whenAborted(signal)
  } catch (error) {
    if (!signal.aborted) {
      console.error(wordsOf(error))
      process.exitCode = 1
      run.request.stop()
    }
  }
  const stopAll = () => run.stack.disposeAsync()
  await (run.hasServers ? step('Stopping', stopAll) : stopAll())
}

export async function runInstallation(options: InstallationOptions = {}) {
  spareLoopback()
  const paths = pathsIn(options.dataDir ?? defaultDataDir)
  try {
    makeDataDir(paths)
    const holder = takeLock(paths.lock)
    if (holder) {
      throw new LocalFailure(`Curlew runs from this folder already (process ${holder.pid}).`)
    }
  } catch (error) {
    console.error(wordsOf(error))
    process.exitCode = 1
    return
  }
  // The line of a step under way is drawn again by its next frame.
  const clear = process.stdout.isTTY ? '\r\x1b[2K' : ''
  const say = (line: string) => console.log(clear + line)
  const run: Run = {
    paths,
    commands: options.commands ?? ourCommands,
    env: { ...process.env },
    stack: new AsyncDisposableStack(),
    request: listenForStop(),
    hasServers: false,
    say,
  }
  try {
    await serve(run)
  } finally {
    signalLiving('SIGKILL')
    releaseLock(paths.lock)
  }
}
