// Whether a message says what is looked for, and where.
import { limits } from './limits.ts'
import type { Term } from './keyword.ts'
import { unitsOf, type Unit } from './units.ts'
import { textsOf, type Said } from './words.ts'

/** A stretch of `content` in code points: where it begins, and its length. */
export type Range = [start: number, length: number]

/** Where each term stands in `content`; null: one of them stands nowhere in the message. */
export function match(terms: readonly Term[], said: Said, isAlike: boolean): Range[] | null {
  const { content, others } = textsOf(said)
  if (others.length === 0 && !mightSay(terms, content)) return null
  const inContent = unitsOf(content, isAlike)
  const elsewhere = others.map((text) => unitsOf(text, isAlike))
  const found: Range[] = []
  for (const term of terms) {
    const here = placesOf(term, inContent)
    if (here.length === 0 && !elsewhere.some((units) => placesOf(term, units).length > 0)) {
      return null
    }
    found.push(...here)
  }
  return merged(found).slice(0, limits.search.highlightsMax)
}

/**
 * Of texts of these alone lower case is all there is to know, but for characters that are written in two
 * ways. As Postgres writes it, too.
 */
export const easyCharacters =
  String.raw`\u0001-\u007F\u3000-\u3020\u3041-\u3096\u30A1-\u30FE\u4E00-\u9FFF` +
  String.raw`\uAC00-\uD7A3\uFF01-\uFF0F\uFF1A-\uFF20`
const easy = new RegExp(`^[${easyCharacters}]*$`)

/** A look that costs a tenth: most candidates of a frequent word say something else. */
function mightSay(terms: readonly Term[], content: string): boolean {
  if (!easy.test(content)) return true
  const text = content.toLowerCase()
  return terms.every(({ needles }) =>
    needles.every((ways) => ways.some((each) => text.includes(each))),
  )
}

/** More of them would say little more. */
const patternsMax = 4

/**
 * As Postgres writes regular expressions: each fits whatever text has the terms. What stands together in a
 * term stands together in an easy text; any other text fits.
 */
export function patternsOf(terms: readonly Term[]): string[] {
  const runs: string[] = []
  for (const { units, needles } of terms) {
    for (const [n, ways] of needles.entries()) {
      const before = n > 0 && units[n]?.isJoined ? runs.pop() : undefined
      runs.push(`${before ?? ''}(?:${ways.map(inBothCases).join('|')})`)
    }
  }
  const longest = runs.toSorted((a, b) => b.length - a.length).slice(0, patternsMax)
  return longest.map((run) => `${run}|[^${easyCharacters}]`)
}

const inBothCases = (text: string) =>
  text.replaceAll(/[a-z]|[!-/:-@[-`{-~]/g, (each) => {
    return /[a-z]/.test(each) ? `[${each}${each.toUpperCase()}]` : `\\${each}`
  })

function placesOf(term: Term, units: readonly Unit[]): Range[] {
  const places: Range[] = []
  const count = term.units.length
  for (let at = 0; at + count <= units.length; at++) {
    if (!standsAt(term, units, at)) continue
    places.push(rangeOf(term, units, at))
    at += count - 1
  }
  return places
}

function standsAt({ units: asked, isOpen }: Term, units: readonly Unit[], at: number): boolean {
  for (const [n, want] of asked.entries()) {
    const has = units[at + n] as Unit
    if (has.kind !== want.kind) return false
    // What was written together has to stand together; between other words anything may stand.
    if (n > 0 && want.isJoined && !has.isJoined) return false
    const goesOn = isOpen && n === asked.length - 1
    if (goesOn ? !has.text.startsWith(want.text) : has.text !== want.text) return false
  }
  return true
}

function rangeOf({ units: asked }: Term, units: readonly Unit[], at: number): Range {
  const [first, last] = [units[at] as Unit, units[at + asked.length - 1] as Unit]
  const want = (asked.at(-1) as Unit).text
  const end = last.start + shownOf(last, want)
  return [first.start, end - first.start]
}

/** Of a word that goes on, as much as was asked for, where its characters are those of the text. */
function shownOf({ text, length }: Unit, want: string): number {
  return want.length < text.length && [...text].length === length ? [...want].length : length
}

/** In the order of the text; what overlaps is one. */
function merged(ranges: Range[]): Range[] {
  const result: Range[] = []
  for (const [start, length] of ranges.toSorted((a, b) => a[0] - b[0] || a[1] - b[1])) {
    const last = result.at(-1)
    if (last && start < last[0] + last[1]) {
      last[1] = Math.max(last[1], start + length - last[0])
    } else result.push([start, length])
  }
  return result
}
