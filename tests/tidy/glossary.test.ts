// docs/glossary.md names what a newcomer cannot guess, and nothing that is gone.
import { expect, test } from 'bun:test'
import { join } from 'node:path'
import { features } from '../../src/features/all.ts'
import { ordinaryWords } from './ordinary-words.ts'
import { root, sources } from './sources.ts'

const all = await sources(['src', 'workers'])
const terms = termsOf(await Bun.file(join(root, 'docs/glossary.md')).text())
/** What a feature is about, its plate says. */
const known = new Set([
  ...features.map(({ name }) => name),
  ...terms.flatMap(({ word }) => [word.replace('-', ''), ...word.split(/[ -]/)]),
])
const classes = new Set(terms.flatMap((each) => each.classes))

test('every exported class stands in the glossary', () => {
  const exported = all.flatMap(({ text }) =>
    [...text.matchAll(/^export (?:abstract )?class (\w+)/gm)].map(([, name = '']) => name),
  )
  expect(exported.length).toBeGreaterThan(50)
  expect(exported.filter((name) => !classes.has(name))).toEqual([])
  expect([...classes].filter((name) => !exported.includes(name))).toEqual([])
})

test('every word in the name of a file or folder is an ordinary one or stands in the glossary', () => {
  const words = new Set(all.flatMap(({ path }) => wordsOf(path)))
  const unknown = [...words].filter((word) => !formsOf(word).some(isKnown))
  expect(unknown.toSorted()).toEqual([])
})

test('an ordinary word names a file, and stands in no glossary', () => {
  const used = new Set(all.flatMap(({ path }) => wordsOf(path)).flatMap(formsOf))
  const surplus = [...ordinaryWords].filter((word) => !used.has(word) || known.has(word))
  expect(surplus).toEqual([])
})

test('every word of the glossary is in use', () => {
  const code = all.map(({ path, text }) => inWords(`${path}\n${text}`)).join('\n')
  expect(terms.length).toBeGreaterThan(100)
  expect(terms.filter(({ word }) => !code.includes(inWords(word))).map(({ word }) => word)).toEqual(
    [],
  )
})

test('the glossary is in order, and names no word twice', () => {
  const words = terms.map((each) => each.word)
  expect(words).toEqual(words.toSorted((a, b) => a.localeCompare(b, 'en')))
  expect(words.length).toBe(new Set(words).size)
})

test("what a newcomer searches by the trade's own word is found", () => {
  const trade = `at least once, backpressure, batcher, bounce list, CORS, CSRF, dead letter, dead peer,
    exponential backoff, fair queueing, fan-out, graceful shutdown, group commit, heartbeat,
    idempotent, keep-alive, lease, LRU cache, pagination, prefetch, rate limit, redaction,
    reorder buffer, retention, suppression list, token bucket, tombstone, watchdog`
  const code = all.map(({ text }) => inWords(text)).join('\n')
  const missing = trade.split(/,\s+/).filter((word) => !code.includes(inWords(word)))
  expect(missing).toEqual([])
})

interface Term {
  readonly word: string
  readonly classes: readonly string[]
}

/** Rows of one table: **word** | `Class`, `Class` | meaning. */
function termsOf(page: string): Term[] {
  return [...page.matchAll(/^\| \*\*([^*|]+)\*\* *\| ([^|]*)\|/gm)].map(
    ([, word = '', names = '']) => ({
      word: word.toLowerCase(),
      classes: [...names.matchAll(/`(\w+)`/g)].map(([, name = '']) => name),
    }),
  )
}

function wordsOf(path: string): string[] {
  return path
    .replace(/(\.[a-z]+)*\.ts$/, (end) => end.replace(/\.ts$/, ''))
    .split(/[/.-]/)
    .filter((word) => word !== '')
}

const isKnown = (word: string) => ordinaryWords.has(word) || known.has(word)

/** As it stands, and as one of many would be called. */
const formsOf = (word: string) => [
  word,
  word
    .replace(/ies$/, 'y')
    .replace(/(ss|x|ch|sh)es$/, '$1')
    .replace(/([^su])s$/, '$1'),
]

/** `OutboxBatcher` and `outbox-batcher` as a person says it. */
function inWords(text: string): string {
  return text
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .replaceAll('-', ' ')
    .toLowerCase()
}
