// Reactions: one emoji each, counted, told to everybody there, one's own known as such.
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { limits } from '../../src/limits.ts'
import { emojiOf } from '../../src/core/emoji.ts'
import type { Message } from '../../src/protocol/messages.ts'
import { install, type Installation } from '../support/installation.ts'
import { Mirror } from '../support/mirror.ts'
import type { Person } from '../support/people.ts'

let app: Installation
beforeAll(async () => {
  app = await install({ nodes: 2 })
})
afterAll(() => app[Symbol.asyncDispose]())

const reacts = (who: Person, id: number, emoji: string) => who.does('messages.react', { id, emoji })
const takesBack = (who: Person, id: number, emoji: string) =>
  who.does('messages.unreact', { id, emoji })
const said = async (who: Person, conversation: number, id: number) =>
  (await who.reads(conversation)).find((each: Message) => each.id === id)

describe('an emoji', () => {
  test.each([
    ['👍', '👍'],
    ['👍🏽', '👍🏽'],
    ['❤️', '❤️'],
    ['❤', '❤️'],
    ['1️⃣', '1️⃣'],
    ['1⃣', '1️⃣'],
    ['#️⃣', '#️⃣'],
    ['🇩🇪', '🇩🇪'],
    ['🏴󠁧󠁢󠁥󠁮󠁧󠁿', '🏴󠁧󠁢󠁥󠁮󠁧󠁿'],
    ['🏳️‍🌈', '🏳️‍🌈'],
    ['🏳‍🌈', '🏳️‍🌈'],
    ['👨‍👩‍👧‍👦', '👨‍👩‍👧‍👦'],
    ['👩🏻‍❤️‍💋‍👨🏿', '👩🏻‍❤️‍💋‍👨🏿'],
    ['🕵‍♂', '🕵️‍♂️'],
  ])('%s is one', (text, emoji) => {
    expect(emojiOf(text)).toBe(emoji)
    expect(emojiOf(emoji)).toBe(emoji)
  })

  test.each([
    '',
    ' ',
    'a',
    '1',
    '#',
    '👍👍',
    '👍 ',
    ' 👍',
    '👍a',
    '🇩',
    '👍‍',
    '‍',
    '\u{FE0F}',
    '👨‍👨‍👨‍👨‍👨',
    '<b>',
    ':+1:',
    'é',
    '好',
  ])('%j is none', (text) => {
    expect(emojiOf(text)).toBeNull()
  })

  test('what is none is refused, and says so', async () => {
    const { alice, bob } = await app.people('alice', 'bob')
    await alice.befriends(bob)
    const { id } = await alice.says(bob, 'hi')
    for (const emoji of ['a', '👍👍', '', '👍'.repeat(30)]) {
      const answer = await bob.tries('messages.react', { id, emoji })
      expect([answer.code, (answer.data as unknown as { field: string }).field]).toEqual([
        4010,
        'emoji',
      ])
    }
  })
})

test('everybody sees how many, each which are theirs, on all devices', async () => {
  const { alice, bob } = await app.people('alice', 'bob')
  const conversation = await alice.befriends(bob)
  const { id } = await alice.says(bob, 'hi')
  const [hers, his] = [
    await alice.connects(),
    await bob.connects({ deviceId: 'tablet', base: app.url(1) }),
  ]
  expect(await reacts(bob, id, '❤')).toEqual([{ emoji: '❤️', count: 1, mine: true }])
  const { data: told } = await hers.hears('message_updated')
  expect(told).toMatchObject({ id, content: 'hi', reactions: [{ emoji: '❤️', count: 1 }] })
  expect(told.reactions?.[0]).not.toHaveProperty('mine')
  const { data: own } = await his.hears('reacted')
  expect(own).toEqual({ message_id: id, conversation_id: conversation, emoji: '❤️', is_mine: true })
  await reacts(alice, id, '👍')
  expect(await reacts(alice, id, '❤️')).toEqual([
    { emoji: '❤️', count: 2, mine: true },
    { emoji: '👍', count: 1, mine: true },
  ])
  expect((await said(bob, conversation, id))?.reactions).toEqual([
    { emoji: '❤️', count: 2, mine: true },
    { emoji: '👍', count: 1 },
  ])
  const [listed] = (await bob.does('conversations.list')) as { last_message: Message }[]
  expect(listed?.last_message.reactions).toHaveLength(2)
  expect(await takesBack(alice, id, '👍')).toEqual([{ emoji: '❤️', count: 2, mine: true }])
  expect(await takesBack(alice, id, '❤️')).toEqual([{ emoji: '❤️', count: 1 }])
  expect(await takesBack(bob, id, '❤️')).toEqual([])
  expect(await said(bob, conversation, id)).not.toHaveProperty('reactions')
  await hers.hears('message_updated', ({ conversation_version: version, reactions }) => {
    return version > told.conversation_version && reactions === undefined
  })
})

