// What the index has of a text: its words, and the filter of a slice, as Postgres asks it.
import { afterAll, beforeAll, expect, test } from 'bun:test'
import * as fc from 'fast-check'
import {
  bitsOf,
  filterOf,
  hashOf,
  noWords,
  type Asked,
  type Hash,
} from '../../src/features/search/bloom.ts'
import { wordsOf } from '../../src/features/search/keyword.ts'
import { limits } from '../../src/features/search/limits.ts'
import { unitsOf } from '../../src/features/search/units.ts'
import { wordsIn } from '../../src/features/search/words.ts'
import { openDatabase, type OpenDatabase } from '../support/database.ts'
import { said } from './search.said.ts'

let database: OpenDatabase
beforeAll(async () => {
  database = await openDatabase()
})
afterAll(() => database[Symbol.asyncDispose]())

/** Of these questions, each some words, how many a filter does not deny. */
async function admitted(filter: Buffer, questions: readonly (readonly Asked[])[]): Promise<number> {
  const [row] = await database.sql<{ count: number }[]>`
    with one as materialized (select decode(${filter.toString('hex')}, 'hex') as f)
    select count(*) filter (where (
      select bool_and(get_bit(f, bit::int % (8 * octet_length(f))) = 1)
      from jsonb_array_elements_text(bits) bit))::int as count
    from one,
      jsonb_array_elements(${JSON.stringify(questions.map((each) => bitsOf(each)))}::text::jsonb) bits`
  return row?.count ?? 0
}

const whole = (word: Hash): Asked => ({ word, isBeginning: false })
const filterOfWords = (words: readonly Hash[]) => filterOf({ ...noWords(), wholes: new Set(words) })

const named = (count: number, prefix: string) =>
  Array.from({ length: count }, (_, n) => hashOf(`${prefix}${n}`))

test('it has all that was put in, together and each', async () => {
  const word = fc.oneof(fc.string({ unit: 'binary', minLength: 1 }), fc.string({ minLength: 1 }))
  await fc.assert(
    fc.asyncProperty(fc.uniqueArray(word, { minLength: 1, maxLength: 300 }), async (words) => {
      const hashes = words.map((each) => hashOf(each))
      const filter = filterOfWords(hashes)
      const questions = [hashes.map(whole), ...hashes.map((each) => [whole(each)])]
      expect(await admitted(filter, questions)).toBe(questions.length)
    }),
    { numRuns: 30 },
  )
})

test.each([1, 20, 300, 3_900])(
  'of %i words it has one of a thousand others at most',
  async (count) => {
    const filter = filterOfWords(named(count, 'in '))
    const others = named(4_000, 'out ')
    expect(
      await admitted(
        filter,
        others.map((each) => [whole(each)]),
      ),
    ).toBeLessThanOrEqual(12)
    // Two are asked for by half of the bits of each.
    const pairs = others.slice(1).map((each, at) => [whole(each), whole(others[at] as Hash)])
    expect(await admitted(filter, pairs)).toBeLessThanOrEqual(12)
  },
)

test('one that is full is as long as a row may be, and denies little', async () => {
  const words = named(10_000, 'in ')
  const filter = filterOfWords(words)
  expect(filter).toHaveLength(limits.filter.bytesMax)
  expect(
    await admitted(
      filter,
      words.map((each) => [whole(each)]),
    ),
  ).toBe(words.length)
  await database.sql`
    insert into message_slices
    select 1, 1, 1, 1, 1, now(), now(), true, decode(${filter.toString('hex')}, 'hex')`
})

test.each([
  ['she watched herons', 'her'],
  ['she watched herons', 'heron'],
  ['she watched herons', 'herons watched'],
  ['一只苍鹭飞过', '苍鹭'],
  ['一只苍鹭飞过', '飞'],
  ['一只蒼鷺飛過', '苍鹭飞'],
  ['room 1204b', '12 room'],
])('%p has what %p asks for', (content, keyword) => {
  const has = noWords()
  wordsIn({ message_type: 1, content, media_url: '', file_name: null }, has)
  const asked = wordsOf(keyword)
  expect(asked.length).toBeGreaterThan(0)
  const isMissing = ({ word, isBeginning }: Asked) =>
    !(isBeginning ? has.beginnings : has.wholes).has(word)
  expect(asked.filter(isMissing)).toEqual([])
})

test('a text is made of the same, whether its characters are easy or hard to tell apart', () => {
  for (const what of Object.values(said)) {
    const text = `${typeof what === 'string' ? what : what.content}, ＦＷ１２・`
    // What shows nothing changes nothing, and takes the long way.
    const long = unitsOf(`${text}!\u200B`, true)
    expect(unitsOf(`${text}!`, true)).toEqual(long)
  }
})
