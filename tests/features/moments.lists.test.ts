// What a list shows below each moment: the newest likes and comments, as far as the reader sees them.
import { afterAll, beforeAll, expect, test } from 'bun:test'
import { limits } from '../../src/limits.ts'
import type { Moment, MomentComment, MomentLike } from '../../src/protocol/moments.ts'
import { install, type Installation } from '../support/installation.ts'
import type { Person } from '../support/people.ts'

let app: Installation
beforeAll(async () => {
  app = await install()
})
afterAll(() => app[Symbol.asyncDispose]())

const { listedLikesMax, listedCommentsMax } = limits.moments

/** So many new friends of somebody, who all like a moment and say something below it, in turn. */
async function applaud({ userId }: Person, { id }: Moment, count: number): Promise<void> {
  await app.nodes[0]!.ctx.sql`
    with host as (select id from users where user_id = ${userId}),
      guests as (
        insert into users (user_id, email, nickname)
        select 'guest-' || ${id}::int || '-' || n, ${id}::int || '-' || n || '@guests.invalid', 'Guest'
        from generate_series(1, ${count}::int) n order by n
        returning id),
      near as (
        insert into friends (user_id, friend_id)
        select guests.id, host.id from guests, host
        union all select host.id, guests.id from guests, host),
      liked as (insert into moment_likes (moment_id, user_id)
        select ${id}, id from guests order by id)
    insert into moment_comments (moment_id, user_id, content)
    select ${id}, id, 'Well said.' from guests order by id`
}

/** One moment as every list shows it to this person, by pages and by cursors. */
async function listings(who: Person, author: Person, { id }: Moment): Promise<Moment[]> {
  const own = who === author ? (['moments.mine'] as const) : []
  const lists = await Promise.all(
    [...own, 'moments.timeline' as const, 'moments.wall' as const].flatMap((name) =>
      [{}, { limit: 20 }].map((paging) =>
        who.does(name, name === 'moments.wall' ? { user_id: author.userId, ...paging } : paging),
      ),
    ),
  )
  const found = lists.map((data) =>
    (Array.isArray(data) ? data : data.list).find((moment) => moment.id === id),
  )
  expect(found).toHaveLength(4 + 2 * own.length)
  return found as Moment[]
}

test('the newest twenty likes and ten comments, oldest first, in every list', async () => {
  const { alice } = await app.people('alice')
  const moment = await alice.does('moments.create', { content: 'who comes?' })
  await applaud(alice, moment, 23)
  const likes = (await alice.does('moments.likes', { id: moment.id })) as MomentLike[]
  const comments = (await alice.does('moments.comments', { id: moment.id })) as MomentComment[]
  for (const shown of await listings(alice, alice, moment)) {
    expect([shown.like_count, shown.comment_count]).toEqual([23, 23])
    expect(shown.likes).toEqual(likes.slice(-listedLikesMax))
    expect(shown.comments).toEqual(comments.slice(-listedCommentsMax))
  }
  // By itself it goes on showing all from the first one.
  const alone = await alice.does('moments.get', { id: moment.id })
  expect([alone.likes, alone.comments]).toEqual([likes, comments])
})

test('many moments at once, each with its own', async () => {
  const { alice, bob } = await app.people('alice', 'bob')
  await alice.befriends(bob)
  const moments: Moment[] = []
  for (const content of ['one', 'two', 'three']) {
    moments.push(await alice.does('moments.create', { content }))
  }
  const [one, , three] = moments as [Moment, Moment, Moment]
  for (const { id } of [one, three]) {
    await bob.does('moments.like', { id })
    await bob.does('moments.comment', { id, content: `on ${id}` })
  }
  const list = (await bob.does('moments.timeline')) as Moment[]
  const shown = list.map(({ id, likes, comments }) => [
    id,
    likes?.map((like) => [like.moment_id, like.user_id]),
    comments?.map(({ moment_id, content }) => [moment_id, content]),
  ])
  const of = ({ id }: Moment) => [id, [[id, bob.userId]], [[id, `on ${id}`]]]
  expect(shown).toEqual([of(three), [moments[1]!.id, [], []], of(one)])
})

test('strangers, whom a block stands between, and what they were answered stay unseen', async () => {
  const { alice, bob, carol, dave } = await app.people('alice', 'bob', 'carol', 'dave')
  for (const friend of [bob, carol, dave]) await alice.befriends(friend)
  await bob.befriends(carol)
  const moment = await alice.does('moments.create', { content: 'who comes?' })
  const { id } = moment
  const says = (who: Person, content: string, reply?: number) =>
    who.does('moments.comment', { id, content, ...(reply ? { reply_to_id: reply } : {}) })
  for (const friend of [carol, dave]) await friend.does('moments.like', { id })
  const [hers, his] = [await says(carol, 'carol'), await says(dave, 'dave')]
  await says(alice, 'to carol', hers.id)
  await says(alice, 'to dave', his.id)
  // More than fit, and none of them is known to bob: what he sees is not pushed out by it.
  await applaud(alice, moment, 23)
  const seenBy = async (who: Person) => {
    const [shown, ...others] = await listings(who, alice, moment)
    for (const other of others) expect(other).toEqual(shown as Moment)
    return {
      likes: shown?.likes?.map((like) => like.user_id),
      comments: shown?.comments?.map(({ content, reply_to }) => [content, reply_to?.content]),
    }
  }
  expect(await seenBy(bob)).toEqual({
    likes: [carol.userId],
    comments: [
      ['carol', undefined],
      ['to carol', 'carol'],
      ['to dave', undefined],
    ],
  })
  await bob.does('friends.block', { blocked_user_id: carol.userId })
  expect(await seenBy(bob)).toEqual({
    likes: [],
    comments: [
      ['to carol', undefined],
      ['to dave', undefined],
    ],
  })
})
