// Coming into a group and going: membership is an interval of seq, by every route.
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { exported } from '../../src/features/all.ts'
import { groups } from '../../src/features/groups/feature.ts'
import type { Group } from '../../src/protocol/groups.ts'
import type { GroupMessage } from '../../src/protocol/messages.ts'
import { install, type Installation } from '../support/installation.ts'
import type { Person } from '../support/people.ts'

let app: Installation
beforeAll(async () => {
  app = await install({ nodes: 2 })
})
afterAll(() => app[Symbol.asyncDispose]())

const says = (who: Person, { group_id }: Group, content: string) =>
  who.does('groups.send', { group_id, message_type: 1, content })

const wordsIn = (list: readonly GroupMessage[]) =>
  list.filter((each) => each.message_type === 1).map((each) => each.content)

async function reads(who: Person, { group_id }: Group): Promise<string[]> {
  return wordsIn((await who.does('groups.history', { group_id })) as GroupMessage[])
}

const sql = () => app.nodes[0]!.ctx.sql
const idOf = async (who: Person) => (await who.does('accounts.me')).id

/** One file of somebody's export. */
async function takes(who: Person, file: 'groups' | 'messages'): Promise<object[]> {
  const found: object[] = []
  for await (const rows of exported[file](sql(), await idOf(who))) found.push(...rows)
  return found
}

const open = (owner: Person, settings: object = {}) =>
  owner.does('groups.create', { name: 'Herons', is_public: true, ...settings })

describe('what a newcomer reads', () => {
  test.each([
    ['joining', ['after']],
    ['recent', ['2', '101', 'after']],
    ['all', ['1', '2', '101', 'after']],
  ] as const)('with history %s', async (history, expected) => {
    const { ann, ben } = await app.people('ann', 'ben')
    const herons = await open(ann, { history })
    const { group_id, conversation_id: id } = herons
    for (let n = 1; n <= 101; n++) await says(ann, herons, String(n))
    const joined = await ben.does('groups.join', { group_id })
    expect(joined).toMatchObject({ status: 'joined', group: { my_role: 1, member_count: 2 } })
    await says(ann, herons, 'after')
    const some = new Set(['1', '2', '101', 'after'])
    const seen = async (list: unknown) =>
      wordsIn(list as GroupMessage[]).filter((word) => some.has(word))
    const cursor = async (input: object) => {
      const words: string[] = []
      for (let next: string | null = ''; next !== null;) {
        const page = (await ben.does('groups.history', {
          group_id,
          limit: 40,
          ...(next === '' ? input : { cursor: next }),
        })) as { list: GroupMessage[]; next_cursor: string | null }
        words.unshift(...(await seen(page.list)))
        next = page.next_cursor
      }
      return words
    }
    expect(await cursor({ cursor: '' })).toEqual([...expected])
    const byPages = async (who: Person) =>
      seen([
        ...((await who.does('groups.history', { group_id, page: 2, page_size: 70 })) as object[]),
        ...((await who.does('groups.history', { group_id, page: 1, page_size: 70 })) as object[]),
      ])
    expect(await byPages(ben)).toEqual([...expected])
    const after = (await ben.does('messages.history', { id, after_seq: 0, limit: 100 })) as {
      list: GroupMessage[]
    }
    expect((await seen(after.list))[0]).toBe(expected[0])
    expect((await ben.does('groups.unreadCount', { group_id })).count).toBe(1)
  })

  test('is as much as an answer, a recall, a list of readers and an export know of', async () => {
    const { ann, ben } = await app.people('ann', 'ben')
    const herons = await open(ann)
    const { group_id } = herons
    const { id } = await says(ann, herons, 'before')
    await ben.does('groups.join', { group_id })
    await ann.does('groups.setRole', { group_id, target_user_id: ben.userId, role: 2 })
    const answer = { group_id, message_type: 1, content: 'x', reply_to_id: id }
    expect((await ben.tries('groups.send', answer)).code).toBe(4301)
    expect((await ben.tries('groups.recall', { id })).code).toBe(4301)
    expect((await ben.tries('groups.readers', { id })).code).toBe(4301)
    await says(ann, herons, 'after')
    const taken = (await takes(ben, 'messages')) as { content: string }[]
    const words = taken.map((each) => each.content).filter((word) => /before|after/.test(word))
    expect(words).toEqual(['after'])
    expect(await takes(ben, 'groups')).toMatchObject([{ group_id, name: 'Herons', role: 2 }])
  })
})

