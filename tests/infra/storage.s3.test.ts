// S3 that is slow, silent, busy or gone, and what its adapter can do besides.
import { afterAll, beforeAll, expect, test } from 'bun:test'
import { systemClock } from '../../src/core/clock.ts'
import { limits } from '../../src/infra/limits.ts'
import { S3Storage } from '../../src/infra/storage.s3.ts'
import { bytesIn, bytesOf, streamOf } from '../support/bytes.ts'
import { ShiftedClock } from '../support/clock.ts'
import { eventually } from '../support/eventually.ts'
import { startS3Server, type S3Server } from '../support/s3-server.ts'

let server: S3Server
let storage: S3Storage
beforeAll(async () => {
  server = await startS3Server()
  storage = new S3Storage(server.config, systemClock)
})
afterAll(() => server[Symbol.asyncDispose]())

const mime = 'application/octet-stream'
const large = bytesOf(2 * limits.s3.partBytes + 12_345)
const small = large.slice(0, 70_001)
const never = () => new Promise<Response>(() => {})
const busy = async () => new Response(null, { status: 503 })
const isPut = (method: string) => method === 'PUT'

let run = 0
const fresh = () => `s3/${process.pid}-${run++}`

test('a busy server is asked again, with the same part', async () => {
  const key = fresh()
  server.meets(isPut, busy, busy)
  expect(await storage.put(key, streamOf(large), { mime })).toBe(large.length)
  expect(Bun.hash(await bytesIn((await storage.get(key))!.body))).toBe(Bun.hash(large))
})

test('a server that stays busy is left alone in the end, and no upload is left in it', async () => {
  server.requests()
  const second = (_: string, url: URL) => url.searchParams.get('partNumber') === '2'
  server.meets(second, ...Array.from({ length: limits.s3.attemptsMax }, () => busy))
  const work = storage.put(fresh(), streamOf(large), { mime })
  expect(
    await work.then(
      () => 'put',
      () => 'failed',
    ),
  ).toBe('failed')
  // It began, the first part, the tries with the second, the end.
  expect(server.requests()).toBe(3 + limits.s3.attemptsMax)
  expect(server.unfinished.size).toBe(0)
})

test('an answer that does not begin is waited for so long, and then asked for again', async () => {
  const clock = new ShiftedClock({ shorten: limits.s3.answerMs, to: 50 })
  const hasty = new S3Storage(server.config, clock)
  const key = fresh()
  await hasty.put(key, streamOf(small), { mime })
  clock.shortens = true
  server.meets((method) => method === 'HEAD', never)
  expect(await hasty.stat(key)).toMatchObject({ size: small.length })
})

test.each([
  ['falls silent', false],
  ['is cut off', true],
])('an answer that %s in the middle is an error and no short file', async (_how, isCut) => {
  const head = `HTTP/1.1 200 OK\r\ncontent-length: ${small.length}\r\n\r\n`
  using half = Bun.listen({
    hostname: '127.0.0.1',
    port: 0,
    socket: {
      data(socket) {
        socket.write(head + 'x'.repeat(30_000))
        if (isCut) socket.end()
      },
    },
  })
  const clock = new ShiftedClock({ shorten: limits.s3.silenceMs, to: 50 })
  clock.shortens = !isCut
  const endpoint = `http://127.0.0.1:${half.port}`
  const hasty = new S3Storage({ ...server.config, endpoint }, clock)
  const found = (await hasty.get(fresh()))!
  expect(found.size).toBe(small.length)
  const outcome = bytesIn(found.body).then(
    () => 'read',
    () => 'broken',
  )
  expect(await outcome).toBe('broken')
  half.stop(true)
})

test('nothing is read of a sender that cannot be passed on yet', async () => {
  let given = 0
  const gate = Promise.withResolvers<void>()
  server.meets(isPut, async (request, forward) => {
    await gate.promise
    return forward(request)
  })
  server.requests()
  const body = streamOf(large, { onPiece: (bytes) => (given = bytes) })
  const work = storage.put(fresh(), body, { mime })
  await eventually(() => server.requests() > 0, { what: 'the upload' })
  // The part, and the piece that shows that more comes.
  expect(given).toBeLessThanOrEqual(limits.s3.partBytes + 2 * 65_521)
  gate.resolve()
  expect(await work).toBe(large.length)
})

test('a bucket that is not there is a fault, and no empty one', async () => {
  const lost = new S3Storage({ ...server.config, bucket: 'lost' }, systemClock)
  const tries: (() => Promise<unknown>)[] = [
    () => lost.list('a'),
    () => lost.put('a', streamOf(small), { mime }),
  ]
  // The server of the tests says of a file there what it says of any that is not.
  if (process.env['S3_TEST_URL'] !== undefined) tries.push(() => lost.get('a'))
  const outcomes = tries.map((attempt) =>
    attempt().then(
      () => 'answered',
      () => 'failed',
    ),
  )
  expect(await Promise.all(outcomes)).toEqual(tries.map(() => 'failed'))
})

test('an address made for a reader works without us, as what it is said to be', async () => {
  const key = fresh()
  await storage.put(key, streamOf(small), { mime })
  const shown = { mime: 'text/plain', disposition: 'attachment; filename="a.txt"' }
  const link = await storage.linkTo(key, { seconds: 60, ...shown })
  const answer = await fetch(link)
  expect(new Uint8Array(await answer.arrayBuffer())).toEqual(small)
  expect(new URL(link).searchParams.get('X-Amz-Expires')).toBe('60')
  expect(link).not.toContain(server.config.key!.secret)
  if (process.env['S3_TEST_URL'] === undefined) return
  // The server of the tests looks at no signatures and no headers that were asked for.
  expect(answer.headers.get('content-type')).toBe(shown.mime)
  expect(answer.headers.get('content-disposition')).toBe(shown.disposition)
  expect((await fetch(link.replace(key, `${key}x`))).status).toBe(403)
})

test('uploads that a dead process left behind are aborted, and those under way are not', async () => {
  const gate = Promise.withResolvers<void>()
  const forwarded = Promise.withResolvers<void>()
  server.meets(isPut, async (request, forward) => {
    forwarded.resolve()
    await gate.promise
    return forward(request)
  })
  const key = fresh()
  const work = storage.put(key, streamOf(large), { mime })
  await forwarded.promise
  expect(await storage.abortUnfinished(new Date(Date.now() - 60_000))).toBe(0)
  expect(server.unfinished.size).toBe(1)
  expect(await storage.abortUnfinished(new Date(Date.now() + 60_000))).toBe(1)
  gate.resolve()
  expect(
    await work.then(
      () => 'put',
      () => 'failed',
    ),
  ).toBe('failed')
  expect(await storage.stat(key)).toBeNull()
})
