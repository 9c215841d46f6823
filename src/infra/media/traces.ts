// What cameras write into pictures that nobody encodes anew, blanked where it stands: place, device, owner,
// comments, small pictures. The picture stays what it is, byte for byte.
import { limits } from '../limits.ts'

/** TIFF 6.0 is what Exif is written in, whatever lies around it: JPEG, HEIC, AVIF, PNG, WebP, raw files. */
const headers = ['II*\0', 'MM\0*'].map((each) => Buffer.from(each, 'latin1'))
/** Of raw files alone, which begin with them. */
const rawHeaders = /^(IIU\0|IIRO|IIRS|MMOR)/

/** Bytes that one value of each type takes. */
const typeBytes = [0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4]
const ascii = 2

const exifDirectory = 0x8769
const gpsDirectory = 0x8825
const subDirectories = 0x014a
const [smallStart, smallLength] = [0x0201, 0x0202]
/** No text, and tells as much: XMP, IPTC, Photoshop's, the maker's, comments, what Windows adds. */
const telling = new Set([
  0x02bc, 0x83bb, 0x8649, 0x927c, 0x9286, 0x9c9b, 0x9c9c, 0x9c9d, 0x9c9e, 0x9c9f, 0xc634,
])

/** Answers whether anything was there. */
export function blankTraces(bytes: Uint8Array): boolean {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let found = blankXmp(view)
  if (rawHeaders.test(view.toString('latin1', 0, 4))) found = blankTiff(view, 0) || found
  for (const header of headers) {
    let left: number = limits.media.traces.headersMax
    for (let at = view.indexOf(header); at >= 0 && left-- > 0; at = view.indexOf(header, at + 4)) {
      found = blankTiff(view, at) || found
    }
  }
  return found
}

/** A packet of XMP is text, so spaces are as good. */
function blankXmp(view: Buffer): boolean {
  let found = false
  const end = '</x:xmpmeta>'
  for (let at = view.indexOf('<x:xmpmeta'); at >= 0; at = view.indexOf('<x:xmpmeta', at + 1)) {
    const last = view.indexOf(end, at)
    if (last < 0) break
    view.fill(0x20, at, last + end.length)
    found = true
  }
  return found
}

interface Entry {
  readonly tag: number
  readonly type: number
  readonly count: number
  /** Where its values stand. */
  readonly at: number
  readonly bytes: number
}

interface Directory {
  readonly at: number
  readonly isPlace: boolean
}

/** Nothing is touched unless its directories are whole: four bytes like these may stand anywhere. */
function blankTiff(view: Buffer, start: number): boolean {
  const isLittle = view[start] === 0x49
  const u16 = (at: number) => (isLittle ? view.readUInt16LE(at) : view.readUInt16BE(at))
  const u32 = (at: number) => (isLittle ? view.readUInt32LE(at) : view.readUInt32BE(at))
  const entriesAt = (at: number): Entry[] | null => {
    if (at + 2 > view.length) return null
    const count = u16(at)
    if (count === 0 || count > limits.media.traces.entriesMax) return null
    if (at + 2 + count * 12 + 4 > view.length) return null
    const entries: Entry[] = []
    for (let each = at + 2; each < at + 2 + count * 12; each += 12) {
      const [type, values] = [u16(each + 2), u32(each + 4)]
      const bytes = (typeBytes[type] ?? 0) * values
      if (bytes === 0 && !(type > 0 && type < typeBytes.length)) return null
      const where = bytes <= 4 ? each + 8 : start + u32(each + 8)
      entries.push({ tag: u16(each), type, count: values, at: where, bytes })
    }
    return entries
  }
  const blank = (at: number, bytes: number) =>
    void view.fill(0, at, Math.min(view.length, at + bytes))

  if (start + 8 > view.length) return false
  const waiting: Directory[] = [{ at: start + u32(start + 4), isPlace: false }]
  const seen = new Set<number>()
  let found = false
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    if (seen.has(next.at) || seen.size >= limits.media.traces.directoriesMax) continue
    seen.add(next.at)
    const entries = entriesAt(next.at)
    if (!entries) continue
    const following = u32(next.at + 2 + entries.length * 12)
    if (following > 0) waiting.push({ at: start + following, isPlace: false })
    // Where the small picture lies is read before anything is blanked.
    const valueOf = (tag: number) => {
      const entry = entries.find((each) => each.tag === tag)
      return entry && entry.bytes === 4 ? u32(entry.at) : 0
    }
    // In a file that is TIFF itself it may be the picture.
    if (start > 0) blank(start + valueOf(smallStart), valueOf(smallLength))
    for (const { tag, type, count, at, bytes } of entries) {
      if (at + bytes > view.length) continue
      if (tag === exifDirectory || tag === gpsDirectory || tag === subDirectories) {
        const places = bytes === 4 * count ? Math.min(count, 16) : 0
        for (let n = 0; n < places; n++) {
          waiting.push({ at: start + u32(at + 4 * n), isPlace: tag === gpsDirectory })
        }
      } else if (next.isPlace || type === ascii || telling.has(tag)) {
        blank(at, bytes)
        found = true
      }
    }
  }
  return found
}
