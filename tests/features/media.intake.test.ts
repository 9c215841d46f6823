// Files that come at the same time: how much of them is in memory, and that all of each arrives.
import { randomBytes } from 'node:crypto'
import { readdir } from 'node:fs/promises'
import { afterAll, beforeAll, expect, test } from 'bun:test'
import { systemClock, type Clock } from '../../src/core/clock.ts'
import { release } from '../../src/core/streams.ts'
import { Intake } from '../../src/features/media/intake.ts'
import { limits } from '../../src/features/media/limits.ts'
import { createMetrics, type Metrics } from '../../src/infra/metrics.ts'
import { deepTest } from '../support/deep.ts'
import { eventually } from '../support/eventually.ts'
import { fetches, triesToUpload } from '../support/files.ts'
import { install, type Installation } from '../support/installation.ts'
import type { Person } from '../support/people.ts'

const { turns, turnBytes, turnMs, idleMs, waitMs } = limits.media.intake
const mebibyte = 1_048_576
const pieceBytes = 65_536

async function held(metrics: Metrics): Promise<number> {
  return (await metrics.uploadBytes.get()).values[0]?.value ?? 0
}

/** Its timers go off when a test says so. */
function clockByHand() {
  const timers = new Set<{ milliseconds: number; run: () => void }>()
  const clock: Clock = {
    ...systemClock,
    after(milliseconds, run) {
      const timer = { milliseconds, run }
      timers.add(timer)
      return { stop: () => timers.delete(timer) }
    },
  }
  const pass = (milliseconds: number) => {
    for (const timer of timers) {
      if (timer.milliseconds === milliseconds && timers.delete(timer)) timer.run()
    }
  }
  return { clock, pass }
}

test('few bodies are read at once, however many come and whoever is slow', async () => {
  const { clock, pass } = clockByHand()
  const metrics = createMetrics('api')
  const intake = new Intake(clock, metrics)
  let opened = 0
  const silence = Promise.withResolvers<void>()
  async function* endless() {
    opened++
    for (;;) yield new Uint8Array(pieceBytes)
  }
  async function* silent() {
    opened++
    await silence.promise
    yield new Uint8Array(pieceBytes)
  }
  const bodies = Array.from({ length: 3 * turns }, () => intake.read(endless))
  const first = bodies.map((body) => body.next())
  await Promise.all(first.slice(0, turns))
  expect([opened, await held(metrics)]).toEqual([turns, turns * pieceBytes])
  // Enough was read of one: it waits for its next turn behind all others.
  release((await first[0]!).value!)
  for (let bytes = pieceBytes; bytes < turnBytes; bytes += pieceBytes) {
    release((await bodies[0]!.next()).value!)
  }
  const waits = bodies[0]!.next()
  await first[turns]
  expect([opened, await held(metrics)]).toEqual([turns + 1, turns * pieceBytes])
  // The storage takes none of what they have in hand: others need not wait for it.
  pass(turnMs)
  await Promise.all(first.slice(0, 2 * turns + 1))
  expect(opened).toBe(2 * turns + 1)
  expect(await held(metrics)).toBe(2 * turns * pieceBytes)
  pass(turnMs)
  await Promise.all([...first, waits])
  await Promise.all(bodies.map((body) => body.return(undefined)))
  expect(await held(metrics)).toBe(0)
  // Who sends nothing keeps nobody waiting either.
  opened = 0
  const slow = Array.from({ length: turns }, () => intake.read(silent).next())
  const behind = intake.read(endless)
  const next = behind.next()
  await eventually(() => Promise.resolve(opened === turns), { what: 'bodies that are opened' })
  pass(idleMs)
  expect((await next).done).toBe(false)
  silence.resolve()
  await behind.return(undefined)
  // Who waited long goes before its turn, and those after it have no more turns than before.
  opened = 0
  const other = new Intake(clock, metrics)
  const many = Array.from({ length: turns + 2 }, () => other.read(endless))
  const begun = many.map((body) => body.next())
  await Promise.all(begun.slice(0, turns))
  pass(waitMs)
  await Promise.all(begun)
  expect(opened).toBe(turns + 2)
  const last = other.read(endless)
  const lastNext = last.next()
  await many[0]!.return(undefined)
  await many[1]!.return(undefined)
  expect(opened).toBe(turns + 2)
  await many[2]!.return(undefined)
  expect([(await lastNext).done, opened]).toEqual([false, turns + 3])
  await Promise.all([...many, last].map((body) => body.return(undefined)))
  expect((await Promise.all(slow)).map(({ done }) => done)).toEqual(slow.map(() => false))
})

