// One cursor over everything that an account has missed.
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { must } from '../../src/core/assert.ts'
import { endMutes } from '../../src/features/conversations/settings.ts'
import { eventually } from '../support/eventually.ts'
import { install, type Installation } from '../support/installation.ts'
import { isWhole, Mirror } from '../support/mirror.ts'
import type { Person } from '../support/people.ts'

let app: Installation
let alice: Person
let bob: Person
let carol: Person
let talk: number
beforeAll(async () => {
  app = await install()
  const people = await app.people('alice', 'bob', 'carol')
  alice = people.alice
  bob = people.bob
  carol = people.carol
  talk = await alice.befriends(bob)
  await bob.befriends(carol)
})
afterAll(() => app[Symbol.asyncDispose]())

const sql = () => app.nodes[0]!.ctx.sql

async function invitationOf(who: Person) {
  const list = await who.does('groups.receivedInvitations', {})
  return must(Array.isArray(list) ? list[0] : list.list[0], 'somebody was asked')
}

async function caughtUp(who: Person): Promise<Mirror> {
  const mirror = new Mirror(who)
  await mirror.catchesUp()
  return mirror
}

/** After what was done, the old picture and the events are the new one. */
async function law(who: Person, mirror: Mirror, limit?: number): Promise<void> {
  await mirror.catchesUp(limit)
  const { kept, fresh } = await isWhole(mirror, who)
  expect(kept).toEqual(fresh)
}

