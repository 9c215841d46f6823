// Likes and comments: given once, taken back, and seen only among friends.
import { afterAll, beforeAll, expect, test } from 'bun:test'
import { custody } from '../../src/features/moments/custody.ts'
import type { Moment, MomentComment, MomentLike } from '../../src/protocol/moments.ts'
import { taken } from '../support/custody.ts'
import { install, type Installation } from '../support/installation.ts'
import type { Person } from '../support/people.ts'

let app: Installation
beforeAll(async () => {
  app = await install()
})
afterAll(() => app[Symbol.asyncDispose]())

const posts = (who: Person, content: string, more: Record<string, unknown> = {}) =>
  who.does('moments.create', { content, ...more })
const says = (who: Person, { id }: Moment, content: string, reply_to_id?: number) =>
  who.does('moments.comment', { id, content, ...(reply_to_id ? { reply_to_id } : {}) })
const likes = (who: Person, { id }: Moment) => who.does('moments.like', { id })

async function hears(who: Person, { id }: Moment) {
  const list = (await who.does('moments.comments', { id })) as MomentComment[]
  return list.map((each) => each.content)
}
async function likers(who: Person, { id }: Moment) {
  const list = (await who.does('moments.likes', { id })) as MomentLike[]
  return list.map((each) => each.user_id)
}
const numberOf = async (who: Person) => (await who.does('accounts.me')).id

/** Alice and her friends; only bob and carol know each other. */
async function circle() {
  const people = await app.people('alice', 'bob', 'carol', 'dave', 'eve')
  const { alice, bob, carol, dave } = people
  for (const friend of [bob, carol, dave]) await alice.befriends(friend)
  await bob.befriends(carol)
  return people
}

test('a hundred likes at once are one, and so are a hundred taken back', async () => {
  const { alice, bob } = await app.people('alice', 'bob')
  await alice.befriends(bob)
  const moment = await posts(alice, 'like me')
  const hundred = Array.from({ length: 100 })
  const liked = await Promise.all(hundred.map(() => bob.tries('moments.like', { id: moment.id })))
  expect(new Set(liked.map((each) => each.code))).toEqual(new Set([0]))
  const seen = await bob.does('moments.get', { id: moment.id })
  expect([seen.like_count, seen.liked_by_me, seen.likes?.length]).toEqual([1, true, 1])
  expect((await alice.does('moments.get', { id: moment.id })).liked_by_me).toBe(false)
  const back = await Promise.all(hundred.map(() => bob.tries('moments.unlike', { id: moment.id })))
  expect(new Set(back.map((each) => each.code))).toEqual(new Set([0]))
  expect(back[0]?.data).toEqual({ message: 'unliked', like_count: 0, liked_by_me: false })
  expect(await likers(alice, moment)).toEqual([])
})

test('likes and a deletion at once leave nothing behind', async () => {
  const { alice, bob } = await app.people('alice', 'bob')
  await alice.befriends(bob)
  const moment = await posts(alice, 'soon gone')
  const answers = await Promise.all([
    ...Array.from({ length: 20 }, () => bob.tries('moments.like', { id: moment.id })),
    alice.tries('moments.remove', { id: moment.id }),
    ...Array.from({ length: 20 }, (_, n) =>
      bob.tries('moments.comment', { id: moment.id, content: `${n}` }),
    ),
  ])
  // Which of them came before the deletion is chance: those are taken, the others find nothing.
  const codes = new Set(answers.map((each) => each.code))
  expect([...codes].filter((code) => code !== 0 && code !== 4401)).toEqual([])
  expect(answers[20]?.code).toBe(0)
  const [left] = await app.nodes[0]!.ctx.sql`
    select count(*) from (select moment_id from moment_likes
      union all select moment_id from moment_comments) x where moment_id = ${moment.id}`
  expect(left).toEqual({ count: 0 })
})

