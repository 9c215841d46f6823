// Servers set so that they lose what was acknowledged are noticed at the start and by the doctor.
import { afterAll, beforeAll, expect, test } from 'bun:test'
import { join } from 'node:path'
import { Redis } from 'ioredis'
import { connectDatabase, unmigrated } from '../../src/infra/db.ts'
import { evictionOf, weakPostgres, weakRedis } from '../../src/infra/durability.ts'
import { rootDir } from '../../src/local/paths.ts'
import { freePort } from '../../src/local/ports.ts'
import { startPostgres, type Postgres } from '../../src/local/postgres.ts'
import { startRedis, type Redis as RedisServer } from '../../src/local/redis.ts'
import { scratchDir } from '../local/support.ts'
import { eventually } from '../support/eventually.ts'
import { install, type Installation } from '../support/installation.ts'

const folder = scratchDir('durability')
let app: Installation
let postgres: Postgres
let redis: RedisServer
beforeAll(async () => {
  ;[app, postgres, redis] = await Promise.all([
    install({ workers: false }),
    startPostgres({
      dir: join(folder.path, 'postgres'),
      settings: { fsync: 'off', synchronous_commit: 'off' },
    }),
    startRedis({
      dir: join(folder.path, 'redis'),
      settings: { 'maxmemory-policy': 'allkeys-lru' },
    }),
  ])
}, 240_000)
afterAll(async () => {
  await app[Symbol.asyncDispose]()
  await postgres.stop({ immediate: true })
  await redis.stop({ immediate: true })
  folder[Symbol.dispose]()
})

const fsync = 'Postgres has fsync off'
const commits = 'Postgres has synchronous_commit off'
const policy = 'Redis has maxmemory-policy allkeys-lru'
/** What only production insists on, and what it then needs. */
const production = { NODE_ENV: 'production', RATE_LIMITS: 'on', PASSWORD_HASH_KIB: '' }
const weak = () => ({ DATABASE_URL: postgres.url, REDIS_URL: redis.url })

function spawn(script: string, args: string[], env: Record<string, string>) {
  const child = Bun.spawn([process.execPath, script, ...args], {
    cwd: rootDir,
    env: { PATH: process.env['PATH'], ...app.env, LOG_LEVEL: 'info', ...env },
    stdout: 'pipe',
    stderr: 'pipe',
  })
  const heard = { out: '', err: '' }
  const listen = async (stream: ReadableStream<Uint8Array>, to: keyof typeof heard) => {
    const decoder = new TextDecoder()
    for await (const chunk of stream) heard[to] += decoder.decode(chunk, { stream: true })
  }
  const all = Promise.all([listen(child.stdout, 'out'), listen(child.stderr, 'err')])
  return { child, heard, ended: all.then(() => child.exited) }
}

test('production does not start on servers that lose things, and says each in a sentence', async () => {
  for (const script of ['src/main.ts', 'workers/main.ts']) {
    const { heard, ended } = spawn(script, [], { ...weak(), ...production })
    expect([script, await ended]).toEqual([script, 1])
    for (const each of [fsync, commits, policy]) expect(heard.err).toContain(each)
  }
})

test('elsewhere it starts and says so in the log', async () => {
  const { child, heard, ended } = spawn('src/main.ts', [], weak())
  await eventually(() => heard.out.includes('the API listens'), { what: 'an API that listens' })
  await eventually(() => heard.out.includes(unmigrated), { what: 'what it waits for' })
  child.kill('SIGTERM')
  await ended
  const lines = heard.out.trim().split('\n')
  for (const each of [fsync, commits, policy, unmigrated]) {
    const line = lines.find((one) => one.includes(each))
    expect(JSON.parse(line ?? '{}')).toMatchObject({ level: 'warn' })
  }
})

test('production starts on sound servers, and while Redis is away', async () => {
  const away = `redis://127.0.0.1:${await freePort()}`
  for (const env of [production, { ...production, REDIS_URL: away }]) {
    const { child, heard, ended } = spawn('src/main.ts', [], env)
    await eventually(() => heard.out.includes('the API listens'), { what: 'an API that listens' })
    // It would drain for long without Redis, and has nothing to drain.
    child.kill('SIGKILL')
    await ended
    expect(heard.out + heard.err).not.toMatch(/Postgres has|Redis has/)
  }
})

test('what counts is what our own connections have, and what Redis lets us see', async () => {
  const sql = connectDatabase(app.env['DATABASE_URL'] as string, {
    connections: 1,
    name: 'test',
    settings: { synchronous_commit: 'off' },
  })
  expect(await weakPostgres(sql)).toEqual([expect.stringContaining(commits)])
  await sql.end()
  const admin = new Redis(redis.url)
  expect(await weakRedis(admin)).toEqual([expect.stringContaining(policy)])
  await admin.acl('SETUSER', 'narrow', 'on', '>narrow', '~*', '+@all', '-config')
  await admin.acl('SETUSER', 'narrower', 'on', '>narrower', '~*', '+@all', '-config', '-info')
  const as = (user: string) => new Redis({ port: redis.port, username: user, password: user })
  const [narrow, narrower] = [as('narrow'), as('narrower')]
  expect(await weakRedis(narrow)).toEqual([expect.stringContaining(policy)])
  expect([await evictionOf(narrower), await weakRedis(narrower)]).toEqual([null, []])
  for (const each of [admin, narrow, narrower]) each.disconnect()
})

test('the doctor says in a table what is wrong, and fails then', async () => {
  const doctor = async (env: Record<string, string>) => {
    const { heard, ended } = spawn('src/cli.ts', ['doctor'], env)
    return { code: await ended, said: heard.out }
  }
  const silent = `127.0.0.1:${await freePort()}`
  const [well, bad, away] = await Promise.all([
    doctor({}),
    doctor({ ...weak(), SMTP_PORT: silent.split(':')[1] as string }),
    doctor({
      DATABASE_URL: `postgres://curlew@${silent}/curlew`,
      REDIS_URL: `redis://${silent}`,
      SMTP_HOST: '',
    }),
  ])
  const lines = (said: string): Record<string, string[]> => {
    const cells = said
      .trim()
      .split('\n')
      .map((line) => line.split(/ {2,}/))
    return Object.fromEntries(cells.map(([what, ...rest]) => [what, rest]))
  }
  expect(Object.values(lines(well.said)).map((rest) => rest[0])).toEqual(Array(7).fill('ok'))
  expect(well.code).toBe(0)
  expect(lines(bad.said)).toEqual({
    Postgres: ['ok', expect.stringMatching(/^\d+\.\d/)],
    Durability: ['WRONG', expect.stringContaining(fsync)],
    Migrations: ['WRONG', expect.stringContaining('bun run migrate')],
    Push: ['unknown', 'its table is not there yet'],
    Redis: ['ok', 'answers'],
    Eviction: ['WRONG', expect.stringContaining(policy)],
    Mail: ['WRONG', expect.stringContaining('127.0.0.1')],
  })
  expect(bad.code).toBe(1)
  expect(lines(away.said)).toMatchObject({
    Postgres: ['WRONG', 'no answer: ECONNREFUSED'],
    Migrations: ['unknown'],
    Redis: ['WRONG', 'no answer: ECONNREFUSED'],
    Eviction: ['unknown'],
    Mail: ['ok', expect.stringContaining('no mail')],
  })
  expect(away.code).toBe(1)
})