describe('what a cursor brings', () => {
  const cases: readonly (readonly [what: string, does: () => Promise<unknown>])[] = [
    ['what was said', () => alice.says(bob, 'hi')],
    ['what was said back', () => bob.says(alice, 'hello')],
    [
      'a hundred messages',
      () => Promise.all(Array.from({ length: 100 }, (_, n) => bob.says(alice, `${n}`))),
    ],
    [
      'what was taken back',
      async () => bob.does('messages.recall', { id: (await bob.says(alice, 'oops')).id }),
    ],
    [
      'what was said otherwise',
      async () =>
        bob.does('messages.edit', { id: (await bob.says(alice, 'helo')).id, content: 'hello' }),
    ],
    [
      'what I have deleted',
      async () => alice.does('messages.delete', { id: (await bob.says(alice, 'hm')).id }),
    ],
    [
      'a conversation that is opened, and nothing said there',
      async () => {
        const { eve } = await app.people('eve')
        const { id } = await eve.does('friends.sendRequest', { to_user_id: alice.userId })
        await alice.does('friends.acceptRequest', { request_id: id })
        await law(alice, mirror)
        await alice.does('conversations.create', { friend_user_id: eve.userId })
      },
    ],
    ['a mark of mine', () => alice.does('conversations.read', { id: talk })],
    ['a mark of theirs', () => bob.does('conversations.read', { id: talk })],
    ['a pin', () => alice.does('conversations.pin', { id: talk, is_pinned: true })],
    ['an archive', () => alice.does('conversations.archive', { id: talk })],
    ['what takes it out again', () => bob.says(alice, 'hello?')],
    ['a mark that it is unread', () => alice.does('conversations.markUnread', { id: talk })],
    ['and reading', () => alice.does('conversations.read', { id: talk })],
    ['a draft', () => alice.does('conversations.draft', { id: talk, content: 'I was' })],
    ['a mute', () => alice.does('conversations.mute', { id: talk, is_muted: true })],
    [
      'a mute that ends by its time, and what it takes out of the archive',
      async () => {
        const until = '2100-01-01T00:00:00Z'
        await alice.does('conversations.mute', { id: talk, is_muted: true, until })
        await alice.does('conversations.archive', { id: talk })
        await bob.says(alice, 'are you there?')
        await law(alice, mirror)
        await sql()`update conversation_members set quiet_until = now() where is_muted`
        await endMutes(app.nodes[0]!.ctx)
      },
    ],
    [
      'marks of theirs that they hide',
      () => bob.does('settings.update', { privacy: { receipts: false } }),
    ],
    ['and show', () => bob.does('settings.update', { privacy: { receipts: true } })],
    [
      'what I set myself',
      () => alice.does('settings.update', { privacy: { typing: false, receipts: false } }),
    ],
    [
      'a status of theirs',
      () => bob.does('accounts.updateMe', { status: { emoji: '🌴', text: 'At the lake' } }),
    ],
    ['a name of theirs', () => bob.does('accounts.updateMe', { nickname: 'Robert' })],
    ['a name of mine', () => alice.does('accounts.updateMe', { nickname: 'Alicia' })],
    ['a remark', () => alice.does('friends.updateRemark', { friend_id: bob.userId, remark: 'B' })],
    ['a new friend', () => alice.befriends(carol)],
    [
      'what a new friend says',
      async () => {
        await carol.says(alice, 'hi')
      },
    ],
    [
      'a block',
      async () => {
        await alice.does('friends.block', { blocked_user_id: carol.userId })
      },
    ],
    ['the end of a block', () => alice.does('friends.unblock', { user_id: carol.userId })],
    [
      'a request that is rejected',
      async () => {
        const { id } = await carol.does('friends.sendRequest', { to_user_id: alice.userId })
        await alice.does('friends.rejectRequest', { request_id: id })
      },
    ],
    [
      'a group',
      async () => {
        const { group_id } = await bob.does('groups.create', {
          name: 'Herons',
          member_ids: [alice.userId],
        })
        await bob.does('groups.send', { group_id, message_type: 1, content: 'hi all' })
        group = group_id
      },
    ],
    ['another name of it', () => bob.does('groups.update', { group_id: group, name: 'Storks' })],
    [
      'a role',
      () => bob.does('groups.setRole', { group_id: group, target_user_id: alice.userId, role: 2 }),
    ],
    [
      'one who comes in',
      () =>
        bob
          .does('groups.invite', { group_id: group, invitee_user_id: carol.userId })
          .then((asked) => carol.does('groups.acceptInvitation', { id: asked.id })),
    ],
    [
      'one who is muted',
      () =>
        bob.does('groups.mute', {
          group_id: group,
          target_user_id: carol.userId,
          until: '2100-01-01T00:00:00Z',
        }),
    ],
    [
      'what a stranger in it is called everywhere',
      async () => {
        const { dan } = await app.people('dan')
        await bob.befriends(dan)
        const asked = { group_id: group, invitee_user_id: dan.userId }
        await dan.does('groups.acceptInvitation', {
          id: (await bob.does('groups.invite', asked)).id,
        })
        await mirror.catchesUp()
        await dan.does('accounts.updateMe', { nickname: 'Daniel' })
        await eventually(async () => {
          await mirror.catchesUp()
          return mirror.members(group).some(({ user }) => user.nickname === 'Daniel')
        })
      },
    ],
    [
      'what one is called there',
      () => carol.does('groups.rename', { group_id: group, nickname: 'Heron C' }),
    ],
    ['one who leaves', () => carol.does('groups.leave', { group_id: group })],
    [
      'an invitation',
      async () => {
        const { group_id } = await bob.does('groups.create', { name: 'Egrets' })
        await bob.does('groups.invite', { group_id, invitee_user_id: alice.userId })
      },
    ],
    [
      'one that is turned down',
      async () => {
        const { id } = await invitationOf(alice)
        await alice.does('groups.rejectInvitation', { id })
      },
    ],
    [
      'one into a group that ends',
      async () => {
        const { group_id } = await bob.does('groups.create', { name: 'Terns' })
        await bob.does('groups.invite', { group_id, invitee_user_id: alice.userId })
        await law(alice, mirror)
        await bob.does('groups.dissolve', { group_id })
      },
    ],
    [
      'one by somebody who leaves',
      async () => {
        const { group_id } = await carol.does('groups.create', {
          name: 'Coots',
          member_ids: [bob.userId],
        })
        await bob.does('groups.invite', { group_id, invitee_user_id: alice.userId })
        await law(alice, mirror)
        await bob.does('groups.leave', { group_id })
      },
    ],
    [
      'being thrown out',
      () => bob.does('groups.kick', { group_id: group, target_user_id: alice.userId }),
    ],
    ['a friendship that ends', () => bob.does('friends.remove', { friend_id: alice.userId })],
  ]
  let group = ''
  let mirror: Mirror
  let slow: Mirror
  beforeAll(async () => {
    mirror = await caughtUp(alice)
    slow = await caughtUp(alice)
  })

  test.each(cases)('%s', async (what, does) => {
    await does()
    // What others have to catch up on is noted by a worker.
    if (/of theirs|that they|^and show$|set myself/.test(what)) {
      await eventually(async () => (await sql()`select from outbox limit 1`).length === 0)
    }
    await law(alice, mirror)
    expect(mirror.resets).toBe(0)
  })

  test('all of it at once, in small pages', async () => {
    await law(alice, slow, 7)
    expect(slow.pages).toBeGreaterThan(10)
  })

  test('a new device in one request', async () => {
    const device = new Mirror(alice)
    await device.catchesUp()
    expect(device.pages).toBe(1)
  })

  test('a new device, event by event', async () => {
    const device = new Mirror(alice)
    await device.catchesUp(1)
    const { kept, fresh } = await isWhole(device, alice)
    expect(kept).toEqual(fresh)
  })

  test('by a socket the same', async () => {
    const device = await alice.connects()
    const { cursor } = mirror
    await bob.says(carol, 'not for alice')
    device.frame('sync', { cursor, limit: 100 }, 'q')
    const { type, data } = await device.answer('q')
    expect([type, data]).toEqual([
      'ack',
      { ...(await alice.does('sync.get', { cursor })), next_cursor: expect.any(String) },
    ] as never)
    await device.close()
  })

  test('and nothing, when nothing is new', async () => {
    const { cursor } = mirror
    const answer = await alice.does('sync.get', { cursor })
    expect(answer).toEqual({ events: [], next_cursor: expect.any(String), has_more: false })
    expect(JSON.stringify(answer).length).toBeLessThan(1024)
  })

  test('a cursor that cannot be served begins anew, never with nothing', async () => {
    const garbage = await alice.does('sync.get', { cursor: 'nothing-of-ours' })
    expect([garbage.reset, garbage.events[0]?.type]).toEqual([true, 'me'])
    await sql()`update installation set epoch = gen_random_uuid()`
    await law(alice, mirror)
    expect(mirror.resets).toBe(1)
  })
})
