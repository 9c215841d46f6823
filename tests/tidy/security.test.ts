// docs/security.md and the security tests speak of each other, and each test has been seen to fail.
import { expect, test } from 'bun:test'
import { join } from 'node:path'
import { allMutants, lawMutants, testOf } from '../security/mutants.ts'
import { root, sources } from './sources.ts'

const named = (text: string) =>
  [...text.matchAll(/^\s*(?:test|deepTest)\(\s*(['`])(.+?)\1,/gms)].map(
    (found) => found[2] as string,
  )
const groupsAndTests = (text: string) => named(text.replaceAll('describe(', 'test('))
const files = new Map((await sources(['tests'])).map(({ path, text }) => [path, text]))
const document = await Bun.file(join(root, 'docs/security.md')).text()
const own = [...files].filter(([path]) => /^tests\/security\/.*\.test\.ts$/.test(path))
const mutants = await allMutants()

/** As the table writes it: the number of the row, then the rest as a link to its file. */
const entryOf = (path: string, name: string) => {
  const [, row, rest] = /^(\d+) (.*)$/s.exec(name) ?? []
  return new RegExp(`\\| ${row} +\\| \\[${RegExp.escape(rest ?? '')}\\]\\(\\.\\./${path}\\)`)
}

test('every security test begins with its row and stands in the document', () => {
  const missing = own.flatMap(([path, text]) =>
    named(text).filter((name) => !/^\d+ /.test(name) || !entryOf(path, name).test(document)),
  )
  expect(missing).toEqual([])
  expect(own.flatMap(([, text]) => named(text)).length).toBeGreaterThan(40)
})

test('every test the document names is there', () => {
  const links = document.matchAll(/\[([^\]]+)\]\(\.\.\/(tests\/[^)]+\.test\.ts)\)/g)
  const gone = [...links].filter(([, name = '', path = '']) => {
    const text = files.get(path)
    return text === undefined || !groupsAndTests(text).some((each) => each.includes(name))
  })
  expect(gone.map(([link]) => link)).toEqual([])
})

test('every security test has something that was broken to see it fail', () => {
  const unseen = own.flatMap(([path, text]) =>
    named(text).filter(
      (name) =>
        !mutants.some((each) => testOf(each).file === path && name.startsWith(testOf(each).name)),
    ),
  )
  expect(unseen).toEqual([])
  const unsaid = mutants.filter(({ breaks }) => !document.includes(breaks))
  expect(unsaid.map(({ breaks }) => breaks)).toEqual([])
})

test('every mutant of a law can still be made', async () => {
  for (const { breaks, edits } of await lawMutants()) {
    for (const { file, from } of edits) {
      const text = await Bun.file(join(root, file)).text()
      expect([breaks, text.split(from).length - 1]).toEqual([breaks, 1])
    }
  }
})
