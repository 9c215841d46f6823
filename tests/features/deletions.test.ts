// What people delete for themselves is not there for them any more, and for nobody else is anything changed.
import { afterAll, beforeAll, expect, test } from 'bun:test'
import type { Message } from '../../src/protocol/messages.ts'
import { eventually } from '../support/eventually.ts'
import { install, type Installation } from '../support/installation.ts'
import { isWhole, Mirror } from '../support/mirror.ts'
import type { Person } from '../support/people.ts'

let app: Installation
beforeAll(async () => {
  app = await install({ nodes: 2 })
})
afterAll(() => app[Symbol.asyncDispose]())

const deletes = (who: Person, { id }: { id: number }) => who.does('messages.delete', { id })

const words = (list: readonly Message[]) => list.map(({ content }) => content)

async function page(who: Person, id: number, input: object): Promise<string[]> {
  const found = await who.does('messages.history', { id, ...input })
  if (!Array.isArray(found)) throw new Error('a page was asked for')
  return words(found)
}

async function range(who: Person, id: number, input: object) {
  const found = await who.does('messages.history', { id, ...input })
  if (Array.isArray(found)) throw new Error('a range was asked for')
  return [words(found.list), found.has_more] as const
}

async function group(owner: Person, others: Person[], settings: object = {}): Promise<string> {
  for (const other of others) await owner.befriends(other)
  const member_ids = others.map((each) => each.userId)
  const made = { name: 'Herons', is_public: true, member_ids, ...settings }
  return (await owner.does('groups.create', made)).group_id
}

const saysIn = (group_id: string, who: Person, content: string, more: object = {}) =>
  who.does('groups.send', { group_id, message_type: 1, content, ...more })

async function inList(who: Person, id: number) {
  const list = await who.does('conversations.list', { kind: 'all' })
  if (!Array.isArray(list)) throw new Error('a page was asked for')
  const found = list.find((each) => each.id === id)!
  return { words: found.last_message?.content, last: found.last_message_id, unread: found.unread }
}

/** Ben and what ann has told him, one to the number. */
async function told(count: number) {
  const { ann, ben } = await app.people('ann', 'ben')
  const id = await ann.befriends(ben)
  const said: Message[] = []
  for (let n = 1; n <= count; n++) said.push(await ann.says(ben, `${n}`))
  return { ann, ben, id, said }
}

test('history leaves it out, by pages that stay full and by seq; the other one reads all', async () => {
  const { ann, ben, id, said } = await told(10)
  for (const n of [10, 8, 5, 1]) {
    expect(await deletes(ben, said[n - 1]!)).toEqual({ message: 'removed' })
  }
  const pages = []
  for (const number of [1, 2, 3, 4]) {
    pages.push(await page(ben, id, { page: number, page_size: 2 }))
  }
  expect(pages).toEqual([['7', '9'], ['4', '6'], ['2', '3'], []])
  expect(await page(ben, id, { page: 2, page_size: 4 })).toEqual(['2', '3'])
  expect(await range(ben, id, { limit: 3 })).toEqual([['6', '7', '9'], true])
  expect(await range(ben, id, { before_seq: 6, limit: 3 })).toEqual([['2', '3', '4'], false])
  expect(await range(ben, id, { after_seq: 4, limit: 2 })).toEqual([['6', '7'], true])
  expect(await range(ben, id, { after_seq: 7, limit: 2 })).toEqual([['9'], false])
  expect(await range(ben, id, { after_seq: 9, limit: 2 })).toEqual([[], false])
  expect(words(await ann.reads(id))).toHaveLength(10)
  expect(await page(ann, id, { page: 2, page_size: 4 })).toEqual(['3', '4', '5', '6'])
})

test('the list of conversations shows the newest one that is left, or none', async () => {
  const { ann, ben, id, said } = await told(3)
  await deletes(ben, said[2]!)
  await deletes(ben, said[1]!)
  expect(await inList(ben, id)).toEqual({ words: '1', last: said[0]!.id, unread: 3 })
  const opened = await ben.does('conversations.create', { friend_user_id: ann.userId })
  expect(opened).toMatchObject({ last_message_id: said[0]!.id, last_message: { content: '1' } })
  await deletes(ben, said[0]!)
  expect(await inList(ben, id)).toEqual({ words: undefined, last: null, unread: 3 })
  expect(await inList(ann, id)).toEqual({ words: '3', last: said[2]!.id, unread: 0 })
  await ann.says(ben, 'new')
  expect(await inList(ben, id)).toMatchObject({ words: 'new', unread: 4 })
})

