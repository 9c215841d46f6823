// Images: bounds by the header, then decoded and encoded anew in a process of their own.
import { join } from 'node:path'
import type { Clock } from '../../core/clock.ts'
import { limits } from '../limits.ts'
import { runBounded } from './bounded.ts'
import { imageHeaderOf } from './image.header.ts'

/** What the process is told. */
export interface ImageOrder {
  readonly file: string
  readonly format: 'jpeg' | 'png' | 'gif' | 'webp'
  readonly animated: boolean
  readonly lossless: boolean
  /** Whether the image itself is wanted, or the smaller ones alone. */
  readonly keepsWhole: boolean
  readonly pixelsMax: number
  readonly seconds: number
  readonly large: number
  readonly small: number
}

export interface Made {
  readonly width: number
  readonly height: number
  readonly size: number
}

/** What it says; the files lie in its folder, by these names. */
export interface ImageReply {
  readonly whole: Made | null
  readonly large: Made
  readonly small: Made
  readonly thumbhash: string
}

export type ImageOutcome =
  | { readonly outcome: 'made'; readonly reply: ImageReply }
  /** By its header, nothing was decoded. */
  | { readonly outcome: 'pixels' | 'frames' }
  /** It took more than it was given. */
  | { readonly outcome: 'time' | 'memory' }
  /** No image, or a broken one. */
  | { readonly outcome: 'unreadable' }

const program = Bun.fileURLToPath(new URL('./image.child.ts', import.meta.url))

/** Of the file `name` in `folder`; writes `whole`, `large` and `small` beside it. */
export async function makeImage(
  folder: string,
  name: string,
  mime: string,
  keepsWhole: boolean,
  clock: Clock,
): Promise<ImageOutcome> {
  const bounds = limits.media.image
  const bytes = await Bun.file(join(folder, name)).bytes()
  const header = imageHeaderOf(bytes, mime, bounds.framesMax)
  if (!header) return { outcome: 'unreadable' }
  const { width, height, frames } = header
  if (frames > bounds.framesMax) return { outcome: 'frames' }
  if (width * height > bounds.pixelsMax || width * height * frames > bounds.framePixelsMax) {
    return { outcome: 'pixels' }
  }
  const order: ImageOrder = {
    file: name,
    format: mime.slice('image/'.length) as ImageOrder['format'],
    animated: frames > 1,
    lossless: Buffer.from(bytes.subarray(12, 16)).toString() === 'VP8L',
    keepsWhole,
    pixelsMax: bounds.framePixelsMax,
    seconds: Math.ceil(bounds.milliseconds / 1000),
    large: bounds.largeSide,
    small: bounds.smallSide,
  }
  const command = [process.execPath, '--smol', program, JSON.stringify(order)]
  const ran = await runBounded(command, folder, { ...bounds, outputBytes: 65_536 }, clock)
  if (ran.outcome === 'output' || (ran.outcome === 'ended' && ran.code !== 0)) {
    return { outcome: 'unreadable' }
  }
  if (ran.outcome !== 'ended') return { outcome: ran.outcome }
  return { outcome: 'made', reply: JSON.parse(ran.output.toString()) as ImageReply }
}
