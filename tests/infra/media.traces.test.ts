// What cameras write into pictures and films that nobody encodes anew is gone, and the rest is as it was.
import { expect, test } from 'bun:test'
import sharp from 'sharp'
import { blankTraces } from '../../src/infra/media/traces.ts'
import { bytesOf } from '../support/bytes.ts'
import { heic, photo, placed } from '../support/pictures.ts'

const words = ['Heron Phones', 'Curlew test', 'where I live']
const place = (bytes: Uint8Array) => placed.some((each) => Buffer.from(bytes).includes(each))

test('a HEIC, a TIFF and a JPEG keep their pictures, and no word of a camera', async () => {
  const jpeg = await photo()
  const { exif } = await sharp(jpeg).metadata()
  for (const [name, bytes] of [
    ['jpeg', jpeg],
    ['heic', await heic()],
    // All of it is TIFF, as in raw files.
    ['tiff', Buffer.from(exif!.subarray(6))],
  ] as const) {
    expect([name, place(bytes), bytes.includes('Heron Phones')]).toEqual([name, true, true])
    const { length } = bytes
    expect(blankTraces(bytes)).toBe(true)
    expect([name, bytes.length, place(bytes)]).toEqual([name, length, false])
    for (const word of words)
      expect([name, word, bytes.includes(word)]).toEqual([name, word, false])
  }
  expect((await sharp(jpeg).metadata()).width).toBe(40)
})

test('what only looks like it is not touched, and nothing is read beyond the end', async () => {
  const noise = Buffer.from(bytesOf(300_000))
  for (let at = 0; at < noise.length; at += 1_000)
    noise.write(at % 2_000 ? 'II*\0' : 'MM\0*', at, 'latin1')
  const hash = Bun.hash(noise)
  expect(blankTraces(noise)).toBe(false)
  expect(Bun.hash(noise)).toBe(hash)
  const { exif } = await sharp(await photo()).metadata()
  // Cut anywhere, and with any byte turned over.
  for (let at = 0; at < exif!.length; at++) {
    blankTraces(Buffer.from(exif!.subarray(0, at)))
    const turned = Buffer.from(exif!)
    turned[at] = 255 - turned[at]!
    blankTraces(turned)
  }
})

test('a directory that leads to itself ends', () => {
  const loop = Buffer.alloc(64)
  loop.write('II*\0', 0, 'latin1')
  loop.writeUInt32LE(8, 4)
  loop.writeUInt16LE(1, 8)
  loop.writeUInt16LE(0x8769, 10)
  loop.writeUInt16LE(4, 12)
  loop.writeUInt32LE(1, 14)
  loop.writeUInt32LE(8, 18)
  loop.writeUInt32LE(8, 22)
  expect(blankTraces(loop)).toBe(false)
})
