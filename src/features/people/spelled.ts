// A keyword as letters that may spell a name: by its syllables, by how they begin, or by both.
import { table, toneless, type Table } from './syllables.ts'

/** A question to names. */
export interface Spelled {
  /** Whether a name begins so. */
  fits(name: string): boolean
  /** For a store, which asks this first: not all that pass fit. */
  beginnings(): Beginnings
}

/** The characters that such a name begins with. */
export interface Beginnings {
  /** Where the first one takes all letters by itself. */
  readonly alone: readonly string[]
  /** The first one, and the next one then; empty for none, and for what is no Han character. */
  readonly first: readonly string[]
  readonly second: readonly string[]
}

/** Null: these are no letters. */
export async function spelled(keyword: string): Promise<Spelled | null> {
  const letters = lettersOf(keyword)
  if (letters === null) return null
  const known = await table()
  return {
    fits: (name) => spells(letters, name, known),
    beginnings: () => beginnings(letters, known),
  }
}

/** A question to names that a store answers with its rows: whose are those that fit. */
export async function ownersSpelled(
  keyword: string,
  find: (asked: Beginnings) => Promise<readonly { id: number; name: string }[]>,
): Promise<number[]> {
  const asked = await spelled(keyword)
  if (!asked) return []
  const rows = await find(asked.beginnings())
  return [...new Set(rows.flatMap(({ id, name }) => (asked.fits(name) ? [id] : [])))]
}

/** In any case and width, with tones or without; spaces, apostrophes and hyphens say nothing. */
export function lettersOf(keyword: string): string | null {
  const letters = toneless(keyword.normalize('NFKC').toLowerCase()).replaceAll(/[\s'’‘`ʼ·-]/g, '')
  return /^[a-z0-9]+$/.test(letters) ? letters : null
}

/** Whether the letters are what a name begins with. Without a Han character it is no spelling. */
function spells(letters: string, name: string, { of }: Table): boolean {
  let reached = new Set([0])
  let isHan = false
  for (const part of partsOf(name)) {
    const signs = of.get(part)
    isHan ||= signs !== undefined
    const syllables = signs ?? (/^[a-z0-9]+$/.test(part) ? [part] : [])
    const next = new Set<number>()
    for (const at of reached) {
      for (const syllable of syllables)
        for (const end of takes(letters, at, syllable)) next.add(end)
    }
    if (next.has(letters.length) && isHan) return true
    if (next.size === 0) return false
    reached = next
  }
  return false
}

const part = /\p{Script=Han}|[a-z]+|[0-9]|\p{L}|\p{N}/gu

/** Characters one by one, words of the alphabet whole. What is neither letter nor digit is passed over. */
const partsOf = (name: string): string[] =>
  toneless(name.normalize('NFKC').toLowerCase()).match(part) ?? []

/** How far the letters go on with a syllable: all of it, how it begins, or all letters that are left. */
function takes(letters: string, at: number, syllable: string): number[] {
  if (syllable.startsWith(letters.slice(at))) return [letters.length]
  if (syllable[0] !== letters[at]) return []
  const ends = [at + 1]
  if (/^[zcs]h/.test(syllable) && letters[at + 1] === 'h') ends.push(at + 2)
  if (letters.startsWith(syllable, at)) ends.push(at + syllable.length)
  return ends
}

function beginnings(letters: string, { alike }: Table): Beginnings {
  const [alone, first]: [string[], string[]] = [[], []]
  // After its first letter a word may be left as a syllable may.
  const following = new Set([letters.charAt(1)])
  for (const { syllables, characters } of alike) {
    const ends = syllables.flatMap((each) => takes(letters, 0, each))
    if (ends.length === 0) continue
    first.push(...characters)
    if (ends.includes(letters.length)) alone.push(...characters)
    for (const end of ends) following.add(letters.charAt(end))
  }
  const written = writtenAs(letters.charAt(0))
  first.push(...written)
  if (letters.length === 1) alone.push(...written)
  const second = alike.flatMap(({ syllables, characters }) =>
    syllables.some((each) => following.has(each.charAt(0))) ? characters : [],
  )
  return { alone, first, second: ['', ...second] }
}

/** Upper and lower case, full and half width. */
const writtenAs = (sign: string): string[] =>
  [...new Set([sign, sign.toUpperCase()])].flatMap((each) => [
    each,
    String.fromCharCode(each.charCodeAt(0) + 0xfee0),
  ])
