// What people keep of what was said: each for themselves, as far as they may read it when they look.
import type { Static } from '@sinclair/typebox'
import { afterAll, beforeAll, expect, test } from 'bun:test'
import { limits } from '../../src/features/favorites/limits.ts'
import type { Favorite, FavoriteList } from '../../src/protocol/favorites.ts'
import type { OutputOf } from '../../src/protocol/operations.ts'
import { install, type Installation } from '../support/installation.ts'
import { request, type Person } from '../support/people.ts'

let app: Installation
beforeAll(async () => {
  app = await install({ nodes: 2, workers: false })
})
afterAll(() => app[Symbol.asyncDispose]())

type Page = OutputOf<'favorites.list'>

const sql = () => app.nodes[0]!.ctx.sql

const keeps = (who: Person, { id }: { id: number }) => who.does('favorites.add', { message_id: id })

const kept = async (who: Person, page: object = {}) =>
  (await who.does('favorites.list', { ...page })) as Static<typeof FavoriteList>

/** What they said, kept last first, and how many the list says there are. */
async function words(who: Person): Promise<[string[], number]> {
  const { list, total } = await kept(who)
  return [list.map(({ message }) => message.content), total]
}

async function group(owner: Person, others: Person[], settings: object = {}): Promise<string> {
  for (const other of others) await owner.befriends(other)
  const member_ids = others.map((each) => each.userId)
  const made = { name: 'Herons', is_public: true, member_ids, ...settings }
  return (await owner.does('groups.create', made)).group_id
}

const saysIn = (group_id: string, who: Person, content: string) =>
  who.does('groups.send', { group_id, message_type: 1, content })

test('what is kept is shown with its message, once, until it is kept no longer', async () => {
  const { ann, ben } = await app.people('ann', 'ben')
  const group_id = await group(ann, [ben])
  const [one, two] = [await ann.says(ben, 'one'), await saysIn(group_id, ann, 'two')]
  const first = await keeps(ben, one)
  expect(first).toEqual({
    id: first.id,
    message_id: one.id,
    created_at: first.created_at,
    message: expect.objectContaining({ id: one.id, content: 'one', to_user_id: ben.userId }),
  })
  const second = await keeps(ben, two)
  expect(second.message).toMatchObject({ group_id, content: 'two', at_users: '[]' })
  expect(await keeps(ben, one)).toEqual(first)
  expect(await kept(ben)).toEqual({ list: [second, first], total: 2 })
  // It is nobody else's list.
  expect(await words(ann)).toEqual([[], 0])
  const away = { message_id: one.id }
  for (let times = 0; times < 2; times++) {
    expect(await ben.does('favorites.remove', away)).toEqual({ message: 'removed' })
  }
  expect(await ben.does('favorites.remove', { message_id: 999_999 })).toEqual({
    message: 'removed',
  })
  expect(await words(ben)).toEqual([['two'], 1])
})

test('by plain HTTP: the message is named in the body, of a DELETE too', async () => {
  const { ann, ben } = await app.people('ann', 'ben')
  await ann.befriends(ben)
  const { id: message_id } = await ann.says(ben, 'hi')
  const ask = (method: string, path: string, body?: unknown) =>
    request<Record<string, unknown>>(app.url(1), method, `/api/v1/favorites${path}`, {
      token: ben.token,
      ...(body === undefined ? {} : { body }),
    })
  expect((await ask('POST', '/add', { message_id })).code).toBe(0)
  const unnamed = await ask('DELETE', `/remove?message_id=${message_id}`)
  expect([unnamed.status, unnamed.code]).toEqual([422, 4010])
  expect(unnamed.data).toMatchObject({ field: 'message_id', reason: 'missing' })
  expect(Object.keys((await ask('GET', '/list')).data).toSorted()).toEqual(['list', 'total'])
  const cursor = ['has_more', 'list', 'next_cursor']
  expect(Object.keys((await ask('GET', '/list?cursor=')).data).toSorted()).toEqual(cursor)
  expect((await ask('GET', '/list?cursor=nonsense')).code).toBe(4010)
  expect((await ask('DELETE', '/remove', { message_id })).data).toEqual({ message: 'removed' })
  expect((await ask('GET', '/list')).data).toEqual({ list: [], total: 0 })
})