let app: Installation
let alice: Person
beforeAll(async () => {
  const env = { MEDIA_FILE_MB: '30', MEDIA_QUOTA_MB: '9000', MEDIA_DAILY_MB: '9000' }
  app = await install({ workers: { queues: ['delivery', 'media'] }, env })
  ;({ alice } = await app.people('alice'))
})
afterAll(() => app[Symbol.asyncDispose]())

test('what the storage does not take yet is not read; all of a file arrives, by each door', async () => {
  const { storage, metrics } = app.nodes[0]!.ctx
  const gate = Promise.withResolvers<void>()
  const put = storage.put.bind(storage)
  storage.put = (...file) => gate.promise.then(() => put(...file))
  const bytes = new Uint8Array(randomBytes(16 * mebibyte + 7))
  const tus = { authorization: `Bearer ${alice.token}`, 'tus-resumable': '1.0.0' }
  const place = `${alice.base}/api/v1/media/tus`
  const begun = await fetch(place, {
    method: 'POST',
    headers: { ...tus, 'upload-length': `${bytes.length}` },
  })
  const sent = fetch(new URL(begun.headers.get('location')!, alice.base), {
    method: 'PATCH',
    headers: { ...tus, 'upload-offset': '0', 'content-type': 'application/offset+octet-stream' },
    body: bytes,
  })
  const form = triesToUpload(alice, bytes, { name: 'film.bin' })
  const broken = new AbortController()
  const gone = fetch(`${alice.base}/api/v1/upload/file`, {
    method: 'POST',
    headers: { authorization: tus.authorization },
    body: (() => {
      const all = new FormData()
      all.set('file', new File([bytes], 'gone.bin'))
      return all
    })(),
    signal: broken.signal,
  }).catch(() => null)
  await eventually(async () => (await held(metrics)) > 2 * pieceBytes - 1, { what: 'first bytes' })
  broken.abort()
  await gone
  expect(await held(metrics)).toBeLessThan(3 * 2 * mebibyte)
  gate.resolve()
  const media = [(await form).data.media_id, Number((await sent).headers.get('media-id'))]
  storage.put = put
  for (const media_id of media) {
    const state = async () => (await alice.does('media.get', { media_id })).state === undefined
    await eventually(state, { what: 'a file that is processed' })
    expect(Buffer.compare(await (await fetches(alice, media_id)).bytes(), bytes)).toBe(0)
  }
  await eventually(async () => (await held(metrics)) === 0, { what: 'nothing in hand' })
  expect(await readdir(`${app.config.media.dir}/.unfinished`)).toEqual([])
})

deepTest(
  'fifty files at the same time leave the process as large as it was',
  async () => {
    const send = `
    const bytes = new Uint8Array(65536).fill(165)
    const one = async (pieces) => {
      const body = new ReadableStream({
        start: (to) => to.enqueue(Buffer.from('--b\\r\\ncontent-disposition: form-data; ' +
          'name="file"; filename="a"\\r\\n\\r\\n')),
        pull(to) {
          if (pieces-- > 0) return to.enqueue(bytes)
          to.enqueue(Buffer.from('\\r\\n--b--\\r\\n'))
          to.close()
        },
      })
      const type = 'multipart/form-data; boundary=b'
      const headers = { authorization: 'Bearer ${alice.token}', 'content-type': type }
      const { status } = await fetch('${alice.base}/api/v1/upload/file',
        { method: 'POST', headers, body })
      if (status !== 200) throw new Error('answered ' + status)
    }
    await Promise.all(Array.from({ length: 50 }, () => one(Number(process.argv.at(-1)))))`
    const sends = (pieces: number) =>
      Bun.spawn([process.execPath, '-e', send, `${pieces}`], { stderr: 'inherit' }).exited
    expect(await sends(1)).toBe(0)
    const before = process.memoryUsage.rss()
    let highest = before
    const timer = setInterval(() => (highest = Math.max(highest, process.memoryUsage.rss())), 50)
    expect(await sends(400)).toBe(0)
    clearInterval(timer)
    expect((highest - before) / mebibyte).toBeLessThan(200)
  },
  120_000,
)
