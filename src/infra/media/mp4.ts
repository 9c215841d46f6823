// Duration and size of MP4, M4A and QuickTime: boxes are walked, tables of samples are not read.
import { limits } from '../limits.ts'
import type { Ranges } from './ranges.ts'

export interface Facts {
  /** Seconds. */
  readonly duration: number | null
  readonly width: number | null
  readonly height: number | null
}

export interface Box {
  readonly type: string
  /** Where its head begins. */
  readonly at: number
  /** Of what is in it. */
  readonly start: number
  readonly end: number
}

export async function mp4Facts(ranges: Ranges): Promise<Facts> {
  const count = { boxes: 0 }
  const walk = (from: number, to: number) => boxes(ranges, from, to, count)
  let duration: number | null = null
  let size: { width: number; height: number } | null = null
  for await (const top of walk(0, ranges.size)) {
    if (top.type !== 'moov') continue
    for await (const box of walk(top.start, top.end)) {
      if (box.type === 'mvhd') duration ??= await movieDuration(ranges, box)
      if (box.type !== 'trak' || size) continue
      for await (const inner of walk(box.start, box.end)) {
        if (inner.type === 'tkhd') size ??= await trackSize(ranges, inner)
      }
    }
    break
  }
  return { duration, width: size?.width ?? null, height: size?.height ?? null }
}

/** Boxes that say where, when and by what it was filmed, of the movie and of its tracks. */
export async function mp4Traces(ranges: Ranges): Promise<Box[]> {
  const count = { boxes: 0 }
  const found: Box[] = []
  const look = async (from: Box | null): Promise<void> => {
    const { start, end } = from ?? { start: 0, end: ranges.size }
    for await (const box of boxes(ranges, start, end, count)) {
      if (from && (box.type === 'udta' || box.type === 'meta')) found.push(box)
      else if (box.type === (from ? 'trak' : 'moov')) await look(box)
    }
  }
  await look(null)
  return found
}

/** ISO/IEC 14496-12, 4.2: each begins with its length and its type. */
async function* boxes(
  ranges: Ranges,
  from: number,
  to: number,
  count: { boxes: number },
): AsyncGenerator<Box> {
  for (let at = from; at + 8 <= to;) {
    if (++count.boxes > limits.media.container.boxesMax) throw new Error('too many boxes')
    const head = Buffer.from(await ranges.read(at, 16))
    const short = head.readUInt32BE(0)
    const long = short === 1
    // 0: to the end; 1: the length stands behind the type.
    const length = short === 0 ? to - at : long ? Number(head.readBigUInt64BE(8)) : short
    const start = at + (long ? 16 : 8)
    const end = Math.min(to, at + length)
    if (end < start) throw new Error('a box is shorter than its head')
    yield { type: head.toString('latin1', 4, 8), at, start, end }
    at = end
  }
}

/** 8.2.2: in units of its own, null for what does not say, as a live recording. */
async function movieDuration(ranges: Ranges, box: Box): Promise<number | null> {
  const body = Buffer.from(await ranges.read(box.start, 32))
  const isLong = body.readUInt8(0) === 1
  const scale = body.readUInt32BE(isLong ? 20 : 12)
  const units = isLong ? Number(body.readBigUInt64BE(24)) : body.readUInt32BE(16)
  const isUnsaid = units === 0xffff_ffff || units >= 2 ** 63
  return scale === 0 || units === 0 || isUnsaid ? null : units / scale
}

/** 8.3.2: as it is shown. Phones film lying down and say how to turn it. Sound has no size. */
async function trackSize(
  ranges: Ranges,
  box: Box,
): Promise<{ width: number; height: number } | null> {
  const body = Buffer.from(await ranges.read(box.start, 96))
  const matrix = body.readUInt8(0) === 1 ? 52 : 40
  const isTurned = body.readInt32BE(matrix) === 0 && body.readInt32BE(matrix + 16) === 0
  const sides = [body.readUInt32BE(matrix + 36), body.readUInt32BE(matrix + 40)]
  const [width = 0, height = 0] = (isTurned ? sides.toReversed() : sides).map((side) =>
    Math.round(side / 65_536),
  )
  return width > 0 && height > 0 ? { width, height } : null
}
