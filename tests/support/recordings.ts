// Sound and video made byte by byte: containers that say what they hold, with nothing in them.

const u32 = (value: number) => {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return bytes
}

/** A box of ISO/IEC 14496-12. */
export function box(type: string, ...inside: Uint8Array[]): Buffer {
  const body = Buffer.concat(inside)
  return Buffer.concat([u32(body.length + 8), Buffer.from(type, 'latin1'), body])
}

const turned = [0, 0x10000, 0, -0x10000, 0, 0, 0, 0, 0x40000000]
const upright = [0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000]

interface Mp4 {
  readonly seconds: number
  readonly width: number
  readonly height: number
  /** As a phone says it that was held upright. */
  readonly isTurned?: boolean
  /** Bytes of sound and pictures, before what says how long they are: as phones write it. */
  readonly before?: number
  /** Where it was filmed, as phones say it. */
  readonly place?: string
}

export function mp4({
  seconds,
  width,
  height,
  isTurned = false,
  before = 0,
  place = '',
}: Mp4): Buffer {
  const movie = Buffer.concat([
    u32(0),
    u32(0),
    u32(0),
    u32(1000),
    u32(seconds * 1000),
    Buffer.alloc(80),
  ])
  const matrix = Buffer.concat((isTurned ? turned : upright).map((each) => u32(each >>> 0)))
  const track = Buffer.concat([Buffer.alloc(40), matrix, u32(width * 65_536), u32(height * 65_536)])
  return Buffer.concat([
    box('ftyp', Buffer.from('isom\0\0\x02\0isommp41', 'latin1')),
    box('mdat', Buffer.alloc(before)),
    box(
      'moov',
      box('mvhd', movie),
      box('trak', box('tkhd', Buffer.alloc(84)), box('mdia')),
      box('trak', box('tkhd', track), ...(place ? [box('meta', Buffer.from(place))] : [])),
      ...(place ? [box('udta', box('\xa9xyz', Buffer.from(place)))] : []),
    ),
  ])
}

/** Mono, 8,000 samples of 16 bits a second. */
export function wav(seconds: number): Buffer {
  const bytes = Buffer.alloc(44 + seconds * 16_000)
  bytes.write('RIFF', 0)
  bytes.writeUInt32LE(bytes.length - 8, 4)
  bytes.write('WAVEfmt ', 8)
  bytes.writeUInt32LE(16, 16)
  bytes.writeUInt16LE(1, 20)
  bytes.writeUInt16LE(1, 22)
  bytes.writeUInt32LE(8_000, 24)
  bytes.writeUInt32LE(16_000, 28)
  bytes.writeUInt16LE(2, 32)
  bytes.writeUInt16LE(16, 34)
  bytes.write('data', 36)
  bytes.writeUInt32LE(seconds * 16_000, 40)
  return bytes
}

/** MPEG-1 layer 3, 128 kbit, 44.1 kHz: 417 bytes and 1,152 samples each. */
export function mp3(frames: number): Buffer {
  const frame = Buffer.alloc(417)
  frame.writeUInt32BE(0xfffb9000)
  return Buffer.concat(Array.from({ length: frames }, () => frame))
}

/** An element of EBML, with a length of eight bytes. */
function element(id: number[], ...inside: Uint8Array[]): Buffer {
  const body = Buffer.concat(inside)
  return Buffer.concat([Buffer.from(id), Buffer.from([1, 0, 0, 0]), u32(body.length), body])
}

export function webm({ seconds, width, height }: Mp4): Buffer {
  const duration = Buffer.alloc(8)
  duration.writeDoubleBE(seconds * 1000)
  const video = element([0xe0], element([0xb0], u32(width)), element([0xba], u32(height)))
  const number = element([0xd7], u32(1))
  const kind = element([0x83], u32(1))
  const codec = element([0x86], Buffer.from('V_VP9'))
  const track = element([0xae], number, kind, codec, video)
  return Buffer.concat([
    element([0x1a, 0x45, 0xdf, 0xa3], element([0x42, 0x82], Buffer.from('webm'))),
    element(
      [0x18, 0x53, 0x80, 0x67],
      element(
        [0x15, 0x49, 0xa9, 0x66],
        element([0x2a, 0xd7, 0xb1], u32(1_000_000)),
        element([0x44, 0x89], duration),
      ),
      element([0x16, 0x54, 0xae, 0x6b], track),
    ),
  ])
}

/** Opus counts 48,000 a second, and says how many there were on its last page. */
export function ogg(seconds: number): Buffer {
  const page = (kind: number, number: number, granule: number, body: Uint8Array) => {
    const head = Buffer.alloc(28)
    head.write('OggS')
    head[5] = kind
    head.writeBigUInt64LE(BigInt(granule), 6)
    head.writeUInt32LE(7, 14)
    head.writeUInt32LE(number, 18)
    head[26] = 1
    head[27] = body.length
    return Buffer.concat([head, body])
  }
  const about = Buffer.from('OpusHead\x01\x01\0\0\x80\xbb\0\0\0\0\0', 'latin1')
  const tags = Buffer.from('OpusTags\0\0\0\0\0\0\0\0', 'latin1')
  return Buffer.concat([
    page(2, 0, 0, about),
    page(0, 1, 0, tags),
    page(4, 2, seconds * 48_000, Buffer.alloc(200)),
  ])
}
