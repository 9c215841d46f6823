// What was said is found again: whatever it is written in, by whoever may read it now, newest first.
import { afterAll, beforeAll, expect, test } from 'bun:test'
import { must } from '../../src/core/assert.ts'
import { endOfTime } from '../../src/core/page.ts'
import { filterOf, noWords } from '../../src/features/search/bloom.ts'
import { indexNew, rebuild } from '../../src/features/search/indexing.ts'
import { limits } from '../../src/features/search/limits.ts'
import { marks, wordsIn } from '../../src/features/search/words.ts'
import type { OutputOf } from '../../src/protocol/operations.ts'
import { install, type Installation } from '../support/installation.ts'
import type { Person } from '../support/people.ts'
import { searchWithin } from '../support/search.ts'
import { found } from './search.golden.ts'
import { said } from './search.said.ts'

let app: Installation
beforeAll(async () => {
  app = await install({ workers: false })
})
afterAll(() => app[Symbol.asyncDispose]())

type Answer = OutputOf<'messages.search'>
type Numbered = Extract<Answer, { total: number }>
type Page = Extract<Answer, { next_cursor: string | null }>

const context = () => must(app.nodes[0], 'an installation has a node').ctx

/** As a worker does, until nothing is left. */
async function index(): Promise<void> {
  while (await indexNew(context(), endOfTime));
}

const search = async (who: Person, keyword: string, more: object = {}) =>
  (await who.does('messages.search', { keyword, ...more })) as Numbered

async function words(who: Person, keyword: string, more: object = {}): Promise<string[]> {
  return (await search(who, keyword, more)).list.map(({ content }) => content)
}

async function group(owner: Person, others: Person[], settings: object = {}): Promise<string> {
  for (const other of others) await owner.befriends(other)
  const member_ids = others.map((each) => each.userId)
  const made = { name: 'Herons', is_public: true, member_ids, ...settings }
  return (await owner.does('groups.create', made)).group_id
}

const saysIn = (group_id: string, who: Person, content: string, more: object = {}) =>
  who.does('groups.send', { group_id, message_type: 1, content, ...more })

test(`${found.length} keywords find all that they should and nothing else, indexed or not yet`, async () => {
  const { ann, ben } = await app.people('ann', 'ben')
  const group_id = await group(ann, [ben])
  const names = new Map<number, string>()
  const all = Object.entries(said)
  for (const [at, [name, what]] of all.entries()) {
    const message = { message_type: 1, ...(typeof what === 'string' ? { content: what } : what) }
    const { content, ...more } = message
    const sent = await (at % 3 > 0
      ? ann.says(ben, content, more)
      : saysIn(group_id, ben, content, more))
    names.set(sent.id, name)
  }
  const order = new Map(all.map(([name], at) => [name, at]))
  const newestFirst = (list: string[]) =>
    list.toSorted((a, b) => (order.get(b) ?? 0) - (order.get(a) ?? 0))
  const read = { readMessages: 50, readMessagesMax: 50 }
  const little = { ...read, slices: [1, 1_000], looked: Infinity }
  const byLittle = async (keyword: string) =>
    (await searchWithin(context(), ben, { keyword, page_size: 100 }, little)) as Numbered
  const askAll = (ask: (keyword: string) => Promise<Numbered>) =>
    Promise.all(
      found.map(async ([keyword, expected]) => {
        const { list, total } = await ask(keyword)
        const got = list.map(({ id }) => names.get(id) ?? 'of somebody else')
        expect([keyword, got, total]).toEqual([
          keyword,
          newestFirst(expected.split(' ').filter(Boolean)),
          got.length,
        ])
      }),
    )
  const byRoute = (keyword: string) => search(ben, keyword, { page_size: 100 })
  await askAll(byRoute)
  await askAll(byLittle)
  await index()
  const [row] = await context().sql<{ count: number }[]>`select count(*) from message_slices`
  expect(row!.count).toBeGreaterThan(1)
  await askAll(byRoute)
})

test('where people go on talking only whole slices are indexed, and all is found', async () => {
  const { ann, ben } = await app.people('ann', 'ben')
  await ann.befriends(ben)
  const { sliceMessages } = limits.index
  await index()
  for (let n = 1; n <= sliceMessages + 2; n++) await ann.says(ben, `wader ${n}`)
  const { conversation_id, created_at } = await ann.says(ben, 'wader last')
  const slices = () => context().sql<{ first_seq: number; last_seq: number }[]>`
    select first_seq, last_seq from message_slices where conversation_id = ${conversation_id}
    order by first_seq`
  const finds = async () =>
    expect(await search(ben, 'wader')).toMatchObject({ total: sliceMessages + 3 })

  while (await indexNew(context(), new Date(created_at)));
  expect([...(await slices())]).toEqual([{ first_seq: 1, last_seq: sliceMessages }])
  await finds()
  await index()
  expect([...(await slices())]).toMatchObject([{}, { last_seq: sliceMessages + 3 }])
  await finds()
})

