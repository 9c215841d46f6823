// A text as it is compared: upper and lower case, full and half width are the same, and each character
// knows where it stood.
import { simplify } from './han.ts'

/** One of what is compared, and where it stood: in code points of the text. */
export interface Folded {
  readonly text: string
  readonly start: number
  readonly length: number
  readonly isEmoji: boolean
}

const picture = String.raw`\p{ExtPict}[\p{EMod}\uFE0F\u20E3\u{E0020}-\u{E007F}]*`
/** A flag, a picture with all that is joined to it, a keycap. */
const emoji = String.raw`\p{RI}{2}|${picture}(?:\u200D${picture})*|[0-9#*]\uFE0F?\u20E3`
/** A syllable of Korean in its parts. */
const jamo = String.raw`[\u1100-\u115F\uA960-\uA97C]+[\u1160-\u11A7\uD7B0-\uD7C6]*`
/** What belongs to the character before it, or shows nothing. */
const following = String.raw`[\p{M}\u11A8-\u11FF\uFF9E\uFF9F\u00AD\u200B-\u200D\u2060\uFEFF]*`
const cluster = new RegExp(`(${emoji})|(?:${jamo}|.)${following}`, 'gsu')

const invisible = /[\u00AD\u200B-\u200D\u2060\uFEFF\p{VS}]/gu
const shades = /[\p{EMod}\p{VS}]/gu

/** Upper case first: `ß` and `SS`, both kinds of sigma are then the same. */
const lower = (text: string) => text.normalize('NFKC').toUpperCase().toLowerCase().normalize('NFKC')

/** `isAlike`: traditional and simplified characters are the same. */
export function fold(text: string, isAlike: boolean): Folded[] {
  const folded: Folded[] = []
  let start = 0
  for (const [whole, drawn] of text.matchAll(cluster)) {
    const length = lengthOf(whole)
    // Some pictures are letters: ™ is found as `tm`.
    if (drawn !== undefined && drawn.normalize('NFKC') === drawn) {
      folded.push({ text: drawn.replace(shades, ''), start, length, isEmoji: true })
    } else {
      for (const each of lower(whole).replace(invisible, '')) {
        folded.push({ text: isAlike ? simplify(each) : each, start, length, isEmoji: false })
      }
    }
    start += length
  }
  return folded
}

/** In code points. */
function lengthOf(text: string): number {
  let length = 0
  for (const _ of text) length++
  return length
}
