// What every place for the bytes of files promises, whatever it is.
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { systemClock } from '../../src/core/clock.ts'
import type { Storage } from '../../src/infra/storage.ts'
import { DiskStorage } from '../../src/infra/storage.disk.ts'
import { S3Storage } from '../../src/infra/storage.s3.ts'
import { bytesIn, bytesOf, streamOf } from '../support/bytes.ts'
import { startS3Server, type S3Server } from '../support/s3-server.ts'

let server: S3Server
const home = await mkdtemp(join(tmpdir(), 'curlew-test-'))
beforeAll(async () => {
  server = await startS3Server()
})
afterAll(async () => {
  await server[Symbol.asyncDispose]()
  await rm(home, { recursive: true, force: true })
})

const adapters: readonly [string, () => Storage][] = [
  ['disk', () => new DiskStorage(home)],
  ['S3', () => new S3Storage(server.config, systemClock)],
]

const mime = 'application/octet-stream'
const small = bytesOf(70_001)
/** More than two parts, and not a whole number of them. */
const large = bytesOf(2 * 5_242_880 + 12_345, 2)

let run = 0
/** A folder for each test. */
const folder = () => `laws/${process.pid}-${run++}`

describe.each(adapters)('%s', (_name, open) => {
  let storage: Storage
  beforeAll(() => {
    storage = open()
  })

  const put = (key: string, bytes: Uint8Array) => storage.put(key, streamOf(bytes), { mime })
  const read = async (key: string) => {
    const found = await storage.get(key)
    return found && bytesIn(found.body)
  }

  test.each([
    ['an empty file', bytesOf(0)],
    ['a small one', small],
    ['exactly one part', bytesOf(5_242_880)],
    ['a large one', large],
  ])('%s is got back as it was put', async (_what, bytes) => {
    const key = `${folder()}/file`
    expect(await put(key, bytes)).toBe(bytes.length)
    const found = await storage.get(key)
    expect(found?.size).toBe(bytes.length)
    expect(Bun.hash(await bytesIn(found!.body))).toBe(Bun.hash(bytes))
    expect(await storage.stat(key)).toMatchObject({ size: bytes.length })
  })

  test.each([
    [0, 0],
    [0, 99],
    [65_000, 66_000],
    [70_000, 70_000],
  ])(
    'from %d to %d is that and no more, of a whole that is as large as ever',
    async (start, end) => {
      const key = `${folder()}/file`
      await put(key, small)
      const found = (await storage.get(key, { start, end }))!
      expect(await bytesIn(found.body)).toEqual(small.slice(start, end + 1))
      expect(found.size).toBe(small.length)
    },
  )

  test('what was put last stands, and says when', async () => {
    const key = `${folder()}/file`
    const before = Date.now()
    await put(key, large)
    await put(key, small)
    expect(await read(key)).toEqual(small)
    const changedAt = (await storage.stat(key))!.changedAt.getTime()
    // Some servers know whole seconds alone.
    expect(changedAt).toBeWithin(before - 1_000, Date.now() + 1_000)
  })

  test('twenty who put at once: one of them stands, whole', async () => {
    const key = `${folder()}/file`
    const all = Array.from({ length: 20 }, (_, seed) => bytesOf(100_000, seed + 3))
    await Promise.all(all.map((bytes) => put(key, bytes)))
    const hashes = all.map((bytes) => Bun.hash(bytes))
    expect(hashes).toContain(Bun.hash((await read(key))!))
  })

  test.each([
    ['early', small, 10_000],
    ['late', large, 2 * 5_242_880 + 1],
  ])(
    'a sender who goes away %s leaves nothing, and what was there stays',
    async (_, whole, fails) => {
      const at = folder()
      await put(`${at}/old`, small.slice(0, 10))
      for (const key of [`${at}/old`, `${at}/new`]) {
        const work = storage.put(key, streamOf(whole, { fails }), { mime })
        expect(await work.catch((error: Error) => error.message)).toContain('went away')
      }
      expect(await read(`${at}/old`)).toEqual(small.slice(0, 10))
      expect(await read(`${at}/new`)).toBeNull()
      expect(await storage.list(at)).toEqual({ keys: [`${at}/old`], next: null })
    },
  )

  test.each([
    ['fewer', small, 1],
    ['more', small, -1],
    ['fewer, in parts,', large, 1],
  ])('%s bytes than were said are no file', async (_, bytes, difference) => {
    const key = `${folder()}/file`
    const size = bytes.length + difference
    const work = storage.put(key, streamOf(bytes), { mime, size })
    expect(
      await work.then(
        () => 'put',
        () => 'refused',
      ),
    ).toBe('refused')
    expect(await storage.stat(key)).toBeNull()
    expect(await storage.put(key, streamOf(small), { mime, size: small.length })).toBe(small.length)
  })

  test('of nothing there is nothing', async () => {
    const at = folder()
    expect(await storage.get(`${at}/file`)).toBeNull()
    expect(await storage.get(`${at}/file`, { start: 0, end: 9 })).toBeNull()
    expect(await storage.stat(`${at}/file`)).toBeNull()
    expect(await storage.list(at)).toEqual({ keys: [], next: null })
    await storage.remove([`${at}/file`])
    await storage.remove([])
  })

  test('what is removed is gone, and no other', async () => {
    const at = folder()
    const keys = Array.from({ length: 30 }, (_, each) => `${at}/${each}`)
    await Promise.all(keys.map((key) => put(key, small.slice(0, 5))))
    await storage.remove(keys.slice(1))
    expect(await storage.list(at)).toEqual({ keys: keys.slice(0, 1), next: null })
  })

  test('a list has every key under its prefix, once, in order, and goes on from any', async () => {
    const at = folder()
    // In an order that every alphabet has: not all servers sort by bytes.
    const keys = ['a', 'a/b', 'a/c/d', 'a1', 'ab', 'b'].map((key) => `${at}/${key}`)
    await Promise.all([...keys, `${at}x/a`].map((key) => put(key, small.slice(0, 5))))
    const walk = async (prefix: string, from?: string) => {
      const found: string[] = []
      for (let after = from; ;) {
        const page = await storage.list(prefix, after)
        found.push(...page.keys)
        if (page.next === null) return found
        after = page.next
      }
    }
    expect(await walk(`${at}/`)).toEqual(keys)
    expect(await walk(`${at}/a/`)).toEqual(keys.slice(1, 3))
    expect(await walk(`${at}/`, keys[2])).toEqual(keys.slice(3))
  })

  test('who stops reading keeps nobody from reading', async () => {
    const key = `${folder()}/file`
    await put(key, large)
    const reader = (await storage.get(key))!.body.getReader()
    expect((await reader.read()).value?.length).toBeGreaterThan(0)
    await reader.cancel()
    expect(Bun.hash((await read(key))!)).toBe(Bun.hash(large))
  })

  test.each([
    '',
    '/a',
    'a/',
    'a//b',
    '../up',
    'a.b',
    'A',
    'a b',
    'a\0',
    'a\\b',
    'é',
    'x'.repeat(201),
  ])('%j is no key', async (key) => {
    const tries: (() => Promise<unknown>)[] = [
      () => put(key, small),
      () => storage.get(key),
      () => storage.stat(key),
    ]
    for (const attempt of [...tries, () => storage.remove([key])]) {
      expect(
        await Promise.try(attempt).then(
          () => 'taken',
          () => 'refused',
        ),
      ).toBe('refused')
    }
  })
})

test('what a process that died left on the disk is removed, and what is being written is not', async () => {
  const storage = new DiskStorage(home)
  await Bun.write(join(home, '.unfinished/left'), 'half')
  expect(await storage.abortUnfinished(new Date(Date.now() - 60_000))).toBe(0)
  expect(await storage.abortUnfinished(new Date(Date.now() + 60_000))).toBe(1)
  expect(await readdir(join(home, '.unfinished'))).toEqual([])
})
