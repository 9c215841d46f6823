// How long recordings are and how large, and containers that lead those who read them astray.
import { expect, test } from 'bun:test'
import { systemClock } from '../../src/core/clock.ts'
import { limits } from '../../src/infra/limits.ts'
import { containerFacts } from '../../src/infra/media/container.ts'
import type { Ranges } from '../../src/infra/media/ranges.ts'
import { box, mp3, mp4, ogg, wav, webm } from '../support/recordings.ts'

/** Of bytes at hand; counts what is asked for. */
function rangesIn(bytes: Buffer): Ranges & { asked: number; reads: number } {
  return {
    size: bytes.length,
    asked: 0,
    reads: 0,
    async read(start, length) {
      this.asked += length
      this.reads++
      return new Uint8Array(bytes.subarray(start, start + length))
    },
  }
}

const facts = (bytes: Buffer, mime: string) => containerFacts(rangesIn(bytes), mime, systemClock)
const size = { width: 1920, height: 1080 }
const none = { duration: null, width: null, height: null }

test.each([
  ['audio/wav', wav(3), 3],
  ['audio/ogg', ogg(5), 5],
  ['audio/mp4', mp4({ seconds: 4, width: 0, height: 0 }), 4],
])('%s says how long it is', async (mime, bytes, duration) => {
  expect(await facts(bytes, mime)).toEqual({ ...none, duration })
})

test('MP3 is about as long as its frames', async () => {
  const { duration } = await facts(mp3(1_000), 'audio/mpeg')
  expect(duration).toBeCloseTo((1_000 * 1_152) / 44_100, 0)
})

test.each([
  ['video/mp4', mp4({ seconds: 7, ...size })],
  ['video/quicktime', mp4({ seconds: 7, ...size })],
  ['video/webm', webm({ seconds: 7, ...size })],
])('%s says how long it is, and how large', async (mime, bytes) => {
  expect(await facts(bytes, mime)).toEqual({ duration: 7, ...size })
})

test('a video filmed upright is upright, and its pictures are not read for that', async () => {
  const ranges = rangesIn(mp4({ seconds: 7, ...size, isTurned: true, before: 5_000_000 }))
  const found = await containerFacts(ranges, 'video/mp4', systemClock)
  expect(found).toEqual({ duration: 7, width: 1080, height: 1920 })
  expect(ranges.asked).toBeLessThan(1_000)
})

test.each([
  ['a box without end', Buffer.from('\0\0\0\0moov', 'latin1')],
  ['a box shorter than its head', Buffer.from('\0\0\0\x01mdat\0\0\0\0\0\0\0\x01', 'latin1')],
  ['a box that ends before it says', box('moov', box('mvhd')).subarray(0, 12)],
  ['boxes and no end of them', Buffer.concat(Array.from({ length: 9_000 }, () => box('free')))],
  ['boxes of boxes', box('moov', ...Array.from({ length: 9_000 }, () => box('free')))],
  ['eternity', mp4({ seconds: 4_000_000, width: 40_000, height: 40_000 })],
  ['nothing', Buffer.alloc(0)],
  ['noise', Buffer.from(Array.from({ length: 4_000 }, (_, at) => (at * 131) % 251))],
])('%s says nothing, soon', async (_what, bytes) => {
  for (const mime of ['video/mp4', 'video/webm', 'audio/ogg', 'audio/mpeg', 'audio/wav']) {
    const ranges = rangesIn(bytes)
    expect(await containerFacts(ranges, mime, systemClock)).toEqual(none)
    expect(ranges.reads).toBeLessThanOrEqual(limits.media.container.boxesMax + 9_100)
  }
})
