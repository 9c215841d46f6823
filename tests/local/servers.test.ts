// The private Postgres and Redis keep what they acknowledged, also when they are killed.
import { expect, setDefaultTimeout, test } from 'bun:test'
import { join } from 'node:path'
import postgres from 'postgres'
import { sharedBuffers, startPostgres } from '../../src/local/postgres.ts'
import { startRedis } from '../../src/local/redis.ts'
import { scratchDir } from './support.ts'

setDefaultTimeout(240_000)

async function query(url: string, work: (sql: postgres.Sql) => Promise<unknown>) {
  const sql = postgres(url, { max: 1, onnotice: () => {} })
  try {
    return await work(sql)
  } finally {
    await sql.end()
  }
}

test('Postgres survives kill -9 on the same port and folder, and stops twice', async () => {
  using dir = scratchDir('postgres')
  await using first = await startPostgres({ dir: dir.path, settings: { work_mem: '5MB' } })
  await query(first.url, (sql) => sql`create table notes as select 'kept' as text`)
  const [settings] = (await query(
    first.url,
    (sql) => sql`select current_setting('fsync') as fsync, current_setting('work_mem') as mem,
      current_setting('TimeZone') as zone, lower('ÄÉ') as low`,
  )) as Record<string, string>[]
  expect(settings).toEqual({ fsync: 'on', mem: '5MB', zone: 'UTC', low: 'äé' })
  process.kill(first.pid, 'SIGKILL')
  await first.exited
  await using second = await startPostgres({ dir: dir.path, port: first.port })
  expect(second.url).toBe(first.url)
  expect(await query(second.url, (sql) => sql`select text from notes`)).toMatchObject([
    { text: 'kept' },
  ])
  await second.stop({ immediate: true })
  await second.stop()
})

test('Postgres keeps a quarter of the memory for its pages, within bounds', () => {
  const gibibyte = 1_073_741_824
  expect(sharedBuffers(gibibyte / 4)).toBe('128MB')
  expect(sharedBuffers(gibibyte)).toBe('256MB')
  expect(sharedBuffers(24 * gibibyte)).toBe('1024MB')
})

test('a second Postgres in the same folder is refused', async () => {
  using dir = scratchDir('postgres')
  await using _first = await startPostgres({ dir: dir.path })
  await expect(startPostgres({ dir: dir.path })).rejects.toThrow('in use')
})

test('Redis survives kill -9 on the same port and folder, and asks for its password', async () => {
  using dir = scratchDir('redis')
  await using first = await startRedis({ dir: dir.path, settings: { appendfsync: 'always' } })
  const client = new Bun.RedisClient(first.url)
  await client.set('note', 'kept')
  expect(await client.send('CONFIG', ['GET', 'maxmemory-policy'])).toMatchObject({
    'maxmemory-policy': 'noeviction',
  })
  client.close()
  process.kill(first.pid, 'SIGKILL')
  await first.exited
  await using second = await startRedis({ dir: dir.path, port: first.port })
  const again = new Bun.RedisClient(second.url)
  expect(await again.get('note')).toBe('kept')
  again.close()
  const stranger = new Bun.RedisClient(`redis://127.0.0.1:${second.port}`)
  await expect(stranger.get('note')).rejects.toThrow()
  stranger.close()
  const mode = Bun.file(join(dir.path, 'redis.conf'))
  expect((await mode.stat()).mode & 0o777).toBe(0o600)
})