test('one sees what friends say, and counts only that', async () => {
  const { alice, bob, carol, dave } = await circle()
  const moment = await posts(alice, 'party on Friday')
  for (const who of [alice, bob, carol, dave]) {
    await likes(who, moment)
    await says(who, moment, who.userId)
  }
  for (const [viewer, seen] of [
    [alice, [alice, bob, carol, dave]],
    [bob, [alice, bob, carol]],
    [carol, [alice, bob, carol]],
    [dave, [alice, dave]],
  ] as const) {
    const names = seen.map((each) => each.userId)
    expect(await likers(viewer, moment)).toEqual(names)
    expect(await hears(viewer, moment)).toEqual(names)
    const shown = await viewer.does('moments.get', { id: moment.id })
    expect([shown.like_count, shown.comment_count]).toEqual([names.length, names.length])
    expect(shown.comments?.map((each) => each.user_id)).toEqual(names)
  }
  await bob.does('friends.remove', { friend_id: carol.userId })
  expect(await hears(bob, moment)).toEqual([alice.userId, bob.userId])
})

test('who only reads may like and not comment, and who sees nothing finds nothing', async () => {
  const { alice, bob, eve } = await circle()
  const moment = await posts(alice, 'for everyone')
  const own = await posts(alice, 'for me', { visible: 2 })
  expect(await likes(eve, moment)).toMatchObject({ like_count: 1, liked_by_me: true })
  expect(await likers(eve, moment)).toEqual([eve.userId])
  // She is no friend of theirs.
  for (const other of [alice, bob]) {
    expect(await likers(other, moment)).toEqual([])
    expect((await other.does('moments.get', { id: moment.id })).like_count).toBe(0)
  }
  const refused = await eve.tries('moments.comment', { id: moment.id, content: 'hi' })
  expect([refused.status, refused.code]).toEqual([403, 4403])
  for (const name of ['like', 'unlike', 'likes', 'comment', 'comments', 'get'] as const) {
    for (const id of [own.id, 999_999]) {
      const answer = await bob.tries(`moments.${name}`, { id, content: 'hi' })
      expect([name, answer.status, answer.code]).toEqual([name, 404, 4401])
    }
  }
})

test('a comment has words, five hundred at most', async () => {
  const { ann } = await app.people('ann')
  const { id } = await posts(ann, 'say something')
  for (const content of ['', '  ', 'x'.repeat(501), '😀'.repeat(501), 'a\0b']) {
    const answer = await ann.tries('moments.comment', { id, content })
    expect([content, answer.code]).toEqual([content, 4010])
  }
  const longest = '😀'.repeat(500)
  expect((await ann.does('moments.comment', { id, content: longest })).content).toBe(longest)
})

test('an answer shows what it answers to those who see that', async () => {
  const { alice, bob, carol, dave } = await circle()
  const moment = await posts(alice, 'question')
  const other = await posts(alice, 'another')
  const asked = await says(bob, moment, 'what?')
  const answer = await says(carol, moment, 'that', asked.id)
  expect(answer).toMatchObject({
    reply_to_id: asked.id,
    reply_to: { id: asked.id, content: 'what?', user_id: bob.userId },
  })
  const own = await says(alice, moment, 'both', asked.id)
  const readBy = async (who: Person) => {
    const list = (await who.does('moments.comments', { id: moment.id })) as MomentComment[]
    return list.find((each) => each.id === own.id)
  }
  expect((await readBy(carol))?.reply_to?.content).toBe('what?')
  const alone = await readBy(dave)
  expect([alone?.content, alone?.reply_to_id, alone?.reply_to]).toEqual(['both', null, undefined])
  for (const [who, target, reply] of [
    [dave, moment, asked.id],
    [bob, other, asked.id],
    [bob, moment, 999_999],
  ] as const) {
    const input = { id: target.id, content: 'no', reply_to_id: reply }
    const refused = await who.tries('moments.comment', input)
    const details = { field: 'reply_to_id', reason: 'unknown_value' }
    expect([refused.code, refused.data as unknown]).toEqual([4010, details])
  }
  await bob.does('moments.removeComment', { comment_id: asked.id })
  expect((await readBy(carol))?.reply_to).toBeUndefined()
})

