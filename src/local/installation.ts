// A whole installation on one machine: starts all its parts in order and stops them in reverse.
import { join } from 'node:path'
import { banner } from './banner.ts'
import { signalLiving } from './child.ts'
import { type Commands, call, ourCommands, untilReady } from './commands.ts'
import { LocalFailure } from './failure.ts'
import { Kept, describeExit } from './keep.ts'
import { releaseLock, takeLock } from './lock.ts'
import { LogFile } from './log-file.ts'
import { warningIn } from './log-lines.ts'
import { startMails } from './mails.ts'
import { type Paths, defaultDataDir, makeDataDir, pathsIn, rootDir } from './paths.ts'
import { isPortFree } from './ports.ts'
import { type Postgres, startPostgres } from './postgres.ts'
import { step } from './progress.ts'
import { type Redis, startRedis } from './redis.ts'
import { findRedis, obtainRedis } from './redis-program.ts'
import { keptSecret, randomSecret } from './secrets.ts'
import { type StopRequest, listenForStop, whenAborted } from './stop-request.ts'
import { sweepInstallation } from './sweep.ts'

export type InstallationOptions = {
  dataDir?: string
  commands?: Commands
}

type Env = Record<string, string | undefined>
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

const portDefault = 8080
const admin = { email: 'admin@curlew.localhost', userId: 'admin' }

function portFrom(env: Env) {
  const port = Number(env.PORT ?? portDefault)
  if (Number.isInteger(port) && port > 0 && port < 65_536) return port
  throw new LocalFailure(`PORT must be a number from 1 to 65535, not "${env.PORT}".`)
}

/** Where the API answers us: on the loopback address unless it was told to listen elsewhere only. */
function ownHost({ HOST: host = '' }: Env) {
  return ['', '0.0.0.0', '::'].includes(host) ? '127.0.0.1' : host
}

/** A server this installation cannot live without: when it dies, everything stops. */
function depend(run: Run, name: string, server: Postgres | Redis) {
  run.stack.defer(() => server.stop())
  void server.exited.then((exit) => {
    if (run.request.signal.aborted) return
    const tail = server.tail().map((line) => `    ${line}`)
    run.say(
      [`${name} ${describeExit(exit)}: everything stops. Its last words:`, ...tail].join('\n'),
    )
    process.exitCode = 1
    run.request.stop()
  })
}

/** Into its log file; what is serious also to the person. */
function logger(run: Run, name: 'postgres' | 'redis') {
  const log = run.stack.use(new LogFile(join(run.paths.logs, `${name}.log`)))
  return (line: string) => {
    log.writeLine(line)
    const warning = warningIn(line)
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
      const server = await startPostgres({ dir: paths.postgres, onLine })
      env.DATABASE_URL = server.url
      depend(run, 'Postgres', server)
    })
  }
  if (!env.REDIS_URL && !env.REDIS_HOST) {
    if (!findRedis(paths.redisDist)) {
      await stage(run, 'Installing Redis', () => obtainRedis(paths.redisDist))
    }
    const onLine = logger(run, 'redis')
    await stage(run, 'Redis', async () => {
      const program = await obtainRedis(paths.redisDist)
      const server = await startRedis({ dir: paths.redis, program, onLine })
      env.REDIS_URL = server.url
      depend(run, 'Redis', server)
    })
  }
}

async function startMailCatcher(run: Run) {
  const { env } = run
  if (env.SMTP_HOST) return undefined
  const wanted = env.MAILS_PORT ? { httpPort: Number(env.MAILS_PORT) } : {}
  const mails = run.stack.use(await startMails(wanted))
  env.SMTP_HOST = '127.0.0.1'
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
    await untilReady(`http://${ownHost(env)}:${port}/readyz`, api.child)
    workers.keep()
    api.keep()
  })
}

async function startAll(run: Run) {
  const port = portFrom(run.env)
  // First, because what a killed run left behind may hold the port.
  await sweepInstallation(run.paths.dataDir)
  if (!(await isPortFree(port))) {
    throw new LocalFailure(
      `Port ${port} is taken by another program: choose another one with PORT=${port + 1}.`,
    )
  }
  run.env.PORT = String(port)
  run.env.JWT_SECRET ||= keptSecret(run.paths.jwtSecret)
  await startServers(run)
  const mails = await startMailCatcher(run)
  const password = randomSecret(9)
  await prepareDatabase(run, password)
  await startPrograms(run, port)
  const { dataDir } = run.paths
  run.say(banner({ port, admin: { userId: admin.userId, password }, mails, dataDir }))
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
      explain(error)
      process.exitCode = 1
      run.request.stop()
    }
  }
  const stopAll = () => run.stack.disposeAsync()
  await (run.hasServers ? step('Stopping', stopAll) : stopAll())
}

function explain(error: unknown) {
  if (!(error instanceof LocalFailure)) return console.error(error)
  console.error([error.message, ...error.details.map((line) => `    ${line}`)].join('\n'))
}

export async function runInstallation(options: InstallationOptions = {}) {
  const paths = pathsIn(options.dataDir ?? defaultDataDir)
  makeDataDir(paths)
  const holder = takeLock(paths.lock)
  if (holder) {
    console.error(`Curlew runs from this folder already (process ${holder.pid}).`)
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
