// Everything a person reads is there in every language, and nothing is there that nobody says.
import type { TObject } from '@sinclair/typebox'
import { expect, test } from 'bun:test'
import { closes } from '../../src/protocol/closes.ts'
import { errors } from '../../src/protocol/errors.ts'
import { Favorite } from '../../src/protocol/favorites.ts'
import { FriendRequest } from '../../src/protocol/friends.ts'
import { JoinRequest } from '../../src/protocol/groups.members.ts'
import type { Operation } from '../../src/protocol/operation.ts'
import { operations } from '../../src/protocol/operations.ts'
import { clientFrames } from '../../src/protocol/frames.ts'
import { Phrase } from '../../src/protocol/scalars.ts'
import { en, type Texts } from '../../src/texts/en.ts'
import type { MailKind, MailLine, MailTexts } from '../../src/texts/mails.ts'
import { phrases } from '../../src/texts/phrases.ts'
import { texts } from '../../src/texts/texts.ts'
import { zh } from '../../src/texts/zh.ts'
import { sources } from './sources.ts'

const code = await sources(['src/features', 'src/socket', 'src/http', 'workers'])
const chinese = /\p{Script=Han}/u

/** `message: '…'` in answers, also behind a condition, and what sockets are closed with. */
function phrasesSaid(text: string): string[] {
  const literals = (part: string) => [...part.matchAll(/'((?:[^'\\]|\\.)+)'/g)].map((m) => m[1]!)
  const answers = [...text.matchAll(/\b(?:message|why):\s*([^,}\n]*'[^,}\n]*)/g)]
  const kicks = [...text.matchAll(/(?:\.kick|RefusedConnection)\(\s*'\w+',([^)]*)\)/g)]
  const ends = [...text.matchAll(/\b(?:closeSockets|endSessions)\(([^;]*?)\)\n/g)]
  return [...answers, ...kicks, ...ends].flatMap((match) => literals(match[1]!))
}