test('pages by number know the total, those by cursor whether there is more', async () => {
  const { ann, ben } = await app.people('ann', 'ben')
  await ann.befriends(ben)
  for (const content of ['1', '2', '3', '4', '5']) await keeps(ben, await ann.says(ben, content))
  const contents = (list: readonly Favorite[]) => list.map(({ message }) => message.content)
  const numbered = []
  for (const page of [1, 2, 3, 4]) {
    const { list, total } = await kept(ben, { page, page_size: 2 })
    numbered.push([...contents(list), total])
  }
  expect(numbered).toEqual([['5', '4', 5], ['3', '2', 5], ['1', 5], [5]])
  const read = []
  for (let cursor: string | null = ''; cursor !== null;) {
    const page: Page = await ben.does('favorites.list', { cursor, limit: 2 })
    if (!('has_more' in page)) throw new Error('a cursor was asked for')
    expect(page.has_more).toBe(page.next_cursor !== null)
    read.push(contents(page.list))
    cursor = page.next_cursor
  }
  expect(read).toEqual([['5', '4'], ['3', '2'], ['1']])
})

test('nobody keeps what they may not read, nor what nobody said', async () => {
  const { ann, ben, cat } = await app.people('ann', 'ben', 'cat')
  const group_id = await group(ann, [ben])
  const [direct, early] = [await ann.says(ben, 'hi'), await saysIn(group_id, ann, 'early')]
  await cat.does('groups.join', { group_id })
  const late = await saysIn(group_id, ann, 'late')
  const code = async (who: Person, message_id: number) =>
    (await who.tries('favorites.add', { message_id })).code
  // Of two others; of before her time; of her time; of nobody.
  const asked = [direct.id, early.id, late.id, 999_999]
  expect(await Promise.all(asked.map((id) => code(cat, id)))).toEqual([4301, 4301, 0, 4301])
  const [told] = await sql()<{ id: number }[]>`
    select id from messages
    where message_type = 6 and conversation_id = ${late.conversation_id} and seq = 1`
  expect([await code(ben, told!.id), await code(cat, told!.id)]).toEqual([4403, 4301])
  expect(await words(ben)).toEqual([[], 0])
})

test('what is taken back is shown as taken back', async () => {
  const { ann, ben } = await app.people('ann', 'ben')
  await ann.befriends(ben)
  const said = await ann.says(ben, 'a secret', { media_url: 'https://example.com/a.png' })
  await keeps(ben, said)
  await ann.does('messages.recall', { id: said.id })
  const { list, total } = await kept(ben)
  expect(total).toBe(1)
  expect(list[0]!.message).toMatchObject({ is_recalled: true, content: '', media_url: '' })
})

test('who is not in a group sees nothing of it; who is again, as much as they may read then', async () => {
  const { ann, ben, cat } = await app.people('ann', 'ben', 'cat')
  const group_id = await group(ann, [ben, cat], { history: 'all' })
  await keeps(ben, await saysIn(group_id, ann, 'of the group'))
  await keeps(ben, await ann.says(ben, 'between us'))
  expect(await words(ben)).toEqual([['between us', 'of the group'], 2])
  await ben.does('groups.leave', { group_id })
  expect(await words(ben)).toEqual([['between us'], 1])
  const read = await ben.does('favorites.list', { limit: 1 })
  expect(read).toMatchObject({ has_more: false, next_cursor: null })
  await ben.does('groups.join', { group_id })
  expect(await words(ben)).toEqual([['between us', 'of the group'], 2])
  await ann.does('groups.kick', { group_id, target_user_id: ben.userId })
  expect(await words(ben)).toEqual([['between us'], 1])
  // From now on newcomers read what is said after they came.
  await ann.does('groups.update', { group_id, history: 'joining' })
  await ben.does('groups.join', { group_id })
  expect(await words(ben)).toEqual([['between us'], 1])
  await keeps(ben, await saysIn(group_id, ann, 'of his time'))
  expect(await words(ben)).toEqual([['of his time', 'between us'], 2])
  await ann.does('groups.dissolve', { group_id })
  expect(await words(ben)).toEqual([['between us'], 1])
})

