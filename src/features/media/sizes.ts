// What of a file is served: itself, or a smaller picture of it.
import { must } from '../../core/assert.ts'
import { derivedKey } from '../../infra/media/derived.ts'
import type { MediaRow } from './row.ts'

export const sizes = ['large', 'small'] as const
export type Size = (typeof sizes)[number]

export interface Served {
  readonly key: string
  readonly bytes: number
  readonly mime: string
  readonly isInline: boolean
  readonly etag: string
}

/** Null where it has no picture of that size. */
export function servedOf(row: MediaRow, size: Size | null): Served | null {
  const digest = must(row.digest, 'a stored file has a digest').toString('base64url')
  if (size === null) {
    const { key, bytes, mime, is_inline: isInline } = row
    return { key, bytes, mime: isInline ? mime : downloadedAs(mime), isInline, etag: `"${digest}"` }
  }
  const bytes = size === 'large' ? row.large_bytes : row.small_bytes
  if (bytes === null) return null
  const etag = `"${digest}-${size}"`
  return { key: derivedKey(row.key, size), bytes, mime: 'image/webp', isInline: true, etag }
}

/** A download by a type that some reader might take for a page says no type at all. */
const downloadedAs = (mime: string) =>
  /^text\/|xml|html|script|json/.test(mime) ? 'application/octet-stream' : mime
