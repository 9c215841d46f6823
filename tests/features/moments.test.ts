// Moments: what may be posted, who sees it, and that it ends at once when friendship does.
import { afterAll, beforeAll, expect, test } from 'bun:test'
import type { Moment } from '../../src/protocol/moments.ts'
import { install, type Installation } from '../support/installation.ts'
import type { Person } from '../support/people.ts'

let app: Installation
beforeAll(async () => {
  app = await install({ workers: false })
})
afterAll(() => app[Symbol.asyncDispose]())

const posts = (who: Person, content: string, more: Record<string, unknown> = {}) =>
  who.does('moments.create', { content, ...more })

async function reads(who: Person, name: 'moments.timeline' | 'moments.mine' = 'moments.timeline') {
  const list = (await who.does(name)) as Moment[]
  return list.map((each) => each.content)
}

async function readsWall(who: Person, of: Person) {
  const list = (await who.does('moments.wall', { user_id: of.userId })) as Moment[]
  return list.map((each) => each.content)
}

const sees = async (who: Person, moment: Moment) =>
  (await who.tries('moments.get', { id: moment.id })).code === 0

const block = (one: Person, other: Person) => app.nodes[0]!.ctx.sql`
  insert into blocks (user_id, blocked_id)
  select a.id, b.id from users a, users b
  where a.user_id = ${one.userId} and b.user_id = ${other.userId}`

test('a moment has every field, and images both ways', async () => {
  const { alice } = await app.people('alice')
  const images = ['https://example.com/a.jpg', '/media/7/b.png']
  const moment = await posts(alice, 'by the lake', { images, location: 'Lake', visible: 1 })
  expect(moment).toEqual({
    id: expect.any(Number),
    user_id: alice.userId,
    content: 'by the lake',
    images: JSON.stringify(images),
    image_list: images,
    location: 'Lake',
    visible: 1,
    like_count: 0,
    comment_count: 0,
    liked_by_me: false,
    created_at: expect.stringMatching(/^\d{4}-.*Z$/),
    updated_at: moment.created_at,
    user: expect.objectContaining({ user_id: alice.userId, nickname: 'alice' }),
    likes: [],
    comments: [],
  })
  expect(moment.user).not.toHaveProperty('email')
  expect(await alice.does('moments.get', { id: moment.id })).toEqual(moment)
  const again = await posts(alice, '', { images: JSON.stringify(images) })
  expect([again.image_list, again.visible]).toEqual([images, 0])
})

test('what no moment can be', async () => {
  const { ann } = await app.people('ann')
  const ten = Array(10).fill('/a.png')
  const refused: readonly [string, Record<string, unknown>][] = [
    ['content', { content: '' }],
    ['content', { content: ' \n ' }],
    ['content', {}],
    ['content', { content: '', images: '[]' }],
    ['content', { content: 'x'.repeat(2_001) }],
    ['content', { content: '😀'.repeat(2_001) }],
    ['content', { content: 'a\0b' }],
    ['visible', { content: 'x', visible: 3 }],
    ['visible', { content: 'x', visible: -1 }],
    ['visible', { content: 'x', visible: '1' }],
    ['images', { content: 'x', images: ten }],
    ['images', { content: 'x', images: JSON.stringify(ten) }],
    ['images', { content: 'x', images: 'not json' }],
    ['images', { content: 'x', images: '{"a":1}' }],
    ['images', { content: 'x', images: '[["/a.png"]]' }],
    ['images', { content: 'x', images: [7] }],
    ['location', { content: 'x', location: 'x'.repeat(129) }],
    ['allow_list', { content: 'x', allow_list: ['nobody-there'] }],
    ['deny_list', { content: 'x', deny_list: ['nobody-there'] }],
    ...[
      'javascript:alert(1)',
      'data:text/html,x',
      '//elsewhere.example/a.png',
      '/\\elsewhere.example/a.png',
      'https://',
      'https:/a.png',
      'a.png',
      '',
      '/a b.png',
      '/a\0.png',
      '/\ud800.png',
      `/${'a'.repeat(2_048)}`,
    ].map((image) => ['images', { content: 'x', images: JSON.stringify([image]) }] as const),
  ].map(([field, input]) => [field as string, input as Record<string, unknown>])
  for (const [field, input] of refused) {
    const answer = await ann.tries('moments.create', input)
    expect([input, answer.status, answer.code]).toEqual([input, 422, 4010])
    expect(String((answer.data as unknown as { field: string }).field)).toStartWith(field)
  }
  expect(await ann.does('moments.mine')).toEqual([])
})

