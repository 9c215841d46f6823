// A picture out of a video, where ffmpeg is installed.
import { join } from 'node:path'
import type { Clock } from '../../core/clock.ts'
import { limits } from '../limits.ts'
import { runBounded } from './bounded.ts'

/** Reads as what it is and nothing else: a playlist named like a video would fetch what it lists. */
const demuxers: Readonly<Record<string, string>> = {
  'video/mp4': 'mov',
  'video/quicktime': 'mov',
  'video/webm': 'matroska',
}

export const findFfmpeg = (): string | null => Bun.which('ffmpeg')

/** Whether it wrote `poster.png` beside the file `name`. */
export async function makePoster(
  ffmpeg: string,
  folder: string,
  name: string,
  mime: string,
  clock: Clock,
): Promise<boolean> {
  const demuxer = demuxers[mime]
  if (!demuxer) return false
  const bounds = limits.media.poster
  const side = limits.media.image.largeSide
  const scale = `scale='min(${side},iw)':'min(${side},ih)':force_original_aspect_ratio=decrease`
  const input = ['-protocol_whitelist', 'file', '-f', demuxer, '-i', `file:${join(folder, name)}`]
  const output = ['-map', '0:v:0', '-frames:v', '1', '-vf', scale, '-f', 'image2', '-update', '1']
  const quietly = ['-nostdin', '-v', 'quiet', '-threads', '1']
  const command = [ffmpeg, ...quietly, ...input, ...output, '-y', 'poster.png']
  const ran = await runBounded(command, folder, { ...bounds, outputBytes: 0 }, clock)
  return ran.outcome === 'ended' && ran.code === 0
}