test('in a group: mentions, pins, favourites, readers; last stands what is of one’s own time', async () => {
  const { ann, ben, cat } = await app.people('ann', 'ben', 'cat')
  const group_id = await group(ann, [ben], { history: 'joining' })
  const early = await saysIn(group_id, ann, 'early')
  await cat.does('groups.join', { group_id })
  const { userId } = cat
  const named = await saysIn(group_id, ann, 'to cat', { at_users: [userId] })
  const all = await saysIn(group_id, ann, 'to all', { at_users: ['all'] })
  for (const { id } of [named, all]) {
    await cat.does('favorites.add', { message_id: id })
    await ann.does('groups.pin', { group_id, id })
  }
  const seen = async (who: Person) => {
    const mentions = await who.does('groups.mentions')
    const pins = await who.does('groups.pinned', { group_id })
    const kept = await who.does('favorites.list')
    return [
      words(mentions.list),
      pins.map(({ message }) => message.content),
      kept.list.map(({ message }) => message.content),
      'total' in kept ? kept.total : null,
    ]
  }
  const both = ['to all', 'to cat']
  expect(await seen(cat)).toEqual([both, both, both, 2])
  await deletes(cat, all)
  expect(await seen(cat)).toEqual([['to cat'], ['to cat'], ['to cat'], 1])
  await deletes(cat, named)
  expect(await seen(cat)).toEqual([[], [], [], 0])
  expect((await seen(ben)).slice(0, 2)).toEqual([['to all'], both])
  expect((await cat.tries('groups.readers', { id: named.id })).code).toBe(4301)
  expect((await ben.tries('groups.readers', { id: named.id })).code).toBe(0)
  // What is left was said before her time.
  const last = await inList(cat, early.conversation_id)
  expect(last.words).not.toBe('early')
  expect((await cat.tries('messages.delete', { id: early.id })).code).toBe(4301)
  await cat.does('groups.leave', { group_id })
  expect((await cat.tries('messages.delete', { id: named.id })).code).toBe(4301)
})

test('to whoever deleted it, it is as if it did not exist: nothing more is made of it', async () => {
  const { ann, ben, said } = await told(1)
  const own = said[0]!
  await deletes(ann, own)
  for (let times = 0; times < 2; times++) await deletes(ann, own)
  const codes = await Promise.all([
    ann.tries('messages.recall', { id: own.id }),
    ann.tries('messages.edit', { id: own.id, content: 'x' }),
    ann.tries('messages.revisions', { id: own.id }),
    ann.tries('favorites.add', { message_id: own.id }),
    ben.tries('messages.edit', { id: own.id, content: 'x' }),
  ])
  expect(codes.map(({ code }) => code)).toEqual([4301, 4301, 4301, 4301, 4301])
  expect((await ben.tries('favorites.add', { message_id: own.id })).code).toBe(0)
})

test('own devices hear of it once, nobody else does; what becomes of it is told to others', async () => {
  const { ann, ben, id, said } = await told(2)
  const other = await ben.again(app.url(1))
  const [phone, desk, hers] = [await ben.connects(), await other.connects(), await ann.connects()]
  const [one, two] = said as [Message, Message]
  await Promise.all([deletes(ben, one), deletes(other, one), deletes(ben, one)])
  const frame = { conversation_id: id, message_id: one.id, seq: 1 }
  for (const device of [phone, desk]) await device.hears('message_deleted')
  await ann.does('messages.recall', { id: one.id })
  await ann.does('messages.edit', { id: two.id, content: 'otherwise' })
  const changes = (device: typeof phone) =>
    device.all('message_updated').map(({ data }) => data.seq)
  for (const device of [phone, desk]) {
    await device.hears('message_updated', ({ seq }) => seq === 2)
    expect(device.all('message_deleted').map(({ data }) => data)).toEqual([frame])
    expect(changes(device)).toEqual([2])
  }
  await eventually(() => changes(hers).length === 2)
  expect(hers.all('message_deleted')).toEqual([])
})

test('a device that comes back hears what was deleted, in pages of any size', async () => {
  const { ann, ben, id, said } = await told(6)
  const mirrors = [new Mirror(ben), new Mirror(ben)] as const
  for (const mirror of mirrors) await mirror.catchesUp()
  await deletes(ben, said[1]!)
  await deletes(ben, said[5]!)
  await deletes(ben, await ann.says(ben, 'never seen'))
  await ann.says(ben, 'last')
  for (const [mirror, size] of [
    [mirrors[0], undefined],
    [mirrors[1], 1],
  ] as const) {
    await mirror.catchesUp(size)
    expect(words(mirror.said(id))).toEqual(['1', '3', '4', '5', 'last'])
    const { kept, fresh } = await isWhole(mirror, ben)
    expect(kept).toEqual(fresh)
  }
  const hers = new Mirror(ann)
  await hers.catchesUp()
  await deletes(ben, said[0]!)
  expect((await ann.does('sync.get', { cursor: hers.cursor })).events).toEqual([])
})

test('the same at once by two nodes is once; beside a recall each reads what is right for them', async () => {
  const { ann, ben, id, said } = await told(20)
  const there = [ben, await ben.again(app.url(1))] as const
  await Promise.all([
    ...said.flatMap(({ id: message }, n) => [
      there[n % 2]!.does('messages.delete', { id: message }),
      there[(n + 1) % 2]!.does('messages.delete', { id: message }),
    ]),
    ...said.map(({ id: message }) => ann.does('messages.recall', { id: message })),
  ])
  expect(await ben.reads(id)).toEqual([])
  expect((await ann.reads(id)).every((each) => each.is_recalled)).toBe(true)
  const { sql } = app.nodes[0]!.ctx
  const [row] = await sql<{ count: number }[]>`
    select count(*) from message_deletions where conversation_id = ${id}`
  expect(row!.count).toBe(20)
})