test('two thousand characters are two thousand, whatever they take', async () => {
  const { alice } = await app.people('alice')
  const content = '😀'.repeat(2_000)
  expect((await posts(alice, content)).content).toBe(content)
})

test('everyone, friends, only me', async () => {
  const { alice, bob, carol } = await app.people('alice', 'bob', 'carol')
  await alice.befriends(bob)
  const [all, friends, own] = [
    await posts(alice, 'all', { visible: 0 }),
    await posts(alice, 'friends', { visible: 1 }),
    await posts(alice, 'own', { visible: 2 }),
  ]
  const seenBy = async (who: Person) =>
    (await Promise.all([all, friends, own].map((each) => sees(who, each)))).join()
  expect(await seenBy(alice)).toBe('true,true,true')
  expect(await seenBy(bob)).toBe('true,true,false')
  expect(await seenBy(carol)).toBe('true,false,false')
  expect(await reads(alice)).toEqual(['own', 'friends', 'all'])
  expect(await reads(bob)).toEqual(['friends', 'all'])
  expect(await reads(carol)).toEqual([])
  expect(await reads(alice, 'moments.mine')).toEqual(['own', 'friends', 'all'])
  expect(await readsWall(bob, alice)).toEqual(['friends', 'all'])
  expect(await readsWall(carol, alice)).toEqual(['all'])
  expect((await bob.tries('moments.wall', { user_id: 'nobody-there' })).code).toBe(4101)
})

test('for some friends only, and for all but some', async () => {
  const { alice, bob, carol, dave } = await app.people('alice', 'bob', 'carol', 'dave')
  await alice.befriends(bob)
  await alice.befriends(carol)
  const both = { allow_list: [bob.userId], deny_list: [carol.userId] }
  for (const [input, field] of [
    [both, 'deny_list'],
    [{ allow_list: [dave.userId] }, 'allow_list'],
    [{ deny_list: [bob.userId, dave.userId] }, 'deny_list'],
    [{ allow_list: [alice.userId] }, 'allow_list'],
    [{ allow_list: [bob.userId], visible: 2 }, 'visible'],
  ] as const) {
    const answer = await alice.tries('moments.create', { content: 'x', ...input })
    expect([answer.code, (answer.data as unknown as { field: string }).field]).toEqual([
      4010,
      field,
    ])
  }
  const forBob = [bob.userId.toUpperCase(), bob.userId]
  const allowed = await posts(alice, 'bob alone', { allow_list: forBob })
  const denied = await posts(alice, 'not carol', { deny_list: [carol.userId] })
  expect([allowed.allow_list, denied.deny_list]).toEqual([[bob.userId], [carol.userId]])
  expect(await reads(bob)).toEqual(['not carol', 'bob alone'])
  expect(await readsWall(bob, alice)).toEqual(['not carol', 'bob alone'])
  expect(await reads(carol)).toEqual([])
  expect(await readsWall(carol, alice)).toEqual([])
  expect(await readsWall(dave, alice)).toEqual(['not carol'])
  const seen = await bob.does('moments.get', { id: denied.id })
  expect([seen.deny_list, seen.allow_list]).toEqual([undefined, undefined])
  await bob.does('friends.remove', { friend_id: alice.userId })
  expect(await sees(bob, allowed)).toBe(false)
})

test('parting and blocking act at once, pages that were begun included', async () => {
  const { alice, bob, carol } = await app.people('alice', 'bob', 'carol')
  await alice.befriends(bob)
  await carol.befriends(bob)
  const first = await posts(alice, 'a1')
  await posts(alice, 'a2')
  await posts(carol, 'c1')
  const page = await bob.does('moments.timeline', { limit: 1 })
  if (Array.isArray(page)) throw new Error('a cursor was asked for')
  expect([page.list[0]?.content, page.has_more]).toEqual(['c1', true])
  const rest = async () => {
    const next = await bob.does('moments.timeline', { cursor: page.next_cursor, limit: 5 })
    return Array.isArray(next) ? [] : next.list.map((each) => each.content)
  }
  expect(await rest()).toEqual(['a2', 'a1'])
  await block(alice, bob)
  expect(await rest()).toEqual([])
  expect(await sees(bob, first)).toBe(false)
  // As their cards: whom she blocked she still finds, who blocked him is not there.
  expect((await bob.tries('moments.wall', { user_id: alice.userId })).code).toBe(4101)
  expect(await readsWall(alice, bob)).toEqual([])
  expect((await bob.tries('moments.like', { id: first.id })).code).toBe(4401)
  await carol.does('friends.remove', { friend_id: bob.userId })
  expect(await reads(bob)).toEqual([])
})

