// How large an image says it is. Nothing is decoded: whoever decodes first has lost to a bomb.

export interface ImageHeader {
  readonly width: number
  readonly height: number
  /** Pictures one after the other; 1 for what does not move. */
  readonly frames: number
}

/** Null: no image of this kind, or one that ends before it says. `frames` are counted up to the bound. */
export function imageHeaderOf(
  bytes: Uint8Array,
  mime: string,
  framesMax: number,
): ImageHeader | null {
  const read = readers[mime]
  if (!read) return null
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  try {
    const header = read(view, framesMax)
    return header && header.width > 0 && header.height > 0 ? header : null
  } catch (error) {
    // The end of the bytes, before that of the header.
    if (error instanceof RangeError) return null
    throw error
  }
}

type Read = (bytes: Buffer, framesMax: number) => ImageHeader | null

const readers: Readonly<Record<string, Read>> = {
  'image/png': pngHeader,
  'image/jpeg': jpegHeader,
  'image/gif': gifHeader,
  'image/webp': webpHeader,
}

/** PNG 11.2.1: the header chunk comes first. Only the first picture of an animated one is used. */
function pngHeader(bytes: Buffer): ImageHeader | null {
  if (bytes.toString('latin1', 12, 16) !== 'IHDR') return null
  return { width: bytes.readUInt32BE(16), height: bytes.readUInt32BE(20), frames: 1 }
}

/** ITU T.81 B.2.2: the frame header, behind segments that say how long they are. */
function jpegHeader(bytes: Buffer): ImageHeader | null {
  let at = 2
  for (;;) {
    if (bytes.readUInt8(at) !== 0xff) return null
    const marker = bytes.readUInt8(at + 1)
    // Fill bytes.
    if (marker === 0xff) at++
    // Without a length: TEM, restarts.
    else if (marker === 0x01 || (marker >= 0xd0 && marker <= 0xd7)) at += 2
    // The picture or its end, and no frame header before it.
    else if (marker === 0xda || marker === 0xd9 || marker === 0xd8) return null
    else if (isFrameHeader(marker)) {
      return { width: bytes.readUInt16BE(at + 7), height: bytes.readUInt16BE(at + 5), frames: 1 }
    } else at += 2 + Math.max(2, bytes.readUInt16BE(at + 2))
  }
}

/** SOF0 to SOF15, without the tables that lie between them. */
const isFrameHeader = (marker: number) =>
  marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc

/** GIF89a 17 to 23: blocks, each with its size; pictures may be larger than the screen says. */
function gifHeader(bytes: Buffer, framesMax: number): ImageHeader | null {
  let [width, height] = [bytes.readUInt16LE(6), bytes.readUInt16LE(8)]
  const tableBytes = (flags: number) => (flags & 0x80 ? 3 << ((flags & 7) + 1) : 0)
  const afterBlocks = (from: number) => {
    let next = from
    for (let size = bytes.readUInt8(next); size > 0; size = bytes.readUInt8(next)) next += 1 + size
    return next + 1
  }
  let frames = 0
  let at = 13 + tableBytes(bytes.readUInt8(10))
  // One that ends early is shown as far as it goes.
  while (at < bytes.length && frames <= framesMax) {
    const kind = bytes.readUInt8(at)
    if (kind === 0x3b) break
    if (kind === 0x21) {
      if (at + 2 >= bytes.length) break
      at = upTo(bytes, () => afterBlocks(at + 2))
    } else if (kind === 0x2c) {
      frames++
      width = Math.max(width, bytes.readUInt16LE(at + 1) + bytes.readUInt16LE(at + 5))
      height = Math.max(height, bytes.readUInt16LE(at + 3) + bytes.readUInt16LE(at + 7))
      const data = at + 10 + tableBytes(bytes.readUInt8(at + 9)) + 1
      at = upTo(bytes, () => afterBlocks(data))
    } else break
  }
  return frames === 0 ? null : { width, height, frames }
}

/** Where it goes on, or the end if it lies beyond. */
function upTo(bytes: Buffer, find: () => number): number {
  try {
    return find()
  } catch (error) {
    if (error instanceof RangeError) return bytes.length
    throw error
  }
}

/** WebP container: RIFF chunks; the canvas, or else the one picture. */
function webpHeader(bytes: Buffer, framesMax: number): ImageHeader | null {
  const name = bytes.toString('latin1', 12, 16)
  if (name === 'VP8 ') {
    const [width, height] = [bytes.readUInt16LE(26), bytes.readUInt16LE(28)]
    return { width: width & 0x3fff, height: height & 0x3fff, frames: 1 }
  }
  if (name === 'VP8L') {
    const bits = bytes.readUInt32LE(21)
    return { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1, frames: 1 }
  }
  if (name !== 'VP8X') return null
  const [width, height] = [bytes.readUIntLE(24, 3) + 1, bytes.readUIntLE(27, 3) + 1]
  let frames = 0
  for (let at = 30; at + 8 <= bytes.length && frames <= framesMax;) {
    if (bytes.toString('latin1', at, at + 4) === 'ANMF') frames++
    const size = bytes.readUInt32LE(at + 4)
    at += 8 + size + (size % 2)
  }
  return { width, height, frames: Math.max(1, frames) }
}
