// A keyword as terms: each has to be found. What stands in quotes is one phrase of whole words; of any
// other term the last word may go on.
import { Failure } from '../../core/failure.ts'
import { hashOf, type Asked, type Hash } from './bloom.ts'
import { waysToWrite } from './han.ts'
import { unitsOf, type Unit } from './units.ts'
import { beginningsOf } from './words.ts'

export interface Term {
  readonly units: readonly Unit[]
  /** Of each unit what stands in any text that has it, if that is an easy one: see match.ts. */
  readonly needles: readonly (readonly string[])[]
  /** Its last word may be the beginning of a longer one. */
  readonly isOpen: boolean
}

const quoted = /["“”„«]([^"“”„«»]+)["“”»]/gu

/** `isAlike`: traditional and simplified characters are the same. */
export function termsOf(keyword: string, isAlike: boolean): Term[] {
  const terms: Term[] = []
  const add = (text: string, isWhole: boolean) => {
    const units = unitsOf(text, isAlike)
    const last = units.at(-1)
    if (!last) return
    const needles = units.map((unit) => {
      return unit.kind === 'sign' && isAlike ? waysToWrite(unit.text) : [unit.text]
    })
    terms.push({ units, needles, isOpen: !isWhole && mayGoOn(last, units.length) })
  }
  const rest = keyword.replaceAll(quoted, (_, phrase: string) => {
    add(phrase, true)
    return ' '
  })
  for (const text of rest.split(/\s+/)) add(text, false)
  return terms
}

/** A single letter alone is a word: half of all others begin with it. */
const mayGoOn = (last: Unit, units: number) =>
  last.kind === 'word' && (units > 1 || last.text.length > 1)

/** As `termsOf`, of a keyword in which there is something to find. */
export function requireTerms(keyword: string, isAlike: boolean): Term[] {
  const terms = termsOf(keyword, isAlike)
  if (terms.length === 0) throw new Failure('emptyKeyword', { field: 'keyword' })
  return terms
}

/**
 * What a slice has in which all of these are found, the most telling first as far as their length says.
 * Slices that have them need not have the phrase: the texts say that. A word alone is asked for with parts
 * of it, which are rarely there where the word is not.
 */
export function wordsOf(keyword: string): Asked[] {
  const asked: (Asked & { readonly length: number })[] = []
  let parts: Asked[] = []
  for (const { units, isOpen } of termsOf(keyword, true)) {
    for (const [at, unit] of units.entries()) {
      const goesOn = isOpen && at === units.length - 1
      const next = pairedWith(unit, units[at + 1])
      // The last sign of some has been asked for with the one before.
      if (next === '' && pairedWith(units[at - 1], unit) !== '') continue
      const [word, ...less] = formsOf(unit, next, goesOn)
      if (word === undefined) continue
      asked.push({ ...word, length: unit.text.length + next.length })
      parts = less
    }
  }
  if (asked.length > 1) return asked.toSorted((a, b) => b.length - a.length)
  return [...asked, ...parts.slice(0, asked[0]?.isBeginning ? 3 : 1)]
}

/** A sign makes a word with the next one; whatever else is one by itself. */
const pairedWith = (unit: Unit | undefined, next: Unit | undefined): string =>
  unit?.kind === 'sign' && next?.kind === 'sign' && next.isJoined ? next.text : ''

/** What it is found by, the most telling first. */
function formsOf({ kind, text }: Unit, next: string, goesOn: boolean): Asked[] {
  const whole = (word: Hash): Asked => ({ word, isBeginning: false })
  if (next !== '') return [whole(hashOf(text, next)), whole(hashOf(next))]
  const beginnings = kind === 'word' ? beginningsOf(text) : []
  const forms = beginnings.map((word) => ({ word, isBeginning: true }))
  return goesOn ? forms : [whole(hashOf(text)), ...forms]
}