test('a comment is deleted by its author or the moment’s', async () => {
  const { alice, bob, carol, dave } = await circle()
  const moment = await posts(alice, 'careful')
  const [one, two, three] = [
    await says(bob, moment, 'one'),
    await says(bob, moment, 'two'),
    await says(bob, moment, 'three'),
  ]
  const tries = (who: Person, { id }: { id: number }) =>
    who.tries('moments.removeComment', { comment_id: id })
  expect((await tries(carol, one)).code).toBe(4403)
  expect((await tries(dave, one)).code).toBe(4401)
  expect((await tries(bob, one)).data).toEqual({ message: 'removed' })
  expect((await tries(bob, one)).code).toBe(4401)
  expect((await tries(alice, two)).code).toBe(0)
  expect(await hears(alice, moment)).toEqual(['three'])
  await alice.does('friends.remove', { friend_id: bob.userId })
  // His words stay his to take back, whatever he still sees.
  expect((await tries(bob, three)).code).toBe(0)
})

test('long lists come by pages, oldest first', async () => {
  const { alice } = await app.people('alice')
  const moment = await posts(alice, 'monologue')
  const said = Array.from({ length: 7 }, (_, n) => `line ${n}`)
  for (const line of said) await says(alice, moment, line)
  const walked: string[] = []
  for (let cursor: string | null = ''; cursor !== null;) {
    const page: unknown = await alice.does('moments.comments', { id: moment.id, cursor, limit: 3 })
    const { list, next_cursor } = page as { list: MomentComment[]; next_cursor: string | null }
    walked.push(...list.map((each) => each.content))
    cursor = next_cursor
  }
  expect(walked).toEqual(said)
  const second = await alice.does('moments.comments', { id: moment.id, page: 2, page_size: 5 })
  expect((second as MomentComment[]).map((each) => each.content)).toEqual(said.slice(5))
})

test('who leaves takes everything along, batch by batch, and nothing of others', async () => {
  const { alice, bob, carol } = await circle()
  const [mine, hers] = [await posts(alice, 'mine'), await posts(bob, 'hers')]
  await posts(alice, 'for bob', { allow_list: [bob.userId] })
  await posts(bob, 'not for alice', { deny_list: [alice.userId] })
  for (const who of [alice, bob]) {
    for (const moment of [mine, hers]) {
      await likes(who, moment)
      await says(who, moment, `${who.userId} on ${moment.content}`)
    }
  }
  await likes(carol, mine)
  const { sql } = app.nodes[0]!.ctx
  const id = await numberOf(alice)
  expect(await taken(custody.export.moments, sql, id, 1)).toMatchObject([
    { content: 'mine' },
    { allow_list: [bob.userId] },
  ])
  expect(await taken(custody.export.moment_likes, sql, id, 10)).toHaveLength(2)
  expect(await taken(custody.export.moment_comments, sql, id, 10)).toMatchObject([
    { content: `${alice.userId} on mine` },
    { content: `${alice.userId} on hers` },
  ])
  const batches: number[] = []
  for (let count = -1; count !== 0; batches.push(count)) count = await custody.erase!(sql, id, 2)
  expect(Math.max(...batches)).toBe(2)
  // Two moments, one list of hers and one that named her; five likes and comments of hers or
  // below her moments beside the four that she gave.
  expect(batches.reduce((sum, count) => sum + count)).toBe(2 + 2 + 4 + 3)
  expect(await hears(bob, hers)).toEqual([`${bob.userId} on hers`])
  expect(await likers(bob, hers)).toEqual([bob.userId])
  expect((await bob.tries('moments.get', { id: mine.id })).code).toBe(4401)
})