test('after a block and a parting it is as history is: what was said between the two stays', async () => {
  const { ann, ben, cat } = await app.people('ann', 'ben', 'cat')
  const conversation = await ann.befriends(ben)
  await ann.befriends(cat)
  const said = await ann.says(ben, 'before')
  const [first, second] = [await keeps(ben, said), await keeps(cat, await ann.says(cat, 'as well'))]
  await ann.does('friends.block', { blocked_user_id: ben.userId })
  await ann.does('friends.remove', { friend_id: cat.userId })
  expect(await ben.reads(conversation)).toHaveLength(1)
  expect(await words(ben)).toEqual([['before'], 1])
  expect(await words(cat)).toEqual([['as well'], 1])
  expect(await keeps(ben, said)).toMatchObject({ id: first.id })
  expect((await kept(cat)).list[0]!.id).toBe(second.id)
})

/** Fills somebody's list with other people's messages until there is room for so many more. */
async function fill(who: Person, room: number): Promise<void> {
  const { id } = await who.does('accounts.me')
  const rows = limits.favorites.perPersonMax - room
  await sql()`
    with said as (
      insert into messages (
        conversation_id, seq, sender_id, client_msg_id, digest, message_type, content)
      select -${id}::bigint, n, ${id}, gen_random_uuid(), 0, 1, 'x'
      from generate_series(1, ${rows}) n returning id, conversation_id, seq)
    insert into favorites (user_id, message_id, conversation_id, seq, created_at)
    select ${id}, id, conversation_id, seq, now() from said`
}

const countOf = async (who: Person) => {
  const [row] = await sql()<{ count: number }[]>`
    select count(*) from favorites f join users u on u.id = f.user_id
    where u.user_id = ${who.userId}`
  return row!.count
}

test('forty times the same at once, by two nodes, is once, and all are told the same', async () => {
  const { ann, ben } = await app.people('ann', 'ben')
  await ann.befriends(ben)
  const { id: message_id } = await ann.says(ben, 'hi')
  const there = [ben, await ben.again(app.url(1))]
  const adds = Array.from({ length: 40 }, (_, n) =>
    there[n % 2]!.does('favorites.add', { message_id }),
  )
  const told = await Promise.all(adds)
  expect(new Set(told.map((each) => JSON.stringify(each))).size).toBe(1)
  expect(await countOf(ben)).toBe(1)
})

test('forty at once where there is room for three: three are kept, the others are told why', async () => {
  const { ann, ben } = await app.people('ann', 'ben')
  await ann.befriends(ben)
  const said = await Promise.all(Array.from({ length: 40 }, (_, n) => ann.says(ben, `${n}`)))
  await fill(ben, 3)
  const there = [ben, await ben.again(app.url(1))]
  const answers = await Promise.all(
    said.map(({ id }, n) => there[n % 2]!.tries('favorites.add', { message_id: id })),
  )
  const full = answers.filter(({ code }) => code === 4009)
  expect([answers.filter(({ code }) => code === 0).length, full.length]).toEqual([3, 37])
  const max = limits.favorites.perPersonMax
  expect(full[0]).toMatchObject({ status: 409, data: { field: 'favorites', max } })
  expect(await countOf(ben)).toBe(max)
  // What is kept already needs no room; and what goes makes some.
  const { list } = await kept(ben)
  expect(await keeps(ben, { id: list[0]!.message_id })).toEqual(list[0]!)
  await ben.does('favorites.remove', { message_id: list[0]!.message_id })
  await keeps(
    ben,
    said.find(({ id }) => list.every((each) => each.message_id !== id))!,
  )
  expect(await countOf(ben)).toBe(max)
})

test('adds and a kick at once: nothing of the group is shown afterwards', async () => {
  const { ann, ben } = await app.people('ann', 'ben')
  const group_id = await group(ann, [ben])
  const said = await Promise.all(
    Array.from({ length: 20 }, (_, n) => saysIn(group_id, ann, `${n}`)),
  )
  const kick = { group_id, target_user_id: ben.userId }
  const [answers] = await Promise.all([
    Promise.all(said.map(({ id }) => ben.tries('favorites.add', { message_id: id }))),
    ann.does('groups.kick', kick),
  ])
  for (const { code } of answers) expect([0, 4301]).toContain(code)
  expect(await words(ben)).toEqual([[], 0])
})

test('when a message is gone for good, so is what was kept of it', async () => {
  const { ann, ben } = await app.people('ann', 'ben')
  await ann.befriends(ben)
  const said = await ann.says(ben, 'hi')
  await keeps(ben, said)
  await keeps(ann, said)
  await sql()`delete from messages where id = ${said.id}`
  expect([await countOf(ann), await countOf(ben)]).toEqual([0, 0])
  expect(await words(ben)).toEqual([[], 0])
})
