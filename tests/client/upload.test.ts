// Files go up whole, wherever the line is cut, and on after a reload where the server's part had come.
import { expect, test } from 'bun:test'
import { createClient, type Client, type Storage } from '../../src/client/client.ts'
import type { Limits } from '../../src/client/limits.ts'
import type { Fetch } from '../../src/client/ports.ts'
import { eventually } from '../support/eventually.ts'
import { fetches } from '../support/files.ts'
import type { Person } from '../support/people.ts'
import { Line } from './line.ts'

const line = new Line({
  workers: { queues: ['delivery', 'media'] },
  env: { MEDIA_FILE_MB: '3', MEDIA_QUOTA_MB: '6' },
})

/** Small chunks, so that a small file has many. */
const limits: Partial<Limits> = {
  formBytesMax: 1_000,
  chunkBytes: 100_000,
  chunkBytesMin: 50_000,
  chunkBytesMax: 100_000,
  requestMs: 3_000,
  chunkTimeoutMs: 3_000,
}

const bytes = (size: number) => new Uint8Array(size).map((_, at) => (at * 31 + (at >> 8)) % 251)
const lake = (size: number) =>
  new File([bytes(size)], 'lake 鷸.bin', { lastModified: 1_700_000_000_000 })

class Shelf implements Storage {
  readonly kept = new Map<string, string>()
  getItem = (key: string) => this.kept.get(key)
  setItem = (key: string, value: string) => this.kept.set(key, value)
  removeItem = (key: string) => this.kept.delete(key)
}

interface Watched {
  readonly client: Client
  /** The requests about files so far. */
  readonly asked: string[]
}

/** A device whose requests about files are seen, and met by whatever trouble a test makes. */
function deviceOf(
  who: Person,
  { storage = new Shelf(), trouble = fetch as Fetch }: { storage?: Storage; trouble?: Fetch } = {},
): Watched {
  const asked: string[] = []
  const client = createClient({
    url: line.url,
    tokens: { token: who.token },
    storage,
    random: () => 0.02,
    limits,
    fetch: (url, init) => {
      const path = url.split('/api/v1')[1]?.replace(/\/\d+$/, '') ?? ''
      if (!/^\/(media|upload)/.test(path)) return fetch(url, init)
      asked.push(`${init.method} ${path}`)
      return trouble(url, init)
    },
  })
  return { client, asked }
}

const kept = async (who: Person, media_id: number) => (await fetches(who, media_id)).bytes()

test('a file goes up whole, wherever its line is cut, and says how far it is', async () => {
  const { ann } = await line.app.people('ann')
  // What may come through all the same, on its way, is asked for often enough.
  const chunks = (['before', 'under way', 'answered'] as const).flatMap((when) =>
    ['PATCH', 'HEAD', 'PATCH'].map((method) => ({ method, when })),
  )
  const once = (['before', 'answered'] as const).flatMap((when) =>
    ['POST', 'GET'].map((method) => ({ method, when })),
  )
  const cuts = [...chunks, ...once]
  const made: string[] = []
  const { client } = deviceOf(ann, {
    trouble: async (url, init) => {
      const at = cuts.findIndex(({ method }) => method === init.method)
      const [next] = at < 0 ? [] : cuts.splice(at, 1)
      if (!next) return await fetch(url, init)
      made.push(`${next.method} ${next.when}`)
      if (next.when === 'before') throw new TypeError('there is no line')
      const up = line.proxy.bytesUp
      const asking = fetch(url, init)
      asking.catch(() => {})
      if (next.when === 'under way') await eventually(() => line.proxy.bytesUp > up)
      if (next.when === 'answered') await asking
      line.proxy.cut()
      if (next.when === 'answered') throw new TypeError('the line is cut')
      return await asking
    },
  })
  const told: number[] = []
  const file = lake(1_234_567)
  const media = await client.upload(file, {
    onProgress: ({ sent, total }) => void (total === file.size && told.push(sent)),
  })
  expect(media).toMatchObject({ filename: file.name, size: file.size })
  expect(await kept(ann, media.media_id)).toEqual(bytes(file.size))
  expect(told.length).toBeGreaterThan(5)
  expect([told[0], told.at(-1)]).toEqual([0, file.size])
  expect(told).toEqual([...new Set(told)].toSorted((a, b) => a - b))
  expect([made.length, cuts.length]).toEqual([13, 0])
  await client.close()
})

