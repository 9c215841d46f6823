// A ZIP that is there, with more files behind those in it, as their bytes come: none of it is in memory but
// the directory at its end.
import { crc32 } from 'node:zlib'
import { must } from './assert.ts'

export interface AppendedFile {
  readonly name: string
  readonly at: Date
  /** About what it will have; by this it is left out. */
  readonly size: number
  /** Null: it is gone meanwhile. */
  open(): Promise<ReadableStream<Uint8Array> | null>
}

export interface AppendBounds {
  /** Of the whole: a ZIP without extensions can say no more than 2^32. */
  readonly bytesMax: number
  readonly filesMax: number
}

const endBytes = 22
/** What a directory of ours takes is less. */
const heldBytes = 64 * 1024
const blockBytes = 65_535

/** Files beyond the bounds are left out. */
export async function* appended(
  zip: AsyncIterable<Uint8Array>,
  files: AsyncIterable<AppendedFile>,
  { bytesMax, filesMax }: AppendBounds,
): AsyncGenerator<Uint8Array> {
  let held: Buffer = Buffer.alloc(0)
  let gone = 0
  for await (const piece of zip) {
    held = Buffer.concat([held, piece])
    if (held.length <= heldBytes) continue
    yield held.subarray(0, -heldBytes)
    gone += held.length - heldBytes
    held = held.subarray(-heldBytes)
  }
  const end = held.subarray(-endBytes)
  const isEnd = end.length === endBytes && end.readUInt32LE(0) === 0x06054b50
  const [count, bytes, at] = [end.readUInt16LE(10), end.readUInt32LE(12), end.readUInt32LE(16)]
  must(isEnd && at >= gone ? end : null, 'a ZIP ends with where its directory is')
  yield held.subarray(0, at - gone)
  const directory = [held.subarray(at - gone, at - gone + bytes)]
  let offset = at
  for await (const file of files) {
    if (directory.length > filesMax) break
    // Blocks and names take some.
    if (offset + file.size * 1.001 + 100_000 > bytesMax) continue
    const body = await file.open()
    if (!body) continue
    const entry = new Entry(file, offset)
    for await (const piece of entry.bytes(body)) {
      offset += piece.length
      yield piece
    }
    directory.push(entry.inDirectory())
  }
  yield* directory
  yield ending(count + directory.length - 1, Buffer.concat(directory).length, offset)
}

/**
 * One file, whose sizes stand behind its bytes. It is not made smaller, for images hardly get so: it is in
 * blocks of deflate that say so, because few programs read what is neither deflated nor measured before.
 */
class Entry {
  readonly #name: Buffer
  readonly #common: Buffer
  #crc = 0
  #packed = 0
  #size = 0

  constructor(
    { name, at }: AppendedFile,
    private readonly offset: number,
  ) {
    this.#name = Buffer.from(name)
    this.#common = Buffer.alloc(10)
    this.#common.writeUInt16LE(20, 0)
    // Sizes behind it; the name in UTF-8.
    this.#common.writeUInt16LE(0x0808, 2)
    this.#common.writeUInt16LE(8, 4)
    this.#common.writeUInt32LE(dosTime(at), 6)
  }

  async *bytes(body: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
    const lengths = Buffer.alloc(4)
    lengths.writeUInt16LE(this.#name.length, 0)
    yield Buffer.concat([signed(0x04034b50), this.#common, Buffer.alloc(12), lengths, this.#name])
    for await (const piece of body) {
      this.#crc = crc32(piece, this.#crc)
      this.#size += piece.length
      for (let from = 0; from < piece.length; from += blockBytes) {
        yield* this.#block(piece.subarray(from, from + blockBytes), false)
      }
    }
    yield* this.#block(new Uint8Array(), true)
    yield Buffer.concat([signed(0x08074b50), this.#sizes()])
  }

  inDirectory(): Buffer {
    const rest = Buffer.alloc(18)
    rest.writeUInt16LE(this.#name.length, 0)
    rest.writeUInt32LE(this.offset, 14)
    const made = Buffer.from([20, 0])
    const parts = [signed(0x02014b50), made, this.#common, this.#sizes(), rest, this.#name]
    return Buffer.concat(parts)
  }

  *#block(bytes: Uint8Array, isLast: boolean): Generator<Uint8Array> {
    const head = Buffer.alloc(5)
    head.writeUInt8(isLast ? 1 : 0, 0)
    head.writeUInt16LE(bytes.length, 1)
    head.writeUInt16LE(~bytes.length & 0xffff, 3)
    this.#packed += head.length + bytes.length
    yield head
    if (bytes.length > 0) yield bytes
  }

  #sizes(): Buffer {
    const sizes = Buffer.alloc(12)
    for (const [at, size] of [this.#crc, this.#packed, this.#size].entries()) {
      sizes.writeUInt32LE(size, at * 4)
    }
    return sizes
  }
}

function signed(signature: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32LE(signature)
  return bytes
}

function ending(count: number, bytes: number, at: number): Buffer {
  const end = Buffer.alloc(endBytes)
  end.writeUInt32LE(0x06054b50, 0)
  end.writeUInt16LE(count, 8)
  end.writeUInt16LE(count, 10)
  end.writeUInt32LE(bytes, 12)
  end.writeUInt32LE(at, 16)
  return end
}

/** Two seconds are what it can tell apart, and no year before 1980. */
function dosTime(at: Date): number {
  const [year, month, day] = [at.getUTCFullYear(), at.getUTCMonth() + 1, at.getUTCDate()]
  const time = (at.getUTCHours() << 11) | (at.getUTCMinutes() << 5) | (at.getUTCSeconds() >> 1)
  return ((((Math.max(0, year - 1980) << 9) | (month << 5) | day) << 16) | time) >>> 0
}
