// Starts that cannot go well: each is told in one sentence, and none with a stack trace.
import { expect, setDefaultTimeout, test } from 'bun:test'
import { spawnSync } from 'node:child_process'
import { chmodSync, chownSync, cpSync, existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { LocalFailure, wordsOf } from '../../src/local/failure.ts'
import { spareLoopback } from '../../src/local/loopback.ts'
import { rootDir } from '../../src/local/paths.ts'
import { freePort } from '../../src/local/ports.ts'
import { requirePlain } from '../../src/local/postgres.ts'
import { requireListable } from '../../src/local/redis-program.ts'
import { cleanEnv, supervisor } from './supervisor.ts'
import { scratchDir } from './support.ts'

setDefaultTimeout(240_000)

const isRoot = process.getuid?.() === 0
/** Nobody has this number, so it has no name either. */
const nobodys = 4_242
const asStranger = ['setpriv', `--reuid=${nobodys}`, `--regid=${nobodys}`, '--clear-groups']

/** Root may write anywhere: then somebody else has to try. */
const asOther = (command: string[]) => (isRoot ? [...asStranger, ...command] : command)

/** Whether somebody else reaches Bun and this checkout; not below a closed folder as /root is. */
const strangerReaches =
  isRoot &&
  spawnSync(asStranger[0]!, [...asStranger.slice(1), process.execPath, '--version'], {
    cwd: rootDir,
    stdio: 'ignore',
  }).status === 0

async function refused(env: Record<string, string>) {
  using dir = scratchDir('starts')
  await using start = await supervisor(dir.path, { PORT: String(await freePort()), ...env })
  expect((await start.child.exited).code).toBe(1)
  expect(existsSync(join(dir.path, 'postgres'))).toBe(false)
  return start.said
}

test.each([
  [{ PORT: 'http' }, 'PORT must be a number from 1 to 65535, not "http".'],
  [{ PORT: '70000' }, 'PORT must be a number from 1 to 65535, not "70000".'],
  [{ MAILS_PORT: 'mail' }, 'MAILS_PORT must be a number from 1 to 65535, not "mail".'],
  [{ PORT: '8123', MAILS_PORT: '8123' }, 'PORT and MAILS_PORT are both 8123: they must differ.'],
  [{ JWT_SECRET: 'short' }, 'JWT_SECRET is shorter than 32 bytes.'],
  [{ LOG_LEVEL: 'loud' }, 'LOG_LEVEL must be one of trace, debug, info, warn, error, silent.'],
])('settings that cannot be meant, %p', async (env, sentence) => {
  expect(await refused(env as unknown as Record<string, string>)).toEqual([sentence])
})

test('a port of the mail page that is taken', async () => {
  const taken = Bun.serve({ port: 0, hostname: '127.0.0.1', fetch: () => new Response() })
  const advice = `choose another one with MAILS_PORT=${taken.port! + 1}.`
  const said = await refused({ MAILS_PORT: String(taken.port) })
  expect(said).toEqual([`Port ${taken.port} is taken by another program: ${advice}`])
  await taken.stop(true)
})

test('paths that the shell of initdb or a list of libraries would read as something else', () => {
  for (const path of ['/home/a$b', '/home/a`b', '/home/a"b', '/home/a\\b']) {
    expect(() => requirePlain(`${path}/initdb`)).toThrow(LocalFailure)
  }
  for (const path of ['/home/a:b', '/home/a;b']) {
    expect(() => requireListable(path)).toThrow(LocalFailure)
  }
  for (const path of ['/home/a b', "/home/a'b", '/home/ä%&', '/home/你好']) {
    requirePlain(path)
    requireListable(path)
  }
})

test('a folder one may not write to', async () => {
  using dir = scratchDir('starts')
  const folder = join(dir.path, 'theirs')
  mkdirSync(folder)
  for (const name of ['scripts', 'package.json']) {
    cpSync(join(rootDir, name), join(folder, name), { recursive: true })
  }
  chmodSync(folder, 0o555)
  const [command = '', ...args] = asOther(['node', join(folder, 'scripts', 'start.mjs')])
  const { status, stdout, stderr } = spawnSync(command, args, { cwd: folder, encoding: 'utf8' })
  chmodSync(folder, 0o755)
  const words = 'start as the owner of this folder, or from a copy of your own.'
  expect({ status, stdout, stderr }).toEqual({
    status: 1,
    stdout: '',
    stderr: `${folder}/.data may not be written by this user (EACCES): ${words}\n`,
  })
})

test.skipIf(!strangerReaches)('a data folder of somebody else', async () => {
  using dir = scratchDir('starts')
  await using start = await supervisor(dir.path, {}, asOther)
  expect(await start.child.exited).toEqual({ code: 1, signal: null })
  expect(start.said).toEqual([
    `${dir.path} may not be written by this user (EPERM): start as the owner of this folder.`,
  ])
})

test.skipIf(!strangerReaches)('a user without a name', async () => {
  using dir = scratchDir('starts')
  chownSync(dir.path, nobodys, nobodys)
  const env = { PORT: String(await freePort()), HOME: '/nonexistent' }
  await using start = await supervisor(dir.path, env, asOther)
  expect(await start.child.exited).toEqual({ code: 1, signal: null })
  const words = start.said.filter((line) => !/^[✓✗] /.test(line))
  expect(words).toEqual([
    'This user has no name on this machine, and Postgres asks for one: ' +
      'give it a line in /etc/passwd, start as another one, or set DATABASE_URL.',
  ])
})

test('behind a proxy that answers nothing', async () => {
  using dir = scratchDir('starts')
  const names = ['http_proxy', 'https_proxy', 'all_proxy']
  const dead = names.flatMap((name) => [name, name.toUpperCase()])
  const proxies = Object.fromEntries(dead.map((name) => [name, 'http://127.0.0.1:9']))
  const env = { ...proxies, no_proxy: 'intranet.example', PORT: String(await freePort()) }
  await using start = await supervisor(dir.path, env)
  expect({ settled: start.settled, said: start.said }).toMatchObject({ settled: 'runs' })
})

test('no proxy is asked for this machine, and those of the person are asked for the rest', () => {
  const env: Record<string, string> = {
    HTTP_PROXY: 'http://proxy.example:3128',
    NO_PROXY: 'intranet.example, 10.0.0.1',
    no_proxy: 'localhost',
  }
  spareLoopback(env)
  const all = 'localhost,intranet.example,10.0.0.1,127.0.0.1,::1,[::1]'
  expect([env['no_proxy'], env['NO_PROXY']]).toEqual([all, all])
  expect(env['HTTP_PROXY']).toBe('http://proxy.example:3128')
  const none = cleanEnv()
  spareLoopback(none)
  expect(none).toEqual(cleanEnv())
})

test('what the system refuses is a sentence; a fault of ours keeps its trace', () => {
  const refusal = (code: string, path?: string) =>
    Object.assign(new Error(`${code}: no`), { code, ...(path && { path }) })
  expect(wordsOf(refusal('EROFS', '/data/run'))).toStartWith('/data/run may not be written')
  expect(wordsOf(refusal('ENOSPC', '/data/run'))).toBe('The disk is full.')
  expect(wordsOf(refusal('EMFILE'))).toBe('The system refused: EMFILE: no.')
  expect(wordsOf(new LocalFailure('No.', ['because']))).toBe('No.\n    because')
  expect(wordsOf(new TypeError('x is undefined'))).toContain('starts.test.ts')
})