test('highlights are code points of the content as it was written', async () => {
  const { ann, ben } = await app.people('ann', 'ben')
  await ann.befriends(ben)
  const shows = async (content: string, keyword: string, more: Record<string, unknown> = {}) => {
    await ann.says(ben, content, more)
    const { content: shown, highlights } = (await search(ann, keyword)).list[0]!
    const characters = [...shown]
    return highlights.map(([start = 0, length = 0]) =>
      characters.slice(start, start + length).join(''),
    )
  }
  expect(await shows('𠮷野家 👍🏽 牛肉飯 and ＢＥＥＦ', '牛肉饭 beef')).toEqual([
    '牛肉飯',
    'ＢＥＥＦ',
  ])
  expect(await shows('Herons, heron, HERONRY', 'heron')).toEqual(['Heron', 'heron', 'HERON'])
  expect(await shows('哈哈哈哈哈', '哈哈')).toEqual(['哈哈', '哈哈'])
  expect(await shows('the grey heron stands', '"grey heron"')).toEqual(['grey heron'])
  expect(await shows('ﾃﾞｰﾀです', 'データ')).toEqual(['ﾃﾞｰﾀ'])
  expect(
    await shows('nothing of it here', '秘密', {
      message_type: 5,
      media_url: 'https://example.com/%E7%A7%98%E5%AF%86.pdf',
    }),
  ).toEqual([])
})

test('nobody finds what they may not read: not theirs, before their time, left or recalled', async () => {
  const { ann, ben, cat } = await app.people('ann', 'ben', 'cat')
  const group_id = await group(ann, [ben], { history: 'joining' })
  await saysIn(group_id, ann, 'osprey early')
  await ann.says(ben, 'osprey between us')
  await cat.does('groups.join', { group_id })
  const late = await saysIn(group_id, ann, 'osprey late')
  for (const isIndexed of [false, true]) {
    if (isIndexed) await index()
    const all = ['osprey late', 'osprey between us', 'osprey early']
    expect(await words(ben, 'osprey')).toEqual(all)
    expect(await words(cat, 'osprey')).toEqual(['osprey late'])
  }
  await ben.does('messages.delete', { id: late.id })
  expect(await words(ben, 'osprey')).toEqual(['osprey between us', 'osprey early'])
  const [first] = (await search(ben, 'early')).list
  await ann.does('groups.recall', { id: first!.id })
  expect((await search(ben, 'osprey')).total).toBe(1)
  await ann.does('groups.kick', { group_id, target_user_id: cat.userId })
  expect(await words(cat, 'osprey')).toEqual([])
  expect((await cat.tries('messages.search', { keyword: 'osprey', group_id })).code).toBe(4551)
  await ann.does('friends.block', { blocked_user_id: ben.userId })
  expect(await words(ben, 'osprey')).toEqual(['osprey between us'])
})

test('what is edited is found by its new words alone, and the index forgets the old ones', async () => {
  const { ann, ben } = await app.people('ann', 'ben')
  await ann.befriends(ben)
  const one = await ann.says(ben, 'a plover')
  const two = await ann.says(ben, 'a dotterel')
  await index()
  await ann.does('messages.edit', { id: one.id, content: 'a lapwing' })
  await ann.does('messages.recall', { id: two.id })
  for (const isIndexed of [false, true]) {
    if (isIndexed) await index()
    expect(await words(ben, 'lapwing')).toEqual(['a lapwing'])
    expect([await words(ben, 'plover'), await words(ben, 'dotterel')]).toEqual([[], []])
  }
  const [kept] = await context().sql<{ words: Buffer; sender_id: number }[]>`
    select words, sender_id from message_slices join messages using (conversation_id)
    where id = ${one.id}`
  const left = noWords()
  left.wholes.add(marks.sender(kept!.sender_id)).add(marks.type(1))
  wordsIn({ message_type: 1, content: 'a lapwing', media_url: '', file_name: null }, left)
  expect(kept!.words).toEqual(filterOf(left))
  await rebuild(context().sql)
  expect(await words(ben, 'lapwing')).toEqual(['a lapwing'])
  await index()
  expect(await words(ben, 'lapwing')).toEqual(['a lapwing'])
})