test('a disabled author is gone, and back again', async () => {
  const { alice, bob } = await app.people('alice', 'bob')
  await alice.befriends(bob)
  const moment = await posts(alice, 'still here')
  const { sql } = app.nodes[0]!.ctx
  await sql`update users set disabled_at = now() where user_id = ${alice.userId}`
  expect([await sees(bob, moment), await reads(bob)]).toEqual([false, []])
  expect((await bob.tries('moments.wall', { user_id: alice.userId })).code).toBe(4101)
  await sql`update users set disabled_at = null where user_id = ${alice.userId}`
  expect([await sees(bob, moment), await reads(bob)]).toEqual([true, ['still here']])
})

test('only its author deletes a moment, with all that stands below it', async () => {
  const { alice, bob, carol } = await app.people('alice', 'bob', 'carol')
  await alice.befriends(bob)
  const moment = await posts(alice, 'gone soon', { visible: 1 })
  await bob.does('moments.like', { id: moment.id })
  await bob.does('moments.comment', { id: moment.id, content: 'why?' })
  expect((await bob.tries('moments.remove', { id: moment.id })).code).toBe(4403)
  expect((await carol.tries('moments.remove', { id: moment.id })).code).toBe(4401)
  await alice.does('moments.remove', { id: moment.id })
  expect((await alice.tries('moments.remove', { id: moment.id })).code).toBe(4401)
  expect(await sees(alice, moment)).toBe(false)
  const [left] = await app.nodes[0]!.ctx.sql`
    select (select count(*) from moment_likes where moment_id = ${moment.id}) as likes,
      (select count(*) from moment_comments where moment_id = ${moment.id}) as comments`
  expect(left).toEqual({ likes: 0, comments: 0 })
})

test('every page by number and by cursor is the same walk, newest first', async () => {
  const { alice, bob } = await app.people('alice', 'bob')
  await alice.befriends(bob)
  const said: string[] = []
  for (let n = 0; n < 13; n++) said.unshift((await posts(n % 2 ? alice : bob, `${n}`)).content)
  const walked: string[] = []
  for (let cursor: string | null = ''; cursor !== null;) {
    const page: unknown = await bob.does('moments.timeline', { cursor, limit: 4 })
    const { list, next_cursor } = page as { list: Moment[]; next_cursor: string | null }
    walked.push(...list.map((each) => each.content))
    cursor = next_cursor
  }
  expect(walked).toEqual(said)
  const numbered = await Promise.all(
    [1, 2, 3, 4, 5].map((page) => bob.does('moments.timeline', { page, page_size: 3 })),
  )
  expect((numbered as Moment[][]).flat().map((each) => each.content)).toEqual(said)
  for (const page of [2, 101, 102, 1_000_000]) {
    expect(await bob.does('moments.timeline', { page, page_size: 100 })).toEqual([])
  }
  for (const input of [{ cursor: 'nonsense' }, { page: 0 }]) {
    expect((await bob.tries('moments.timeline', input)).code).toBe(4010)
  }
  const bad = Buffer.from('["x",1]').toString('base64url')
  expect((await bob.tries('moments.mine', { cursor: bad })).code).toBe(4010)
})

test('ten thousand moments are skipped by number, more by cursor', async () => {
  const { alice } = await app.people('alice')
  await app.nodes[0]!.ctx.sql`
    insert into moments (user_id, content, visible)
    select id, 'words', 2 from users, generate_series(1, 10001) where user_id = ${alice.userId}`
  const last = await alice.does('moments.mine', { page: 101, page_size: 100 })
  expect(last).toHaveLength(1)
  const beyond = await alice.tries('moments.mine', { page: 102, page_size: 100 })
  expect([beyond.code, beyond.data as unknown]).toEqual([
    4010,
    { field: 'page', reason: 'too_large', max: 101 },
  ])
})
