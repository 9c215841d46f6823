// The operator's commands: asked for help, called wrongly, and where nothing is ready for them.
import { expect, setDefaultTimeout, test } from 'bun:test'
import { rootDir } from '../../src/local/paths.ts'
import { redisUrl, serverUrl } from '../support/database.ts'
import { cleanEnv } from './supervisor.ts'

setDefaultTimeout(240_000)

const secret = { JWT_SECRET: 'k8Jq2vX9mT4wZ7bN1cR6yH3fL0pD5sGa' }
const away = { DATABASE_URL: 'postgres://curlew@127.0.0.1:9/curlew' }

/** A database of the test server that nobody migrates. */
const empty = { DATABASE_URL: new URL('/postgres', serverUrl()).href }
/** Where it is no matter of Redis: one that is away is waited for. */
const withRedis = { REDIS_URL: redisUrl() }
const nowhere = { ...secret, ...away, REDIS_URL: 'redis://127.0.0.1:9' }

const cli = (words: string, env: Record<string, string> = nowhere) =>
  run(['src/cli.ts', ...words.split(' ').filter(Boolean)], env)

async function run(command: string[], env: Record<string, string>) {
  const child = Bun.spawn([process.execPath, ...command], {
    cwd: rootDir,
    env: { ...cleanEnv(), ...env },
    stdin: new Blob(['a long password\n']),
    stdout: 'pipe',
    stderr: 'pipe',
  })
  const [out, error, code] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
    child.exited,
  ])
  return { code, out, error }
}

const every = [
  'doctor',
  'consistency',
  'migrate',
  'admin create',
  'search rebuild',
  'user disable',
  'user enable',
  'mail dead',
] as const

test.each(every)('%s --help says how it is called, and does nothing', async (command) => {
  const { code, out, error } = await cli(`${command} --help`)
  expect({ code, error }).toEqual({ code: 0, error: '' })
  const called = out.match(/(?<=bun run cli )[a-z]+( [a-z]+)?/g)
  expect(new Set(called)).toEqual(new Set([command]))
})

test('without a command, --help says all of them; help and -h do too', async () => {
  const { code, out, error } = await cli('--help')
  expect({ code, error }).toEqual({ code: 0, error: '' })
  for (const command of every) expect(out).toContain(`bun run cli ${command}`)
  expect(await cli('help')).toEqual({ code, out, error })
  expect(await cli('-h')).toEqual({ code, out, error })
})

test('help says it as it was called: npm wants `--` before what is not its own', async () => {
  const npm = { npm_lifecycle_event: 'cli', npm_config_user_agent: 'npm/11.0.0 node/v24.0.0' }
  for (const words of ['--help', 'user disable --help', 'help mail dead']) {
    const { out } = await cli(words, { ...nowhere, ...npm })
    expect(out).toContain('npm run cli -- ')
    expect(out).not.toContain('bun run cli')
  }
  const bun = { ...npm, npm_config_user_agent: 'bun/1.4.5 npm/? node/v24.0.0' }
  expect((await cli('--help', { ...nowhere, ...bun })).out).not.toContain('npm run')
})

test.each([
  ['', 'doctor'],
  ['nonsense', 'doctor'],
  ['user', 'user enable'],
  ['user disable', 'user disable'],
  ['migrate now', 'doctor'],
  ['migrate --dry-run', "Unknown option '--dry-run'"],
  ['admin create --email a@b.example', 'admin create'],
  ['mail dead --clear', 'mail dead --clear ADDRESS'],
])('"%s" is told how it should be, and ends with 2', async (words, says) => {
  const { code, out, error } = await cli(words)
  expect({ code, out }).toEqual({ code: 2, out: '' })
  expect(error).toContain(says)
  expect(error).toContain('Usage:')
})

const asking = [
  'consistency',
  'mail dead',
  'user disable --user-id bob',
  'admin create --email a@b.example --user-id ann --password-stdin',
]

test.each(asking)('before migrate: %s', async (words) => {
  expect(await cli(words, { ...nowhere, ...empty, ...withRedis })).toEqual({
    code: 1,
    out: '',
    error: 'The database lacks tables of this version: `bun run migrate` makes them.\n',
  })
})

test('before migrate: the workers', async () => {
  const env = { ...secret, ...empty, ...withRedis, LOG_LEVEL: 'error' }
  expect(await run(['workers/main.ts'], env)).toEqual({
    code: 1,
    out: '',
    error: 'The database lacks tables of this version: `bun run migrate` makes them.\n',
  })
})

test.each([...asking, 'migrate'])('without Postgres: %s', async (words) => {
  const error = 'Postgres does not answer: ECONNREFUSED.\n'
  expect(await cli(words)).toEqual({ code: 1, out: '', error })
})

test.each([
  { DATABASE_URL: 'postgres://curlew@127.0.0.1:9/curlew' },
  { POSTGRES_HOST: '127.0.0.1' },
  { REDIS_URL: 'redis://127.0.0.1:9' },
  { REDIS_HOST: '127.0.0.1' },
])('whoever names a server is told nothing of this folder: %o', async (server) => {
  const { code, error } = await cli('mail dead', server as Record<string, string>)
  expect(code).toBe(1)
  expect(error).toContain('JWT_SECRET is missing')
  expect(error).not.toContain('npm start')
})
