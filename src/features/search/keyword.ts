// A keyword as terms: each has to be found. What stands in quotes is one phrase of whole words; of any
// other term the last word may go on.
import { Failure } from '../../core/failure.ts'
import { waysToWrite } from './han.ts'
import { unitsOf, type Unit } from './units.ts'
import { cutWord, isLong, wordOf } from './words.ts'

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
 * What a slice has in which all of these are found: a question in the words of the index, none of which
 * is asked for in vain. Slices that have them need not have the phrase: the texts say that.
 */
export function queryOf(keyword: string, marks: readonly string[]): string {
  const asked = new Set(marks.map((mark) => quote(mark)))
  for (const { units, isOpen } of termsOf(keyword, true)) {
    for (const [at, unit] of units.entries()) {
      const isLast = at === units.length - 1
      const word = wordOf(unit, units[at + 1])
      if (unit.kind === 'word' && isLast && isOpen) {
        // After another word a single letter says too little to be looked up.
        if (unit.text.length > 1) asked.add(quote(cutWord(unit.text), !isLong(unit.text)))
      } else if (unit.kind !== 'sign' || word !== unit.text) asked.add(quote(word))
      // The last sign of some has been asked for with the one before; alone it begins pairs.
      else if (at === 0 || !isPairOf(units, at)) asked.add(quote(word, true))
    }
  }
  return [...asked].join(' & ')
}

const isPairOf = (units: readonly Unit[], at: number) =>
  units[at - 1]?.kind === 'sign' && units[at]?.isJoined === true

/** A lexeme as `tsquery` writes it; `begins`: whatever begins like it. */
function quote(word: string, begins = false): string {
  return `'${word.replaceAll('\\', '\\\\').replaceAll("'", "''")}'${begins ? ':*' : ''}`
}