test('by a frame it is the same, and twice is once', async () => {
  const { alice, bob } = await app.people('alice', 'bob')
  await alice.befriends(bob)
  const { id } = await alice.says(bob, 'hi')
  const device = await bob.connects()
  for (let n = 0; n < 2; n++) {
    const { data } = await device.asks('react', { id, emoji: '👍' })
    expect(data).toMatchObject({ id, reactions: [{ emoji: '👍', count: 1, mine: true }] })
  }
  const { data } = await device.asks('react', { id, emoji: '👍', remove: true })
  expect(data).not.toHaveProperty('reactions')
  await takesBack(bob, id, '👍')
  expect(device.all('reacted').length).toBeLessThanOrEqual(2)
})

test('twenty kinds at most, however many come at once; those that are there can be joined', async () => {
  const { alice, bob } = await app.people('alice', 'bob')
  const conversation = await alice.befriends(bob)
  const { id } = await alice.says(bob, 'hi')
  const kinds = Array.from({ length: 40 }, (_, n) => String.fromCodePoint(0x1f600 + n))
  const answers = await Promise.all(
    kinds.map((emoji, n) => (n % 2 ? alice : bob).tries('messages.react', { id, emoji })),
  )
  const counts = Map.groupBy(answers, ({ code }) => code)
  expect([counts.get(0)?.length, counts.get(4009)?.length]).toEqual([limits.message.emojiMax, 20])
  const there = (await said(alice, conversation, id))?.reactions ?? []
  expect(there).toHaveLength(20)
  const theirs = there.find(({ mine }) => !mine)?.emoji ?? ''
  expect(await reacts(alice, id, theirs)).toHaveLength(20)
  await takesBack(alice, id, theirs)
  await takesBack(bob, id, theirs)
  const next = kinds.find((emoji) => !there.some((each) => each.emoji === emoji)) ?? ''
  expect((await reacts(alice, id, next)).at(-1)).toEqual({ emoji: next, count: 1, mine: true })
})

test('everybody at once: each is counted', async () => {
  const { ann, ben, cat, dan } = await app.people('ann', 'ben', 'cat', 'dan')
  for (const friend of [ben, cat, dan]) await ann.befriends(friend)
  const member_ids = [ben, cat, dan].map(({ userId }) => userId)
  const { group_id } = await ann.does('groups.create', { name: 'Herons', member_ids })
  const { id } = await ann.does('groups.send', { group_id, message_type: 1, content: 'hi all' })
  const all = [ann, ben, cat, dan]
  await Promise.all(all.flatMap((who) => ['👍', '🎉'].map((emoji) => reacts(who, id, emoji))))
  await Promise.all([takesBack(ann, id, '👍'), takesBack(ben, id, '👍'), reacts(cat, id, '🎉')])
  const counts = (await reacts(dan, id, '👍')).map(({ emoji, count }) => [emoji, count])
  expect(Object.fromEntries(counts)).toEqual({ '👍': 2, '🎉': 4 })
  const names = async (input: object) => {
    const { list } = await ann.does('messages.reactions', { id, ...input })
    return list.map(({ user }) => user.user_id)
  }
  expect((await names({ emoji: '👍' })).toSorted()).toEqual([cat.userId, dan.userId].toSorted())
  const pages: string[] = []
  for (let cursor: string | null = ''; cursor !== null;) {
    const page: { list: { user: { user_id: string } }[]; next_cursor: string | null } =
      await ann.does('messages.reactions', { id, cursor, limit: 4 })
    pages.push(...page.list.map(({ user }) => user.user_id))
    cursor = page.next_cursor
  }
  expect(pages).toEqual(await names({}))
  expect(pages).toHaveLength(6)
  // Of one moment, as only a test can make them.
  const { sql } = app.nodes[0]!.ctx
  await sql`update message_reactions set created_at = now() where message_id = ${id}`
  const seen = new Set<string>()
  for (let cursor: string | null = ''; cursor !== null;) {
    const page: Awaited<ReturnType<typeof ann.does<'messages.reactions'>>> = await ann.does(
      'messages.reactions',
      { id, cursor, limit: 1 },
    )
    for (const { emoji, user } of page.list) seen.add(`${user.user_id} ${emoji}`)
    cursor = page.next_cursor
  }
  expect(seen.size).toBe(6)
})