test('after a reload it goes on where it was; what expired meanwhile begins anew', async () => {
  const { ann, ben } = await line.app.people('ann', 'ben')
  const storage = new Shelf()
  const file = lake(800_000)
  const leaves = async () => {
    const first = deviceOf(ann, { storage })
    const uploading = first.client.upload(file, {
      onProgress: ({ sent }) => void (sent >= 300_000 && first.client.close()),
    })
    await expect(uploading).rejects.toMatchObject({ reason: 'closed' })
    expect([...storage.kept.values()].join()).toContain('lake')
  }
  await leaves()
  const other = deviceOf(ben, { storage })
  expect((await other.client.upload(file)).size).toBe(file.size)
  expect(other.asked).not.toContain('HEAD /media/tus')

  const second = deviceOf(ann, { storage })
  const told: number[] = []
  // The same file, chosen once more.
  const media = await second.client.upload(lake(file.size), {
    onProgress: ({ sent }) => void told.push(sent),
  })
  expect(second.asked[0]).toBe('HEAD /media/tus')
  expect([second.asked.includes('POST /media/tus'), told[0]! >= 300_000]).toEqual([false, true])
  expect(await kept(ann, media.media_id)).toEqual(bytes(file.size))
  // It is done, so nothing of it is remembered.
  expect(storage.kept.size).toBe(0)

  await leaves()
  const { sql } = line.app.nodes[0]!.ctx
  await sql`update media set due_at = 'epoch' where state = 'uploading'`
  const third = deviceOf(ann, { storage })
  const anew = await third.client.upload(file)
  expect(third.asked.slice(0, 2)).toEqual(['HEAD /media/tus', 'POST /media/tus'])
  expect(await kept(ann, anew.media_id)).toEqual(bytes(file.size))

  // Nothing is left of an account that has logged out.
  await leaves()
  const fourth = deviceOf(ann, { storage })
  await fourth.client.call('accounts.logout')
  await eventually(() => storage.kept.size === 0, { what: 'nothing that is remembered' })
  await Promise.all([other, second, third, fourth].map(({ client }) => client.close()))
})

test('whoever gives up leaves nothing behind, here or there', async () => {
  const { ann } = await line.app.people('ann')
  const storage = new Shelf()
  const { client, asked } = deviceOf(ann, { storage })
  const giving = new AbortController()
  const uploading = client.upload(lake(800_000), {
    signal: giving.signal,
    onProgress: ({ sent }) => void (sent >= 200_000 && giving.abort()),
  })
  await expect(uploading).rejects.toMatchObject({ reason: 'aborted' })
  await eventually(async () => (await ann.does('media.usage')).files === 0, { what: 'it is gone' })
  expect([asked.at(-1), storage.kept.size]).toEqual(['DELETE /media/tus', 0])
  const late = client.upload(lake(10), { signal: giving.signal })
  await expect(late).rejects.toMatchObject({ reason: 'aborted' })
  expect(asked.at(-1)).toBe('DELETE /media/tus')
  await client.close()
  await expect(client.upload(lake(10))).rejects.toMatchObject({ reason: 'closed' })
})

test('a small one is one request; what is refused is refused at once', async () => {
  const { ann } = await line.app.people('ann')
  const { client, asked } = deviceOf(ann)
  const small = await client.upload(new TextEncoder().encode('hello'), { filename: 'a/b.txt' })
  expect([small.filename, small.size]).toEqual(['b.txt', 5])
  expect(asked.splice(0)).toEqual(['POST /upload/file'])
  await expect(client.upload(new Blob([]))).rejects.toMatchObject({
    reason: 'refused',
    code: 4010,
    data: { field: 'file' },
  })
  const large = { size: 4_000_000, slice: () => Promise.reject(new Error('not read')) }
  await expect(client.upload(large)).rejects.toMatchObject({ reason: 'refused', code: 4013 })
  const gone = { ...large, size: 900_000 }
  await expect(client.upload(gone)).rejects.toMatchObject({ reason: 'file', retryable: false })
  expect(asked).toEqual(['POST /upload/file', 'POST /media/tus', 'POST /media/tus'])
  await client.close()
})

test('many go up a few at a time', async () => {
  const { ann } = await line.app.people('ann')
  let [open, most] = [0, 0]
  const { client } = deviceOf(ann, {
    trouble: async (url, init) => {
      most = Math.max(most, ++open)
      return await fetch(url, init).finally(() => open--)
    },
  })
  const giving = new AbortController()
  const all = Array.from({ length: 9 }, (_, at) =>
    client.upload(bytes(500), at === 4 ? { signal: giving.signal } : {}),
  )
  giving.abort()
  const ended = await Promise.allSettled(all)
  expect(ended.map(({ status }) => status)).toEqual(
    all.map((_, at) => (at === 4 ? 'rejected' : 'fulfilled')),
  )
  expect(most).toBe(3)
  await client.close()
})
