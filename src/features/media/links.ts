// Links to the bytes of a file: signed, for one viewer, and for a minute.
import type { BaseContext } from '../../context.ts'
import { sameBytes, type Seal } from '../../core/seal.ts'
import { mediaPath } from '../../protocol/paths.ts'
import type { Media } from '../../protocol/media.ts'
import type { MediaRow } from './row.ts'

type Parts = Pick<BaseContext, 'config' | 'seal' | 'clock'>

/** What a link says. It proves who asked for it; whether they may is asked when it is followed. */
export interface Link {
  readonly media: number
  readonly viewer: number
  /** Unix seconds. */
  readonly until: number
}

export function linkFor({ config, seal, clock }: Parts, media: number, viewer: number) {
  const { url, linkSeconds } = config.media
  const until = Math.floor(clock.now().getTime() / 1000) + linkSeconds
  const signature = sign(seal, { media, viewer, until }).toString('base64url')
  const query = new URLSearchParams({ viewer: `${viewer}`, until: `${until}`, signature })
  const base = (url || config.publicUrl).replace(/(?<!\/)\/+$/, '')
  return {
    url: `${base}${mediaPath(media)}/file?${query}`,
    expires_at: new Date(until * 1000).toISOString(),
  }
}

export function isSigned({ seal, clock }: Parts, link: Link, signature: string): boolean {
  const isRight = sameBytes(Buffer.from(signature, 'base64url'), sign(seal, link))
  return isRight && link.until * 1000 > clock.now().getTime()
}

const sign = (seal: Seal, { media, viewer, until }: Link): Buffer =>
  seal.mac(`media ${media} for ${viewer} until ${until}`)

export function showMedia(parts: Parts, viewer: number, row: MediaRow): Media {
  const { state, width, height, duration, thumbhash } = row
  return {
    media_id: row.id,
    url: linkFor(parts, row.id, viewer).url,
    path: mediaPath(row.id),
    filename: row.filename,
    size: row.bytes,
    mime: row.mime,
    ...(width === null ? {} : { width }),
    ...(height === null ? {} : { height }),
    ...(duration === null ? {} : { duration }),
    ...(thumbhash === null ? {} : { thumbhash }),
    ...(state === 'processing' || state === 'refused' ? { state } : {}),
  }
}