test('it is narrowed down by where, whom, what, when, and whether it is for me', async () => {
  const { ann, ben, cat } = await app.people('ann', 'ben', 'cat')
  const group_id = await group(ann, [ben, cat])
  const { id: direct } = await ann.does('conversations.create', { friend_user_id: cat.userId })
  await ann.says(cat, 'kite one')
  await cat.says(ann, 'kite two', { message_type: 5, media_url: 'https://example.com/a' })
  await saysIn(group_id, ben, 'kite three', { at_users: [ann.userId] })
  const last = await saysIn(group_id, ann, 'kite four', { at_users: ['all'] })
  for (const isIndexed of [false, true]) {
    if (isIndexed) await index()
    const of = async (more: object) =>
      (await words(ann, 'kite', more)).map((each) => each.slice(5)).join(' ')
    expect(await of({})).toBe('four three two one')
    expect(await of({ conversation_id: direct })).toBe('two one')
    expect(await of({ group_id })).toBe('four three')
    expect(await of({ from_user_id: cat.userId.toUpperCase() })).toBe('two')
    expect(await of({ from_user_id: ann.userId, group_id })).toBe('four')
    expect(await of({ from_user_id: 'nobody-at-all' })).toBe('')
    expect(await of({ message_type: 5 })).toBe('two')
    expect(await of({ mentions_me: true })).toBe('four three')
    expect(await of({ since: last.created_at })).toBe('four')
    expect(await of({ until: '2020-01-01T00:00:00+08:00' })).toBe('')
  }
  const code = async (more: object) =>
    (await ben.tries('messages.search', { keyword: 'kite', ...more })).code
  expect(await code({ conversation_id: direct })).toBe(4541)
  expect(await code({ group_id: 'Gnothing' })).toBe(4551)
  for (const keyword of ['', '  ', '?!', '""', '，。']) expect(await code({ keyword })).toBe(4311)
  expect(await code({ keyword: undefined })).toBe(4010)
  expect(await code({ since: 'yesterday' })).toBe(4010)
  const both = { conversation_id: direct, group_id }
  expect((await ann.tries('messages.search', { keyword: 'kite', ...both })).data).toMatchObject({
    field: 'group_id',
    reason: 'conflict',
  })
})

/** Said by one of two to the other, in turns, without the way of messages. */
async function fill(conversation: number, texts: readonly string[]): Promise<void> {
  await context().sql`
    with c as (
      update conversations set last_seq = last_seq + ${texts.length}, last_message_id = 9007199254740991
      where id = ${conversation} returning last_seq - ${texts.length} as before, user1_id
    ), made as (
      insert into messages (
        conversation_id, seq, sender_id, client_msg_id, digest, message_type, content)
      select ${conversation}, c.before + n, c.user1_id, gen_random_uuid(), 0, 1, t
      from c, unnest(${[...texts]}::text[]) with ordinality as s (t, n) order by n
    ) select 1`
}

async function turn(who: Person, keyword: string, limit: number): Promise<[string[], number]> {
  const read: string[] = []
  let pages = 0
  for (let cursor: string | null = ''; cursor !== null; pages++) {
    const page = (await who.does('messages.search', { keyword, cursor, limit })) as Page
    expect(page.has_more).toBe(page.next_cursor !== null)
    read.push(...page.list.map(({ content }) => content))
    cursor = page.next_cursor
  }
  return [read, pages]
}

test('pages join without a hole or a repetition, newest first over all conversations', async () => {
  const { ann, ben, cat } = await app.people('ann', 'ben', 'cat')
  const talks = [await ann.befriends(ben), await ann.befriends(cat)]
  const all: string[] = []
  for (let round = 0; round < 8; round++) {
    for (const [at, talk] of talks.entries()) {
      const texts = Array.from({ length: 30 }, (_, n) => {
        return n % (at + 2) === 0 ? `teal ${round} ${at} ${n}` : `duck ${n}`
      })
      await fill(talk, texts)
      all.push(...texts.filter((text) => text.startsWith('teal')))
    }
    if (round === 5) await index()
  }
  for (const isIndexed of [false, true]) {
    if (isIndexed) await index()
    for (const limit of [7, 100]) {
      expect((await turn(ann, 'teal', limit))[0]).toEqual(all.toReversed())
    }
    const numbered = await search(ann, 'teal', { page: 3, page_size: 50 })
    expect(numbered).toMatchObject({ total: 200, page: 3, page_size: 50, has_more: true })
    expect(numbered.list.map(({ content }) => content)).toEqual(all.toReversed().slice(100, 150))
    expect(await search(ann, 'teal', { page: 4, page_size: 50 })).toMatchObject({ has_more: false })
  }
})

test('a search looks so far at once, and says that there is more', async () => {
  const { ann, ben } = await app.people('ann', 'ben')
  const talk = await ann.befriends(ben)
  await ann.says(ben, 'a stork, once')
  const { messagesMax } = limits.search
  await fill(
    talk,
    Array.from({ length: messagesMax + 5_000 }, () => 'a goose'),
  )
  const [read, pages] = await turn(ann, 'stork', 10)
  expect(read).toEqual(['a stork, once'])
  expect(pages).toBeGreaterThan(1)
  // Counted it is as far as a thousand.
  expect(await search(ann, 'goose')).toMatchObject({ total: 1_000, has_more: true })
  await index()
  expect((await turn(ann, 'stork', 10))[1]).toBe(1)
})
