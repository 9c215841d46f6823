// What becomes of an uploaded file: what is kept of it, under which keys, and what is refused.
import { afterAll, beforeAll, expect, test } from 'bun:test'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { systemClock } from '../../src/core/clock.ts'
import { findFfmpeg } from '../../src/infra/media/poster.ts'
import { derivedKeys } from '../../src/infra/media/derived.ts'
import { processMedia } from '../../src/infra/media/process.ts'
import type { Scanner, ScanOutcome } from '../../src/infra/media/scan.ts'
import { S3Storage } from '../../src/infra/storage.s3.ts'
import { bytesIn, bytesOf, streamOf } from '../support/bytes.ts'
import { emptyZip, gifOf, heic, photo, pngSaying } from '../support/pictures.ts'
import { mp4, wav, webm } from '../support/recordings.ts'
import { startS3Server, type S3Server } from '../support/s3-server.ts'

let server: S3Server
let storage: S3Storage
let home: string
const usual = tmpdir()
beforeAll(async () => {
  home = await mkdtemp(join(usual, 'curlew-test-'))
  process.env['TMPDIR'] = home
  server = await startS3Server()
  storage = new S3Storage(server.config, systemClock)
})
afterAll(async () => {
  await server[Symbol.asyncDispose]()
  process.env['TMPDIR'] = usual
  await rm(home, { recursive: true, force: true })
})

let run = 0
const mime = 'application/octet-stream'

/** Uploads it and has it processed; what is stored of it besides, too. */
async function sent(bytes: Uint8Array, { said = mime, scan = null as Scanner | null } = {}) {
  const key = `media/${process.pid}/${run++}/file`
  await storage.put(key, streamOf(bytes), { mime })
  const result = await processMedia(storage, scan, { key, mime: said }, systemClock)
  const { keys } = await storage.list(key)
  return { key, result, besides: keys.slice(1) }
}

test('an image is shown as we made it, in three sizes', async () => {
  const { key, result, besides } = await sent(await photo(), { said: 'text/html' })
  expect(result).toMatchObject({
    state: 'ready',
    mime: 'image/jpeg',
    isInline: true,
    width: 20,
    height: 40,
    thumbhash: expect.any(String),
    derived: [
      { key: `${key}_whole`, use: 'whole', mime: 'image/jpeg' },
      { key: `${key}_large`, use: 'large', mime: 'image/webp' },
      { key: `${key}_small`, use: 'small', mime: 'image/webp' },
    ],
  })
  expect(besides).toEqual(derivedKeys(key).toSorted())
  for (const each of result.derived) {
    const bytes = await bytesIn((await storage.get(each.key))!.body)
    expect(bytes.length).toBe(each.size)
    expect((await sharp(bytes).metadata()).format).toBe(each.mime.slice(6) as 'webp')
  }
  // As when a worker died: the same again, and nothing besides.
  expect(await processMedia(storage, null, { key, mime }, systemClock)).toEqual(result)
})

test.each([
  ['audio/wav', wav(2), { duration: 2 }],
  ['audio/mp4', mp4({ seconds: 3, width: 0, height: 0 }), { duration: 3 }],
])('%s says how long it is', async (kind, bytes, facts) => {
  const { result, besides } = await sent(bytes)
  expect(result).toEqual({ state: 'ready', mime: kind, isInline: true, ...facts, derived: [] })
  expect(besides).toEqual([])
})

test('a video says how long and how large it is, with no picture of it or one', async () => {
  const size = { width: 64, height: 48 }
  for (const bytes of [mp4({ seconds: 3, ...size }), webm({ seconds: 3, ...size })]) {
    const { result } = await sent(bytes)
    // There are no pictures in these, so that ffmpeg finds none either.
    expect(result).toMatchObject({ state: 'ready', isInline: true, duration: 3, ...size })
    expect(result.derived).toEqual([])
  }
})

