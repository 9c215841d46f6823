// What a text is made of when it is searched: words of scripts that put spaces between them, characters of
// those that put none, emoji.
import { fold, type Folded } from './fold.ts'
import { simplify } from './han.ts'

export interface Unit {
  /** `sign`: one character of a script without spaces. Letters and digits make different words. */
  readonly kind: 'word' | 'sign' | 'emoji'
  readonly text: string
  /** Where it stands, in code points. */
  readonly start: number
  readonly length: number
  /** Nothing stands between it and the one before. */
  readonly isJoined: boolean
}

/** Chinese, Japanese, Korean, and others whose words run into each other or take endings. */
const scripts = ['Han', 'Hira', 'Kana', 'Hang', 'Bopo', 'Thai', 'Laoo', 'Khmr', 'Mymr']
const unspaced = new RegExp(`^[${scripts.map((each) => `\\p{scx=${each}}`).join('')}]$`, 'u')
const letter = /^[\p{L}\p{M}]$/u
const digit = /^\p{N}$/u

type Class = 'letter' | 'digit' | 'sign' | 'emoji' | 'gap'

function classOf({ text, isEmoji }: Folded): Class {
  if (isEmoji) return 'emoji'
  const code = text.charCodeAt(0)
  if (code < 0x80) {
    if (code >= 0x61 && code <= 0x7a) return 'letter'
    return code >= 0x30 && code <= 0x39 ? 'digit' : 'gap'
  }
  if (code >= 0x4e00 && code <= 0x9fff) return 'sign'
  if (letter.test(text)) return unspaced.test(text) ? 'sign' : 'letter'
  return digit.test(text) ? 'digit' : 'gap'
}

/** Most texts: each of their UTF-16 units is a character of its own, and stays one. */
const plain =
  /^[\0-\x7F\u3000-\u3004\u3008-\u3020\u3041-\u3096\u30A1-\u30FE\u4E00-\u9FFF\uAC00-\uD7A3\uFF01-\uFF5E]*$/

/** `isAlike`: traditional and simplified characters are the same. */
export function unitsOf(text: string, isAlike: boolean): Unit[] {
  const units: Unit[] = []
  visitUnits(text, isAlike, (kind, form, start, length, isJoined) => {
    units.push({ kind, text: form, start, length, isJoined })
  })
  return units
}

/** As the fields of a unit. */
export type Visit = (
  kind: Unit['kind'],
  text: string,
  start: number,
  length: number,
  isJoined: boolean,
) => void

/** The same without an object for each. */
export function visitUnits(text: string, isAlike: boolean, visit: Visit): void {
  if (plain.test(text)) visitPlain(text, isAlike, visit)
  else visitAny(text, isAlike, visit)
}

/** Without an object for each character either; each keeps its place in one form. */
function visitPlain(original: string, isAlike: boolean, visit: Visit): void {
  const text = original.normalize('NFKC').toLowerCase()
  let before: Class = 'gap'
  for (let start = 0; start < text.length;) {
    const kind = plainClass(text.charCodeAt(start))
    let end = start + 1
    if (kind === 'letter' || kind === 'digit') {
      while (end < text.length && plainClass(text.charCodeAt(end)) === kind) end++
      visit('word', text.slice(start, end), start, end - start, before !== 'gap')
    } else if (kind === 'sign') {
      const sign = isAlike ? simplify(text[start] as string) : (text[start] as string)
      visit(kind, sign, start, 1, before !== 'gap')
    }
    before = kind
    start = end
  }
}

function plainClass(code: number): Class {
  if (code >= 0x3041) return code === 0x30fb ? 'gap' : 'sign'
  if (code >= 0x61 && code <= 0x7a) return 'letter'
  return code >= 0x30 && code <= 0x39 ? 'digit' : 'gap'
}

function visitAny(text: string, isAlike: boolean, visit: Visit): void {
  const folded = fold(text, isAlike)
  let before: Class = 'gap'
  for (let at = 0; at < folded.length;) {
    const kind = classOf(folded[at] as Folded)
    let end = at + 1
    if (kind === 'letter' || kind === 'digit') {
      while (end < folded.length && classOf(folded[end] as Folded) === kind) end++
    }
    if (kind !== 'gap') {
      const [first, last] = [folded[at] as Folded, folded[end - 1] as Folded]
      const characters = folded.slice(at, end).map((each) => each.text)
      const length = last.start + last.length - first.start
      const is = kind === 'letter' || kind === 'digit' ? 'word' : kind
      visit(is, characters.join(''), first.start, length, before !== 'gap')
    }
    before = kind
    at = end
  }
}