test('who may not read it may not react, nor see who has', async () => {
  const { alice, bob, carol } = await app.people('alice', 'bob', 'carol')
  await alice.befriends(bob)
  await alice.befriends(carol)
  const { id } = await alice.says(bob, 'between us')
  const { group_id } = await alice.does('groups.create', { name: 'Herons', is_public: true })
  const before = await alice.does('groups.send', { group_id, message_type: 1, content: 'before' })
  await carol.does('groups.join', { group_id })
  for (const hidden of [id, before.id, 999_999_999]) {
    for (const name of ['messages.react', 'messages.unreact'] as const) {
      expect((await carol.tries(name, { id: hidden, emoji: '👍' })).code).toBe(4301)
    }
    expect((await carol.tries('messages.reactions', { id: hidden })).code).toBe(4301)
  }
})

test('not to what was taken back or the server says, nor where nothing may be said', async () => {
  const { alice, bob, carol } = await app.people('alice', 'bob', 'carol')
  const conversation = await alice.befriends(bob)
  const gone = await alice.says(bob, 'oops')
  await reacts(bob, gone.id, '👍')
  await alice.does('messages.recall', { id: gone.id })
  expect(await said(bob, conversation, gone.id)).not.toHaveProperty('reactions')
  const refused = async (who: Person, id: number) =>
    (await who.tries('messages.react', { id, emoji: '👍' })).code
  expect(await refused(bob, gone.id)).toBe(4403)
  expect((await bob.does('messages.reactions', { id: gone.id })).list).toEqual([])
  await alice.befriends(carol)
  const { group_id } = await alice.does('groups.create', {
    name: 'Herons',
    member_ids: [carol.userId],
  })
  const [created] = (await carol.does('groups.history', { group_id })) as Message[]
  expect(await refused(carol, created!.id)).toBe(4403)
  // Where only admins speak all may react; who is muted may not.
  const { id } = await alice.does('groups.send', { group_id, message_type: 1, content: 'hear' })
  await alice.does('groups.update', { group_id, mute_all: true })
  expect(await refused(carol, id)).toBe(0)
  await alice.does('groups.mute', {
    group_id,
    target_user_id: carol.userId,
    until: '2100-01-01T00:00:00Z',
  })
  expect(await refused(carol, id)).toBe(4553)
  const { id: last } = await alice.says(bob, 'hi')
  await alice.does('friends.block', { blocked_user_id: bob.userId })
  expect(await refused(bob, last)).not.toBe(0)
})

test('said again under its id, a message tells its sender which reactions are theirs', async () => {
  const { alice, bob } = await app.people('alice', 'bob')
  await alice.befriends(bob)
  const words = { to_user_id: bob.userId, message_type: 1, content: 'hi' } as const
  const again = () =>
    alice.does('messages.send', { ...words, client_msg_id: '0b9d5d5e-7f6a-4c6b-9a53-0d4c1f6f7a10' })
  const { id } = await again()
  await reacts(alice, id, '👍')
  await reacts(bob, id, '🎉')
  expect(await again()).toMatchObject({
    id,
    reactions: [
      { emoji: '👍', count: 1, mine: true },
      { emoji: '🎉', count: 1 },
    ],
  })
})

test('a device that was away catches up on them', async () => {
  const { alice, bob } = await app.people('alice', 'bob')
  const conversation = await alice.befriends(bob)
  const { id } = await alice.says(bob, 'hi')
  const mirror = new Mirror(alice)
  await mirror.catchesUp()
  await reacts(bob, id, '👍')
  await mirror.catchesUp()
  expect(mirror.said(conversation)[0]?.reactions).toEqual([{ emoji: '👍', count: 1 }])
  await takesBack(bob, id, '👍')
  await mirror.catchesUp()
  expect(mirror.said(conversation)[0]).not.toHaveProperty('reactions')
})
