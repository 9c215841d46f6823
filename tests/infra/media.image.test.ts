// Images: bombs are known by their header, what remains is upright, small and says nothing of its maker.
import { afterAll, expect, test } from 'bun:test'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { thumbHashToAverageRGBA, thumbHashToApproximateAspectRatio } from 'thumbhash'
import { systemClock } from '../../src/core/clock.ts'
import { limits } from '../../src/infra/limits.ts'
import { runBounded } from '../../src/infra/media/bounded.ts'
import { imageHeaderOf } from '../../src/infra/media/image.header.ts'
import { makeImage, type ImageReply } from '../../src/infra/media/image.ts'
import { bytesOf } from '../support/bytes.ts'
import { gifOf, jpegSaying, photo, pngSaying } from '../support/pictures.ts'

const home = await mkdtemp(join(tmpdir(), 'curlew-test-'))
afterAll(() => rm(home, { recursive: true, force: true }))

async function made(bytes: Uint8Array, mime: string) {
  const folder = await mkdtemp(join(home, 'one-'))
  await Bun.write(join(folder, 'file'), bytes)
  const outcome = await makeImage(folder, 'file', mime, true, systemClock)
  const open = (name: keyof ImageReply) => sharp(join(folder, name), { animated: true })
  const reply = outcome.outcome === 'made' ? outcome.reply : null
  return { outcome: outcome.outcome, reply, open, folder }
}

test('a photo is turned upright, and neither where nor by what it was taken is left', async () => {
  const bytes = await photo()
  expect(bytes.includes('Heron Phones') && bytes.includes('where I live')).toBe(true)
  const { reply, open, folder } = await made(bytes, 'image/jpeg')
  expect(reply).toMatchObject({
    whole: { width: 20, height: 40 },
    large: { width: 20, height: 40 },
    small: { width: 20, height: 40 },
  })
  for (const name of ['whole', 'large', 'small'] as const) {
    const about = await open(name).metadata()
    const left = [about.orientation, about.exif, about.xmp, about.icc].filter(Boolean)
    expect(left).toEqual([])
    expect(about.format).toBe(name === 'whole' ? 'jpeg' : 'webp')
    const text = Buffer.from(await Bun.file(join(folder, name)).bytes())
    for (const word of ['Heron', 'Exif', 'where I live', 'xmpmeta'])
      expect(text.includes(word)).toBe(false)
    expect(text.length).toBe(reply![name]!.size)
  }
  // Red was on the left and is on top.
  const [red = 0, , blue = 0] = await open('whole').raw().toBuffer()
  expect(red).toBeGreaterThan(blue + 200)
  const hash = Buffer.from(reply!.thumbhash, 'base64')
  expect(thumbHashToApproximateAspectRatio(hash)).toBeLessThan(1)
  expect(thumbHashToAverageRGBA(hash).g).toBeLessThan(0.2)
})

test.each(['png', 'webp', 'jpeg'] as const)(
  'a large %s gets smaller ones in two sizes',
  async (format) => {
    const noise = { create: { width: 1300, height: 650, channels: 3 as const, background: 'gold' } }
    const { reply, open } = await made(
      await sharp(noise).toFormat(format).toBuffer(),
      `image/${format}`,
    )
    expect(reply).toMatchObject({
      whole: { width: 1300, height: 650 },
      large: { width: 1280, height: 640 },
      small: { width: 320, height: 160 },
    })
    expect((await open('whole').metadata()).format).toBe(format)
  },
)

test('what moves keeps moving, and its smaller ones stand still', async () => {
  const { reply, open } = await made(gifOf(50), 'image/gif')
  expect(reply?.whole).toMatchObject({ width: 1, height: 1 })
  expect(await open('whole').metadata()).toMatchObject({ format: 'gif', pages: 50 })
  expect((await open('small').metadata()).pages ?? 1).toBe(1)
})

test.each([
  ['a PNG of 50,000 by 50,000', 'image/png', 'pixels', () => pngSaying(50_000, 50_000)],
  ['one as wide as numbers go', 'image/png', 'pixels', () => pngSaying(0x7fffffff, 1)],
  ['a JPEG that says 65,535', 'image/jpeg', 'pixels', () => jpegSaying(65_535, 65_535)],
  ['a GIF of 10,000 frames', 'image/gif', 'frames', () => gifOf(10_000)],
  [
    'a GIF whose frame lies far out',
    'image/gif',
    'pixels',
    () => gifOf(1, { left: 60_000, top: 60_000 }),
  ],
] as const)('%s is refused by its header', async (_what, mime, outcome, make) => {
  const { outcome: found, folder } = await made(await make(), mime)
  expect(found).toBe(outcome)
  // Nothing was decoded: no process has written anything.
  expect(await readdir(folder)).toEqual(['file'])
})

test.each([
  ['noise', 'image/png', bytesOf(5_000)],
  ['nothing', 'image/jpeg', bytesOf(0)],
  ['a header and nothing behind it', 'image/png', pngSaying(64, 64).subarray(0, 33)],
  [
    'an SVG',
    'image/png',
    Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'),
  ],
  ['less than it says', 'image/png', pngSaying(4_000, 4_000)],
  ['a GIF without pictures', 'image/gif', gifOf(0)],
])('%s is no image', async (_what, mime, bytes) => {
  expect((await made(bytes, mime)).outcome).toBe('unreadable')
})

test('a header is read wherever it ends, and never beyond', async () => {
  const webp = await sharp(gifOf(3), { animated: true }).webp().toBuffer()
  const whole = [
    ['image/png', pngSaying(9, 7)],
    ['image/jpeg', await photo()],
    ['image/gif', gifOf(3)],
    ['image/webp', webp],
  ] as const
  for (const [mime, bytes] of whole) {
    expect(imageHeaderOf(bytes, mime, 600)?.frames).toBe(
      mime.endsWith('f') || mime.endsWith('webp') ? 3 : 1,
    )
    for (let end = 0; end < Math.min(bytes.length, 700); end++) {
      imageHeaderOf(bytes.subarray(0, end), mime, 600)
      imageHeaderOf(Buffer.concat([bytes.subarray(0, end), bytesOf(64, end)]), mime, 600)
    }
  }
})

const { image } = limits.media
const enough = { milliseconds: 20_000, memoryBytes: image.memoryBytes, outputBytes: 1_000 }
test.each([
  ['time', 'for (;;);', { ...enough, milliseconds: 100 }],
  [
    'memory',
    'const all = []; for (;;) all.push(new Uint8Array(1e6).fill(1))',
    { ...enough, memoryBytes: 2e8 },
  ],
  ['output', 'for (;;) console.log("x".repeat(1000))', enough],
] as const)('a program that takes too much %s is ended', async (outcome, code, bounds) => {
  const ran = await runBounded([process.execPath, '-e', code], home, bounds, systemClock)
  expect(ran).toEqual({ outcome })
})