test('whoever goes reads nothing more, and comes again as a newcomer', async () => {
  const { ann, ben, cat } = await app.people('ann', 'ben', 'cat')
  const herons = await open(ann)
  const { group_id, conversation_id: id } = herons
  for (const who of [ben, cat]) await who.does('groups.join', { group_id })
  const [bens, cats] = [await ben.connects({ base: app.url(1) }), await cat.connects()]
  await says(ann, herons, 'while they were in')
  await bens.hears('group_message', (data) => data.content === 'while they were in')
  await ben.does('groups.leave', { group_id })
  await ann.does('groups.kick', { group_id, target_user_id: cat.userId })
  const left = await cats.hears('group_member_leave', (data) => data.user_id === cat.userId)
  expect(left.data).toMatchObject({ reason: 'kicked', by_user_id: ann.userId, member_count: 1 })
  await says(ann, herons, 'among themselves')
  for (const who of [ben, cat]) {
    expect((await who.tries('groups.history', { group_id })).code).toBe(4551)
    expect((await who.tries('messages.history', { id })).code).toBe(4541)
    expect((await who.tries('groups.send', { group_id, message_type: 1, content: 'x' })).code).toBe(
      4551,
    )
    // By its number it is no conversation, as any number that is none.
    for (const conversation_id of [id, 999_999]) {
      const input = { conversation_id, message_type: 1, content: 'x' }
      expect((await who.tries('messages.send', input)).code).toBe(4541)
    }
    // It is public: what strangers see of it, they see.
    expect(await who.does('groups.get', { group_id })).not.toHaveProperty('my_role')
  }
  await ben.does('groups.join', { group_id })
  await says(ann, herons, 'again')
  await bens.hears('group_message', (data) => data.content === 'again')
  expect(await reads(ben, herons)).toEqual(['again'])
  expect(bens.words).not.toContain('among themselves')
  expect(cats.words).not.toContain('among themselves')
})

describe('joining', () => {
  test('where an admin has to agree is asking; each answer is given once', async () => {
    const { ann, ben, cat } = await app.people('ann', 'ben', 'cat')
    const { group_id } = await open(ann, { join_approval: true })
    const asked = await ben.does('groups.join', { group_id, message: 'I swim, too.' })
    expect(asked).toMatchObject({
      status: 'requested',
      request: { status: 0, user_id: ben.userId },
    })
    expect((await ben.tries('groups.join', { group_id })).code).toBe(4203)
    await cat.does('groups.join', { group_id })
    const waiting = (await ann.does('groups.requests', { group_id })) as {
      id: number
      user_id: string
    }[]
    expect(waiting.map((each) => each.user_id)).toEqual([cat.userId, ben.userId])
    expect((await ben.tries('groups.acceptRequest', { id: waiting[1]!.id })).code).toBe(4204)
    const accepted = await ann.does('groups.acceptRequest', { id: waiting[1]!.id })
    expect(accepted).toMatchObject({ status: 1, user: { user_id: ben.userId } })
    expect((await ben.does('groups.get', { group_id })).my_role).toBe(1)
    expect((await ben.tries('groups.rejectRequest', { id: waiting[0]!.id })).code).toBe(4403)
    await ann.does('groups.rejectRequest', { id: waiting[0]!.id })
    expect((await ann.tries('groups.acceptRequest', { id: waiting[0]!.id })).code).toBe(4204)
    expect((await cat.does('groups.get', { group_id })).my_role).toBeUndefined()
  })

  test('what is not public is found by nobody and joined by nobody', async () => {
    const { ann, ben } = await app.people('ann', 'ben')
    const name = `Bitterns ${ann.userId}`.slice(0, 40)
    const { group_id } = await ann.does('groups.create', { name })
    const found = () => ben.does('groups.search', { keyword: name.toUpperCase() })
    expect(await found()).toEqual([])
    expect(await ben.does('groups.search', { keyword: group_id })).toEqual([])
    expect((await ben.tries('groups.get', { group_id })).code).toBe(4551)
    expect((await ben.tries('groups.join', { group_id })).code).toBe(4551)
    await ann.does('groups.update', { group_id, is_public: true })
    expect(await found()).toMatchObject([{ group_id, name }])
    expect(await ben.does('groups.search', { keyword: group_id })).toMatchObject([{ group_id }])
  })
})

test('whoever leaves for good leaves their groups: the next in rank owns them, empty ones end', async () => {
  const { ann, ben, cat } = await app.people('ann', 'ben', 'cat')
  const shared = await open(ann)
  const lonely = await open(ann)
  for (const who of [ben, cat]) await who.does('groups.join', { group_id: shared.group_id })
  const target_user_id = cat.userId
  await ann.does('groups.setRole', { group_id: shared.group_id, target_user_id, role: 2 })
  const erased = await groups.custody.erase!(sql(), await idOf(ann), 100)
  expect(erased).toBe(2)
  const left = await ben.does('groups.get', { group_id: shared.group_id })
  expect(left).toMatchObject({ owner_id: cat.userId, member_count: 2 })
  expect((await ben.tries('groups.get', { group_id: lonely.group_id })).code).toBe(4551)
})
