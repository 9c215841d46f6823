// What a file is: by its first bytes, never by what somebody calls it.
import { fileTypeFromBuffer } from 'file-type'

/** Of what says nothing about itself: text, pages and programs among it. Nobody's browser opens that. */
export const unknownMime = 'application/octet-stream'

export async function mimeOf(head: Uint8Array): Promise<string> {
  return (await fileTypeFromBuffer(head))?.mime ?? unknownMime
}

/** What may be uploaded as an image. */
export const imageTypes: readonly string[] = [
  'image/png',
  'image/jpeg',
  'image/gif',
  'image/webp',
  'image/avif',
  'image/heic',
  'image/heif',
]

/** What a browser shows without running anything that stands in it. All else is a download. */
const shown = new Set([
  'image/png',
  'image/jpeg',
  'image/gif',
  'image/webp',
  'image/avif',
  'audio/mpeg',
  'audio/ogg',
  'audio/wav',
  'audio/aac',
  'audio/flac',
  'audio/x-flac',
  'audio/mp4',
  'audio/x-m4a',
  'video/mp4',
  'video/webm',
  'video/quicktime',
])

export const isShown = (mime: string): boolean => shown.has(mime)

/** A download by a type that some reader might take for a page says no type at all. */
export function servedAs(mime: string): string {
  return isShown(mime) || !/^text\/|xml|html|script|json/.test(mime) ? mime : unknownMime
}
