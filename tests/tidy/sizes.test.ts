// Files stay small enough to be read in one sitting, and open with what they are for.
import { expect, test } from 'bun:test'
import { sources } from './sources.ts'

const all = await sources(['src', 'workers', 'tests', 'bench', 'docs', 'scripts'])

test('no file passes 300 lines, no line 110 columns', () => {
  const long = all.filter((source) => source.text.split('\n').length > 301)
  expect(long.map((source) => source.path)).toEqual([])
  // `bun fmt` wraps code at 100; only a string or a comment can be longer.
  const wide = all.filter((source) => source.text.split('\n').some((line) => line.length > 110))
  expect(wide.map((source) => source.path)).toEqual([])
})

test('every file opens with one line on its job', () => {
  const silent = all.filter((source) => !/^(#!.*\n)?\/\/ \S/.test(source.text))
  expect(silent.map((source) => source.path)).toEqual([])
})

test('files in one folder are no barrels, names say what is inside', () => {
  const vague = all.filter((source) =>
    /\/(utils?|helpers?|common|manager|index|misc)\.ts$/.test(source.path),
  )
  expect(vague.map((source) => source.path)).toEqual([])
})

test('nothing is skipped, focused or left to do', () => {
  const marks = /\b(test|it|describe)\.(only|todo)\(|\b(TODO|FIXME|XXX)\b/
  const marked = all.filter((source) => marks.test(source.text) && !source.path.includes('tidy/'))
  expect(marked.map((source) => source.path)).toEqual([])
})
