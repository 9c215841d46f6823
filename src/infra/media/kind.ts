// What a file is, by its content. Names and what senders say decide nothing that could do harm.
import { fileTypeFromBuffer } from 'file-type'

export interface Kind {
  readonly mime: string
  readonly family: 'image' | 'audio' | 'video' | 'other'
  /** May be shown by a browser from an address of ours; all else is an attachment. */
  readonly isInline: boolean
  /** It begins like a picture, whatever it is called: a camera may have written into it. */
  readonly isPicture: boolean
}

/** What is shown, all of it: no scripts, nothing that fetches. Images are shown as we encode them. */
const shown: Readonly<Record<string, Pick<Kind, 'family'> & { readonly mime?: string }>> = {
  'image/jpeg': { family: 'image' },
  'image/png': { family: 'image' },
  'image/apng': { family: 'image', mime: 'image/png' },
  'image/gif': { family: 'image' },
  'image/webp': { family: 'image' },
  'audio/mpeg': { family: 'audio' },
  'audio/mp4': { family: 'audio' },
  'audio/x-m4a': { family: 'audio', mime: 'audio/mp4' },
  'audio/ogg': { family: 'audio' },
  'audio/wav': { family: 'audio' },
  'audio/flac': { family: 'audio' },
  'audio/aac': { family: 'audio' },
  'video/mp4': { family: 'video' },
  'video/x-m4v': { family: 'video', mime: 'video/mp4' },
  'video/webm': { family: 'video' },
}

/** What may be uploaded as an image. */
export const imageTypes: readonly string[] = Object.keys(shown).filter(
  (mime) => shown[mime]?.family === 'image' && !shown[mime].mime,
)

/** What may run where somebody opens it as what it is; as bytes it is nothing. */
const active = /xml|html|svg|javascript|ecmascript|shockwave|mshelp|java-|ms-shortcut|x-ms-/
/** Of what has no signature: what senders may call it, for nobody takes it for more than text. */
const texts = new Set(['text/plain', 'text/csv', 'text/markdown', 'application/json'])

/** Of what says nothing about itself: pages and programs among it. Nobody's browser opens that. */
export const unknownMime = 'application/octet-stream'

const unknown: Kind = { mime: unknownMime, family: 'other', isInline: false, isPicture: false }

/** What of a text its sender may call it; all else is found out. */
export const calledText = (said: string): string => (texts.has(said) ? said : unknownMime)

/**
 * By its first and last bytes. What also is something else, a script in an image or an archive
 * behind it, is an attachment of no kind.
 */
export async function kindOf(head: Uint8Array, tail: Uint8Array = head, said = ''): Promise<Kind> {
  const found = await fileTypeFromBuffer(head).catch(() => undefined)
  const mime = found?.mime.split(';')[0]?.trim() ?? ''
  if (mime === '') return isText(head) && texts.has(said) ? { ...unknown, mime: said } : unknown
  if (active.test(mime)) return unknown
  const isPicture = mime.startsWith('image/')
  const known = shown[mime]
  if (!known) return { mime, family: familyOf(mime), isInline: false, isPicture }
  if (isTwoThings(head, tail)) return { ...unknown, isPicture }
  return { mime: known.mime ?? mime, family: known.family, isInline: true, isPicture }
}

/** Images that are not shown are files like others: nobody decodes them. */
const familyOf = (mime: string) =>
  /^(audio|video)\//.test(mime) ? (mime.slice(0, 5) as 'audio' | 'video') : 'other'

/** Where browsers and readers look for what something is. */
const sniffed = 1_024

const disguises = [
  // A page: what sniffers look for, not what metadata may contain further on.
  /^[^]{0,512}<(!doctype\s+html|html|head|body|script|iframe|svg|\?php)\b/i,
  /^[^]{0,1024}%PDF-/,
  // Sizes that are program text: GIF89a/*…, RIFF=1;…
  /^GIF8[79]a(\/[*/]|[\x20-\x7e]{4})/,
  /^RIFF[\x20-\x7e]{4}/,
  // Segments in which programs keep things may be that long.
  /^\xff\xd8\xff[^\xe1-\xef]\/[*/]/,
]

function isTwoThings(head: Uint8Array, tail: Uint8Array): boolean {
  const start = Buffer.from(head.subarray(0, sniffed + 8)).toString('latin1')
  return disguises.some((disguise) => disguise.test(start)) || endsAsZip(tail)
}

/** The end of a ZIP's directory, which says how long the comment is that ends the file. */
function endsAsZip(tail: Uint8Array): boolean {
  const bytes = Buffer.from(tail.buffer, tail.byteOffset, tail.byteLength)
  for (let at = bytes.lastIndexOf('PK\x05\x06'); at >= 0;) {
    if (at + 22 <= bytes.length && at + 22 + bytes.readUInt16LE(at + 20) === bytes.length)
      return true
    at = at === 0 ? -1 : bytes.lastIndexOf('PK\x05\x06', at - 1)
  }
  return false
}

/** UTF-8, or cut in the middle of a letter; no control characters but those of lines. */
function isText(head: Uint8Array): boolean {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(head, { stream: true })
    // eslint-disable-next-line no-control-regex -- they are what is looked for
    return !/[\0-\x08\x0e-\x1f]/.test(text)
  } catch {
    return false
  }
}
