// Images made byte by byte, as they should be and as they should not.
import { crc32, deflateSync } from 'node:zlib'
import sharp from 'sharp'

const u16 = (value: number) => Buffer.from([value & 0xff, value >> 8])

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return bytes
}

function pngChunk(name: string, data: Uint8Array): Buffer {
  const named = Buffer.concat([Buffer.from(name), data])
  return Buffer.concat([u32(data.length), named, u32(crc32(named))])
}

/** Says it is so large, and has next to nothing in it, but for words that are long when they are unpacked. */
export function pngSaying(width: number, height: number, { inflated = 0 } = {}): Buffer {
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    pngChunk('IHDR', Buffer.concat([u32(width), u32(height), Buffer.from([8, 2, 0, 0, 0])])),
    ...(inflated
      ? [
          pngChunk(
            'zTXt',
            Buffer.concat([Buffer.from('a\0\0'), deflateSync(new Uint8Array(inflated))]),
          ),
        ]
      : []),
    pngChunk('IDAT', deflateSync(new Uint8Array(1000))),
    pngChunk('IEND', new Uint8Array(0)),
  ])
}

/** One pixel that blinks; each frame says where it lies. */
export function gifOf(frames: number, { left = 0, top = 0 } = {}): Buffer {
  const frame = (color: number) =>
    Buffer.concat([
      Buffer.from([0x21, 0xf9, 4, 0, 5, 0, 0, 0]),
      Buffer.concat([Buffer.from([0x2c]), u16(left), u16(top), u16(1), u16(1), Buffer.from([0])]),
      // LZW: clear, the color, end.
      Buffer.from([2, 2, color === 0 ? 0x44 : 0x4c, 1, 0]),
    ])
  return Buffer.concat([
    Buffer.concat([Buffer.from('GIF89a'), u16(1), u16(1), Buffer.from([0x80, 0, 0])]),
    Buffer.from([0, 0, 0, 255, 255, 255]),
    ...Array.from({ length: frames }, (_, each) => frame(each % 2)),
    Buffer.from([0x3b]),
  ])
}

/** 40 by 20, red on the left; held sideways, and saying where and by what it was taken. */
export async function photo(): Promise<Buffer> {
  const side = (color: string) => ({
    create: { width: 20, height: 20, channels: 3 as const, background: color },
  })
  const right = await sharp(side('blue')).png().toBuffer()
  return sharp({ create: { width: 40, height: 20, channels: 3, background: 'red' } })
    .composite([{ input: right, left: 20, top: 0 }])
    .jpeg()
    .withExif({
      IFD0: { Make: 'Heron Phones', Software: 'Curlew test' },
      IFD3: { GPSLatitudeRef: 'N', GPSLatitude: '51/1 30/1 0/1' },
    })
    .withXmp('<x:xmpmeta xmlns:x="adobe:ns:meta/">where I live</x:xmpmeta>')
    .withMetadata({ orientation: 6 })
    .toBuffer()
}

/** How a place of the photo stands in its bytes: 51 degrees, 30 minutes. */
export const placed = [
  Buffer.from([51, 0, 0, 0, 1, 0, 0, 0, 30, 0, 0, 0, 1, 0, 0, 0]),
  Buffer.from([0, 0, 0, 51, 0, 0, 0, 1, 0, 0, 0, 30, 0, 0, 0, 1]),
]

/** A file that begins as phones begin theirs, and has in it what their cameras write. */
export async function heic(): Promise<Buffer> {
  const { exif, xmp } = await sharp(await photo()).metadata()
  const type = Buffer.from('\0\0\0\x18ftypheic\0\0\0\0mif1heic', 'latin1')
  return Buffer.concat([type, Buffer.alloc(500, 7), exif ?? type, Buffer.alloc(9), xmp ?? type])
}

/** The photo, whose header tells another size. */
export async function jpegSaying(width: number, height: number): Promise<Buffer> {
  const bytes = await photo()
  const at = bytes.indexOf(Buffer.from([0xff, 0xc0]))
  bytes.writeUInt16BE(height, at + 5)
  bytes.writeUInt16BE(width, at + 7)
  return bytes
}

/** An archive with nothing in it: the end of its directory is all of it. */
export const emptyZip = Buffer.from(`PK\x05\x06${'\0'.repeat(18)}`, 'latin1')