test('where a film was made, or a picture that is kept as it came, is not told', async () => {
  const place = '+51.5000-000.1000/'
  const film = mp4({ seconds: 3, width: 64, height: 48, before: 200_000, place })
  const { key, result } = await sent(film)
  expect(result).toMatchObject({ mime: 'video/mp4', isInline: true, duration: 3, width: 64 })
  expect(result.derived).toMatchObject([{ key: `${key}_whole`, size: film.length }])
  const shown = Buffer.from(await bytesIn((await storage.get(`${key}_whole`))!.body))
  expect([film.includes(place), shown.includes(place)]).toEqual([true, false])
  // What is left says the same of itself.
  expect((await sent(shown)).result).toMatchObject({ duration: 3, width: 64, derived: [] })

  const picture = await heic()
  const kept = await sent(picture)
  const about = { state: 'ready', mime: 'image/heic', isInline: false }
  expect(kept.result).toMatchObject({ ...about, derived: [{ use: 'whole', mime: 'image/heic' }] })
  const got = Buffer.from(await bytesIn((await storage.get(`${kept.key}_whole`))!.body))
  expect([got.length, got.includes('Heron Phones')]).toEqual([picture.length, false])
  expect(got.subarray(0, 500).equals(picture.subarray(0, 500))).toBe(true)
})

test.skipIf(!findFfmpeg())('a video that can be looked into has a picture', async () => {
  const made = '-v quiet -f lavfi -i testsrc=duration=1:size=64x48:rate=5 -f matroska -c:v libvpx'
  const { stdout } = Bun.spawnSync([findFfmpeg()!, ...made.split(' '), 'pipe:1'])
  const { key, result } = await sent(stdout)
  expect(result).toMatchObject({
    state: 'ready',
    width: 64,
    height: 48,
    thumbhash: expect.any(String),
    derived: [{ key: `${key}_large` }, { key: `${key}_small` }],
  })
})

test.each([
  ['a bomb', pngSaying(50_000, 50_000), 'pixels'],
  ['ten thousand frames', gifOf(10_000), 'frames'],
] as const)('%s is refused', async (_what, bytes, reason) => {
  const { result, besides } = await sent(bytes)
  expect(result).toEqual({ state: 'refused', reason, derived: [] })
  expect(besides).toEqual([])
})

test.each([
  ['an SVG called an image', Buffer.from('<svg onload="alert(1)"/>'), mime],
  ['a script in an image', Buffer.from('GIF89a/*\0\0*/=1;alert(1)'), mime],
  ['an archive behind an image', Buffer.concat([gifOf(1), emptyZip]), mime],
  ['half an image', pngSaying(64, 64).subarray(0, 40), 'image/png'],
  ['noise', bytesOf(300_000), mime],
])('%s is an attachment', async (_what, bytes, kind) => {
  const { result } = await sent(bytes, { said: 'image/png' })
  expect(result).toEqual({ state: 'ready', mime: kind, isInline: false, derived: [] })
})

test('what is infected, or cannot be looked through, goes no further', async () => {
  const bytes = await photo()
  const says = (outcome: ScanOutcome): Scanner => ({
    async scan(body) {
      expect(await bytesIn(body)).toEqual(new Uint8Array(bytes))
      return outcome
    },
  })
  const outcomes = [
    [{ outcome: 'clean' }, 'ready', undefined],
    [{ outcome: 'infected', name: 'Eicar' }, 'refused', 'virus'],
    [{ outcome: 'tooLarge' }, 'refused', 'unscannable'],
  ] as const
  for (const [outcome, state, reason] of outcomes) {
    const { result, besides } = await sent(bytes, { scan: says(outcome) })
    expect([result.state, result.reason]).toEqual([state, reason])
    expect(besides.length).toBe(state === 'ready' ? 3 : 0)
  }
  const away: Scanner = { scan: () => Promise.reject(new Error('clamd is away')) }
  expect(
    await sent(bytes, { scan: away }).then(
      () => 'went on',
      () => 'to be tried again',
    ),
  ).toBe('to be tried again')
})

test('nothing is left of work on disk, and of nothing nothing comes', async () => {
  const gone = await processMedia(storage, null, { key: 'media/none', mime }, systemClock)
  expect(gone).toEqual({ state: 'refused', reason: 'gone', derived: [] })
  expect(tmpdir()).toBe(home)
  expect(await readdir(home)).toEqual([])
})
