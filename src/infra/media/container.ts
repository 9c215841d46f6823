// How long audio and video are and how large, by what their container says; null for what it does not.
import { parseBlob, type IAudioMetadata } from 'music-metadata'
import { withDeadline, type Clock } from '../../core/clock.ts'
import { limits } from '../limits.ts'
import { mp4Facts, type Facts } from './mp4.ts'
import type { Ranges } from './ranges.ts'

const none: Facts = { duration: null, width: null, height: null }

/** Never rejects: a container that cannot be read says nothing. */
export async function containerFacts(ranges: Ranges, mime: string, clock: Clock): Promise<Facts> {
  const work = /^(video|audio)\/(mp4|quicktime|3gpp2?)$/.test(mime)
    ? mp4Facts(ranges)
    : otherFacts(ranges, mime)
  try {
    const late = () => new Error('too late')
    return plausible(await withDeadline(clock, limits.media.container.milliseconds, work, late))
  } catch {
    return none
  }
}

async function otherFacts(ranges: Ranges, mime: string): Promise<Facts> {
  const found: IAudioMetadata = await parseBlob(blobOf(ranges, mime), {
    // Ogg says it in its last page alone; the others would count every frame.
    duration: mime.endsWith('/ogg'),
    skipCovers: true,
    skipPostHeaders: true,
  })
  const { duration, trackInfo } = found.format
  const video = trackInfo.find((track) => track.video?.pixelWidth)?.video
  return {
    duration: duration ?? null,
    width: video?.pixelWidth ?? null,
    height: video?.pixelHeight ?? null,
  }
}

/** What the parser asks of a blob, and no more. */
function blobOf(ranges: Ranges, type: string): Blob {
  const slice = (start: number, end: number) => ({
    arrayBuffer: async () => (await ranges.read(start, end - start)).buffer,
  })
  return { size: ranges.size, type, slice } as unknown as Blob
}

/** A file may say anything. */
function plausible({ duration, width, height }: Facts): Facts {
  const { secondsMax, sideMax } = limits.media.container
  const isTime = duration !== null && duration > 0 && duration <= secondsMax
  const isSide = (side: number | null) =>
    Number.isInteger(side) && Number(side) > 0 && Number(side) <= sideMax
  const isSize = isSide(width) && isSide(height)
  return {
    duration: isTime ? Math.round(duration * 1000) / 1000 : null,
    width: isSize ? width : null,
    height: isSize ? height : null,
  }
}
