// Documents: links lead somewhere, titles are there, both READMEs say the same, lists are complete.
import { Glob } from 'bun'
import { expect, test } from 'bun:test'
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { root } from './sources.ts'

interface Document {
  readonly path: string
  readonly text: string
  /** Without code, in which nothing is a link or a heading. */
  readonly prose: string
}

const code = /^```[\s\S]*?^```$|^[ \t]+```[\s\S]*?^[ \t]+```$|`[^`\n]*`/gm

async function documents(): Promise<Document[]> {
  const found: Document[] = []
  for await (const path of new Glob('**/*.md').scan({ cwd: root })) {
    if (/(^|\/)(node_modules|\.data)\//.test(path)) continue
    const text = await Bun.file(join(root, path)).text()
    found.push({ path, text, prose: text.replace(code, '') })
  }
  return found.toSorted((a, b) => a.path.localeCompare(b.path))
}

const all = await documents()
const named = (path: string) => all.find((each) => each.path === path) as Document

/** As GitHub makes them from headings. */
function anchorsOf(document: Document): string[] {
  return headingsOf(document).map((heading) =>
    heading
      .replace(/^#+ /, '')
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  )
}

function headingsOf({ prose }: Document): string[] {
  return prose.match(/^#{1,6} .+$/gm) ?? []
}

function linksOf({ prose }: Document): string[] {
  return [...prose.matchAll(/\]\(([^)\s]+)\)/g)].map((match) => match[1] as string)
}

function leadsNowhere(from: Document, link: string): boolean {
  if (/^(https?|mailto):/.test(link)) return false
  const [file = '', anchor] = link.split('#')
  const path = file === '' ? from.path : join(dirname(from.path), file)
  if (!existsSync(join(root, path))) return true
  const target = all.find((each) => each.path === path)
  return anchor !== undefined && !(target && anchorsOf(target).includes(anchor))
}

test('every relative link leads to something', () => {
  const broken = all.flatMap((each) =>
    linksOf(each)
      .filter((link) => leadsNowhere(each, link))
      .map((link) => `${each.path}: ${link}`),
  )
  expect(broken).toEqual([])
  expect(all.flatMap(linksOf).length).toBeGreaterThan(20)
})

test('every document has one title, first', () => {
  const untitled = all.filter(
    (each) =>
      !/^# \S/.test(each.text) || headingsOf(each).filter((h) => h.startsWith('# ')).length > 1,
  )
  expect(untitled.map((each) => each.path)).toEqual([])
})

test('what a stranger looks for is there', () => {
  const wanted = ['README.md', 'README.zh-CN.md', 'CHANGELOG.md', 'CONTRIBUTING.md', 'SECURITY.md']
  expect(wanted.filter((path) => !named(path))).toEqual([])
  expect(existsSync(join(root, 'LICENSE'))).toBe(true)
  expect(named('CHANGELOG.md').text).toContain('## [Unreleased]')
})

test('both READMEs have the same shape, code and links', () => {
  const [english, chinese] = [named('README.md'), named('README.zh-CN.md')]
  const levels = (document: Document) => headingsOf(document).map((each) => each.indexOf(' '))
  expect(levels(chinese)).toEqual(levels(english))
  const blocks = ({ text }: Document) => text.match(/^```[\s\S]*?^```$/gm) ?? []
  expect(blocks(chinese)).toEqual(blocks(english))
  const foreign = (document: Document) =>
    linksOf(document).filter((link) => !link.startsWith('README'))
  expect(foreign(chinese)).toEqual(foreign(english))
  const markers = ({ text }: Document) => text.match(/<!-- .+? -->/g)
  expect(markers(chinese)).toEqual(markers(english))
})

test('every dependency has its sentence, and no other has', async () => {
  const { dependencies, devDependencies } = await Bun.file(join(root, 'package.json')).json()
  const { text } = named('docs/decisions/dependencies.md')
  const rows = [...text.matchAll(/^\| `([^`]+)`/gm)].map((match) => match[1] as string)
  const wanted = Object.keys({ ...dependencies, ...devDependencies })
  expect(rows.toSorted()).toEqual(wanted.toSorted())
})
