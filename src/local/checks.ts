// npm test: all checks in order, on a throw-away Postgres and Redis with real durability.
// npm run test:deep: the files with checks that time or chance decides, with those checks on.
import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { signalLiving } from './child.ts'
import { wordsOf } from './failure.ts'
import { spareLoopback } from './loopback.ts'
import { defaultDataDir, pathsIn, rootDir } from './paths.ts'
import { startPostgres } from './postgres.ts'
import { step } from './progress.ts'
import { writeRecord } from './records.ts'
import { startRedis } from './redis.ts'
import { obtainRedis } from './redis-program.ts'
import { makeScratch, removeScratch } from './scratch.ts'
import { listenForStop } from './stop-request.ts'
import { sweepTests, testDirOf } from './sweep.ts'

type Counts = { passed: number; failed: number; skipped: number }
type Env = Record<string, string | undefined>
type Check = { name: string; command: string[] }

const testTimeoutMs = 240_000
const deep = process.argv.includes('--deep')
/** Writes how long each file took, for the next runs to begin with the longest. */
const renewsTimings = process.argv.includes('--update-timings')
const bun = process.execPath

const staticChecks: Check[] = [
  { name: 'Format', command: [bun, 'fmt', '--check', '--no-script'] },
  { name: 'Types', command: [bun, 'check', '--no-script'] },
  { name: 'Lint', command: [bun, 'run', '--bun', 'oxlint', '--deny-warnings'] },
]

/** Resolves to true when the command ended well; its output goes straight to the person. */
function runVisibly(command: string[], env: Env, stop: AbortSignal, record?: string) {
  return new Promise<boolean>((resolve) => {
    const [program = '', ...args] = command
    const child = spawn(program, args, { cwd: rootDir, env, stdio: 'inherit' })
    if (record && child.pid) writeRecord(record, { name: 'bun test', pid: child.pid })
    const end = () => void child.kill('SIGTERM')
    stop.addEventListener('abort', end, { once: true })
    child.once('error', () => resolve(false))
    child.once('exit', (code) => {
      stop.removeEventListener('abort', end)
      resolve(code === 0)
    })
  })
}

function heading(name: string) {
  console.log(`\n── ${name} ${'─'.repeat(Math.max(0, 72 - name.length))}`)
}

/** The counts of the report bun test writes; none when it ended before writing one. */
function countsIn(report: string): Counts | undefined {
  if (!existsSync(report)) return undefined
  const head = /<testsuites[^>]*>/.exec(readFileSync(report, 'utf8'))?.[0] ?? ''
  const read = (name: string) => Number(new RegExp(`\\b${name}="(\\d+)"`).exec(head)?.[1] ?? 0)
  const failed = read('failures') + read('errors')
  const skipped = read('skipped')
  return { passed: Math.max(0, read('tests') - failed - skipped), failed, skipped }
}

/** The last tier of JavaScriptCore pays in processes that live longer than a test. */
const fewerCompilers = { BUN_JSC_useFTLJIT: '0' }

/** Every test file that has checks for a quiet machine. */
async function deepFiles(): Promise<string[]> {
  const files = await Array.fromAsync(new Bun.Glob('tests/**/*.test.ts').scan({ cwd: rootDir }))
  const texts = await Promise.all(files.map((file) => Bun.file(join(rootDir, file)).text()))
  return files.filter((_, index) => texts[index]?.includes("support/deep.ts'")).toSorted()
}

const filesAtOnce = availableParallelism() + 2

/**
 * Files at the same time, the longest first; their servers are shared, their databases are not. Two
 * more than there are cores: a file that waits leaves its core to another. With one more, a seventh of
 * what two cores had to give was left.
 */
function inParallel(): string[] {
  const timings = `--timings=${join(rootDir, 'tests', 'timings.json')}`
  return [
    `--parallel=${filesAtOnce}`,
    '--no-isolate',
    timings,
    ...(renewsTimings ? ['--update-timings'] : []),
  ]
}

/**
 * Nothing is lost with these: a database lives for one file, and to look through hundreds of them once a
 * minute takes much of a core. A file has some nodes and workers, with ten connections each.
 */
const thrownAway = {
  autovacuum: 'off',
  max_wal_size: '2GB',
  checkpoint_timeout: '1h',
  max_connections: String(60 * filesAtOnce),
}

async function runTests(filters: string[], dir: string, stop: AbortSignal, total: Counts) {
  await using stack = new AsyncDisposableStack()
  const servers = await step('Postgres and Redis for the tests', async () => {
    const settings = deep ? {} : thrownAway
    const database = await startPostgres({ dir: join(dir, 'postgres'), settings })
    // Thrown away: nothing has to be written to disk first.
    stack.defer(() => database.stop({ immediate: true }))
    const redis = stack.use(await startRedis({ dir: join(dir, 'redis') }))
    return { DATABASE_URL: database.url, REDIS_URL: redis.url }
  })
  const report = join(dir, 'junit.xml')
  const reporter = ['--reporter=junit', `--reporter-outfile=${report}`]
  const flags = [`--timeout=${testTimeoutMs}`, ...reporter, ...(deep ? [] : inParallel())]
  const env = { ...process.env, ...servers, ...fewerCompilers, ...(deep && { DEEP: 'on' }) }
  // Should we be killed, the next run stops the runner by this.
  const record = join(dir, 'process.json')
  const ok = await runVisibly([bun, 'test', ...flags, ...filters], env, stop, record)
  const counts = countsIn(report)
  total.passed += counts?.passed ?? 0
  total.skipped += counts?.skipped ?? 0
  // A runner that fails without naming a test (a file that does not load) counts as one failure.
  total.failed += counts?.failed || (ok ? 0 : 1)
}

async function runAll(filters: string[], dir: string, stop: AbortSignal) {
  const total: Counts = { passed: 0, failed: 0, skipped: 0 }
  const failures: string[] = []
  for (const { name, command } of filters.length > 0 ? [] : staticChecks) {
    if (stop.aborted) break
    heading(name)
    const ok = await runVisibly(command, process.env, stop)
    total[ok ? 'passed' : 'failed']++
    if (!ok) failures.push(name)
  }
  if (!stop.aborted) {
    heading('Tests')
    const before = total.failed
    await runTests(filters, dir, stop, total)
    if (total.failed > before) failures.push('Tests')
  }
  return { total, failures }
}

async function main(filters: string[]) {
  const request = listenForStop()
  const dir = testDirOf(defaultDataDir)
  try {
    await sweepTests(defaultDataDir)
    await step('Redis program', () => obtainRedis(pathsIn(defaultDataDir).redisDist))
    mkdirSync(defaultDataDir, { recursive: true })
    // Deep checks measure: theirs are servers as people have them.
    if (deep) mkdirSync(dir)
    else makeScratch(dir)
    writeRecord(join(dir, 'maker.json'), { name: 'tests', pid: process.pid })
    const { total, failures } = await runAll(filters, dir, request.signal)
    const { passed, failed, skipped } = total
    const verdict = failures.length > 0 ? `Failed: ${failures.join(', ')}` : 'All is well.'
    console.log(`\n${request.signal.aborted ? 'Stopped before the end.' : verdict}`)
    console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`)
    return failed > 0 || request.signal.aborted ? 1 : 0
  } catch (error) {
    console.error(wordsOf(error))
    return 1
  } finally {
    signalLiving('SIGKILL')
    removeScratch(dir)
  }
}

spareLoopback()
const args = process.argv.slice(2).filter((arg) => !['--deep', '--update-timings'].includes(arg))
process.exit(await main(deep && args.length === 0 ? await deepFiles() : args))
