// Who is online: friends alone, on any node, and only where a node lives.
import { afterAll, beforeAll, expect, test } from 'bun:test'
import { eventually } from '../support/eventually.ts'
import { install, type Installation } from '../support/installation.ts'
import type { Person } from '../support/people.ts'

let app: Installation
beforeAll(async () => {
  app = await install({ nodes: 2 })
})
afterAll(() => app[Symbol.asyncDispose]())

const online = async (by: Person) =>
  (await by.does('presence.friends')).map((each) => each.friend_id)
const batch = (by: Person, ...names: string[]) =>
  by.does('presence.batch', { user_ids: names.join() })

test('a friend is online while a device of theirs is connected, whatever node holds it', async () => {
  const { alice, bob, carol, dave } = await app.people('alice', 'bob', 'carol', 'dave')
  await alice.befriends(bob)
  await alice.befriends(carol)
  expect(await online(alice)).toEqual([])
  const first = await bob.connects({ deviceId: 'first', base: app.url(0) })
  const second = await bob.connects({ deviceId: 'second', base: app.url(1) })
  await dave.connects()
  expect(await online(alice)).toEqual([bob.userId])
  const [friend] = await alice.does('presence.friends')
  expect(friend).toMatchObject({ user_id: alice.userId, friend_user: { nickname: 'bob' } })
  expect(friend?.friend_user).not.toHaveProperty('email')
  await first.close()
  expect(await online(alice)).toEqual([bob.userId])
  await second.close()
  await eventually(async () => (await online(alice)).length === 0)
})

test('asked about many: true for friends and oneself alone, by the names as they were asked', async () => {
  const { alice, bob, carol, dave } = await app.people('alice', 'bob', 'carol', 'dave')
  await alice.befriends(bob)
  await alice.befriends(carol)
  for (const each of [alice, bob, dave]) await each.connects()
  const shout = bob.userId.toUpperCase()
  const names = [alice.userId, shout, bob.userId, carol.userId, dave.userId, 'nobody-there']
  // Dave, a stranger who is there, looks like somebody who does not exist.
  expect(await batch(alice, ...names)).toEqual({
    [alice.userId]: true,
    [shout]: true,
    [bob.userId]: true,
    [carol.userId]: false,
    [dave.userId]: false,
    'nobody-there': false,
  })
  // The space around a name is nobody's, as at every other door.
  expect(await batch(alice, ` ${bob.userId}`, `\t${carol.userId} `)).toEqual({
    [bob.userId]: true,
    [carol.userId]: false,
  })
  expect((await alice.tries('presence.batch', { user_ids: 'bob,a l' })).code).toBe(4010)
  expect(Object.entries(await batch(alice, '__proto__'))).toEqual([['__proto__', false]])
})

test('a block and the end of a friendship hide both at once', async () => {
  const { alice, bob, carol } = await app.people('alice', 'bob', 'carol')
  await alice.befriends(bob)
  await alice.befriends(carol)
  for (const each of [alice, bob, carol]) await each.connects()
  expect(await online(alice)).toEqual([bob.userId, carol.userId])
  await alice.does('friends.block', { blocked_user_id: bob.userId })
  await carol.does('friends.remove', { friend_id: alice.userId })
  expect(await online(alice)).toEqual([])
  const all = [alice, bob, carol].map((each) => each.userId)
  for (const [person, there] of [
    [alice, [true, false, false]],
    [bob, [false, true, false]],
    [carol, [false, false, true]],
  ] as const) {
    expect(Object.values(await batch(person, ...all))).toEqual([...there])
  }
})

test('a hundred ids at most, each of them one', async () => {
  const { alice } = await app.people('alice')
  const many = (count: number) => Array.from({ length: count }, (_, n) => `somebody-${n}`)
  expect(Object.keys(await batch(alice, ...many(100)))).toHaveLength(100)
  const refused = async (user_ids: string) =>
    (await alice.tries('presence.batch', { user_ids })).code
  expect(await refused(many(101).join())).toBe(4010)
  for (const text of ['', 'a', 'alice,', ',alice', 'alice,,bob', 'alice bob', 'alice,b@b']) {
    expect(await refused(text)).toBe(4010)
  }
  expect((await alice.tries('presence.batch')).code).toBe(4010)
})

test('what a dead node left behind does not count', async () => {
  const { alice, bob } = await app.people('alice', 'bob')
  await alice.befriends(bob)
  const { registry } = app.nodes[0]!.ctx
  const { id } = await bob.does('accounts.me')
  const entry = { connectionId: 'dead.1', user: id, session: bob.sessionId, device: 'd' }
  await registry.joinAll('dead', [entry])
  expect(await online(alice)).toEqual([])
  await registry.register('dead')
  expect(await online(alice)).toEqual([bob.userId])
  await registry.unregister('dead')
  expect(await online(alice)).toEqual([])
})

test('while Redis is away nobody can say', async () => {
  const { alice, bob } = await app.people('alice', 'bob')
  await alice.befriends(bob)
  const { redis } = app.nodes[0]!.ctx
  const asking = [await alice.again(app.url(0))]
  redis.disconnect()
  await eventually(() => redis.status === 'end')
  for (const each of asking) {
    for (const answer of [
      await each.tries('presence.friends'),
      await each.tries('presence.batch', { user_ids: bob.userId }),
    ]) {
      expect([answer.status, answer.code]).toEqual([503, 5002])
      expect(answer.headers.get('retry-after')).toBe('1')
    }
    // What needs no Redis goes on.
    const { userId } = bob
    expect((await each.tries('friends.block', { blocked_user_id: userId })).code).toBe(0)
  }
  await redis.connect()
  expect(await online(alice)).toEqual([])
})