const said = new Set(
  code
    .filter((source) => /^src\/(features|socket)\//.test(source.path))
    .flatMap((source) => phrasesSaid(source.text)),
)

test('the search for phrases finds them wherever they stand', () => {
  const text = `
    return { message: 'one' }
    return { message: sure ? 'two' : 'three', expires_in: 4 }
    connection.kick('replaced', 'four')
    return new RefusedConnection('protocolError', locale, 'five')
    await closeSockets(ctx, user.id, [1], 'six')
    await endSessions(
      ctx,
      'seven',
    )
`
  expect(phrasesSaid(text)).toEqual(['one', 'two', 'three', 'four', 'five', 'six', 'seven'])
  expect(said.size).toBeGreaterThan(8)
})

test('every phrase of an answer is in src/texts/phrases.ts', () => {
  const missing = [...said].filter((phrase) => !Object.hasOwn(phrases, phrase))
  // One line there: 'removed': { zh: '已删除' },
  expect(missing).toEqual([])
})

test('every phrase there is said by somebody', () => {
  expect(Object.keys(phrases).filter((phrase) => !said.has(phrase))).toEqual([])
})

/** What somebody wrote with their request, or what was said and is kept. */
const theirs = new Set<TObject>([FriendRequest, JoinRequest, Favorite])

test('an answer’s `message` is a Phrase of ours, or what a person wrote', () => {
  const answers: [string, unknown][] = [
    ...Object.entries(operations).map(([name, { data }]: [string, Operation]) => [name, data]),
    ...Object.entries(clientFrames).map(([name, frame]) => [
      name,
      'answer' in frame ? frame.answer : undefined,
    ]),
  ] as [string, unknown][]
  const loose = answers.filter(([, schema]) => {
    const message = (schema as TObject | undefined)?.properties?.['message']
    return message !== undefined && message !== Phrase && !theirs.has(schema as TObject)
  })
  // The doors translate `message: Phrase` and nothing else, see src/protocol/scalars.ts.
  expect(loose.map(([name]) => name)).toEqual([])
})

test('every error and close code has its words, and no other', () => {
  for (const { errors: ofErrors, closes: ofCloses } of Object.values(texts)) {
    expect(Object.keys(ofErrors)).toEqual(Object.keys(errors))
    expect(Object.keys(ofCloses)).toEqual(Object.keys(closes))
  }
})

/** `field reason` of what use cases refuse where the reason alone tells nobody what to do. */
const refusedInCode = code.flatMap(({ text }) =>
  [...text.matchAll(/\binvalid\(\s*'([\w.]+)',\s*'(pattern|unknown_value)'\s*\)/g)].map(
    ([, field, reason]) => `${field!.split('.').at(-1)} ${reason}`,
  ),
)

test('what a refused field asks for is said where its reason does not', () => {
  expect(refusedInCode.length).toBeGreaterThan(5)
  expect(refusedInCode.filter((each) => !Object.hasOwn(en.refused.fields, each))).toEqual([])
})

test('the reason of a close fits into its frame', () => {
  const words = [
    ...Object.values(texts).flatMap((each) => Object.values(each.closes)),
    ...Object.entries(phrases).flatMap(([phrase, { zh: translated }]) => [phrase, translated]),
  ]
  expect(words.filter((each) => Buffer.byteLength(each) > 123)).toEqual([])
})

test('every word of the admin pages is used there', () => {
  const pages = code.filter((source) => source.path.startsWith('src/http/admin/'))
  const unused = Object.keys(en.admin).filter(
    (key) => !pages.some((page) => new RegExp(`\\bt\\.${key}\\b`).test(page.text)),
  )
  expect(unused.filter((key) => key !== 'lang')).toEqual([])
})

const mailWords = {
  code: { code: '482913', minutes: 5 },
  welcome: { nickname: 'Ada' },
  newDevice: { nickname: 'Ada', device: 'Firefox', address: '203.0.113.7', at: 'now' },
  passwordChanged: { nickname: 'Ada', at: 'now' },
  deletionScheduled: { nickname: 'Ada', until: 'soon' },
  exportReady: { nickname: 'Ada', url: 'https://chat.example.com/x', until: 'soon' },
  digest: {
    nickname: 'Ada',
    messages: 3,
    heard: [{ name: '', unread: 1, said: null }],
    more: 2,
    url: 'https://chat.example.com',
    stop: 'https://chat.example.com/x',
  },
} as const satisfies { readonly [K in MailKind]: Parameters<MailTexts[K]>[0] }

/** Every text of a language, by its path; functions are called. */
function leavesOf(language: Texts): Map<string, string> {
  const leaves = new Map<string, string>()
  const walk = (value: unknown, path: string) => {
    if (typeof value === 'string') leaves.set(path, value)
    else for (const [key, each] of Object.entries(value as object)) walk(each, `${path}.${key}`)
  }
  const { mails, push, mailEnd, ...rest } = language
  walk(rest, '')
  walk({ one: push.one, many: push.many(2), mailEnd: mailEnd('Curlew') }, 'push')
  for (const [kind, words] of Object.entries(mailWords)) {
    const write = mails[kind as MailKind] as (of: typeof words) => ReturnType<MailTexts['code']>
    const { subject, title, lines } = write(words)
    walk({ subject, title, lines: lines.map(ownWords) }, kind)
  }
  return leaves
}

/** Without what is no word of ours: codes, times, addresses. */
function ownWords(line: MailLine): string[] {
  if (typeof line === 'string') return [line]
  if ('facts' in line) return line.facts.map(([name]) => name)
  if ('link' in line || 'aside' in line) return [line.label]
  return 'fine' in line ? [line.fine] : []
}

test('other languages stand nowhere but in src/texts', async () => {
  const stray = (await sources(['src', 'workers'])).filter(
    ({ path, text }) =>
      !path.startsWith('src/texts/') && !path.startsWith('src/local/') && chinese.test(text),
  )
  expect(stray.map(({ path }) => path)).toEqual([])
})

test('both languages say the same things, each in its own words', () => {
  const [english, other] = [leavesOf(en), leavesOf(zh)]
  expect([...other.keys()]).toEqual([...english.keys()])
  const wrong = [...other].filter(
    ([path, words]) =>
      !path.endsWith('.lang') && (!chinese.test(words) || words === english.get(path)),
  )
  expect(wrong).toEqual([])
  expect([...english.values()].filter((words) => chinese.test(words) || words === '')).toEqual([])
  const untold = Object.entries(phrases).filter(([phrase, { zh: words }]) => {
    return !chinese.test(words) || words === phrase
  })
  expect(untold).toEqual([])
})
