// Friends: ask, answer, list, part.
import { afterAll, beforeAll, expect, test } from 'bun:test'
import { install, type Installation } from '../support/installation.ts'
import type { Person } from '../support/people.ts'

let app: Installation
beforeAll(async () => {
  app = await install({ nodes: 2 })
})
afterAll(() => app[Symbol.asyncDispose]())

test('a request is heard, accepted and told', async () => {
  const { alice, bob } = await app.people('alice', 'bob')
  const [asker, asked] = [await alice.connects(), await bob.connects()]
  const request = await alice.does('friends.sendRequest', {
    to_user_id: bob.userId.toUpperCase(),
    message: 'it is me',
  })
  expect(request).toMatchObject({ from_user_id: alice.userId, to_user_id: bob.userId, status: 0 })
  const heard = await asked.hears('friend_request')
  expect(heard.data).toMatchObject({
    id: request.id,
    message: 'it is me',
    from_user: { nickname: 'alice' },
  })
  expect(await bob.does('friends.receivedRequests', { status: 0 })).toHaveLength(1)
  expect(await alice.does('friends.sentRequests')).toHaveLength(1)
  expect(await alice.does('friends.receivedRequests')).toHaveLength(0)
  const accepted = await bob.does('friends.acceptRequest', { request_id: request.id })
  expect(accepted.status).toBe(1)
  const told = await asker.hears('friend_accepted')
  expect(told.data).toMatchObject({ request_id: request.id, friend: { user_id: bob.userId } })
  for (const [me, other] of [
    [alice, bob],
    [bob, alice],
  ] as const) {
    const friends = await me.does('friends.list')
    expect(friends.map((each) => [each.user_id, each.friend_id])).toEqual([
      [me.userId, other.userId],
    ])
  }
})

test('every device hears of it, on every node, as the contract words it', async () => {
  const { alice, bob } = await app.people('alice', 'bob')
  const devices = async (person: Person) => [
    await person.connects({ deviceId: 'one', base: app.url(0) }),
    await person.connects({ deviceId: 'two', base: app.url(1) }),
    await (await person.again(app.url(1))).connects(),
  ]
  const [asking, asked] = [await devices(alice), await devices(bob)]
  const request = await alice.does('friends.sendRequest', { to_user_id: bob.userId, message: 'hm' })
  for (const each of asked) {
    const { data } = await each.hears('friend_request')
    expect(data).toEqual(request)
    expect(data.from_user).toMatchObject({ user_id: alice.userId })
    expect(data.from_user).not.toHaveProperty('email')
  }
  await bob.does('friends.acceptRequest', { request_id: request.id })
  for (const [heard, kind, friend] of [
    [asking, 'friend_accepted', bob],
    [asked, 'friend_added', alice],
  ] as const) {
    for (const each of heard) {
      const { data } = await each.hears(kind)
      expect(Object.keys(data)).toEqual(['request_id', 'friend'])
      expect(data).toMatchObject({ request_id: request.id, friend: { user_id: friend.userId } })
      expect(data.friend).not.toHaveProperty('email')
    }
  }
  await bob.does('friends.remove', { friend_id: alice.userId })
  for (const [heard, user_id] of [
    [asking, bob.userId],
    [asked, alice.userId],
  ] as const) {
    for (const each of heard) expect((await each.hears('friend_removed')).data).toEqual({ user_id })
  }
  for (const each of [...asking, ...asked]) {
    expect(each.heard.filter((frame) => frame.type.startsWith('friend_'))).toHaveLength(
      asked.includes(each) ? 3 : 2,
    )
  }
})

test('what is refused, and how', async () => {
  const { alice, bob, carol } = await app.people('alice', 'bob', 'carol')
  const ask = (to_user_id: string) => alice.tries('friends.sendRequest', { to_user_id })
  expect((await ask(alice.userId)).code).toBe(4010)
  expect((await ask('nobody-there')).code).toBe(4101)
  const first = await ask(bob.userId)
  expect(first.code).toBe(0)
  const second = await ask(bob.userId)
  expect([second.status, second.code]).toEqual([409, 4203])
  const request_id = (first.data as { id: number }).id
  expect((await alice.tries('friends.acceptRequest', { request_id })).code).toBe(4204)
  expect((await carol.tries('friends.acceptRequest', { request_id })).code).toBe(4204)
  expect((await bob.does('friends.rejectRequest', { request_id })).status).toBe(2)
  expect((await bob.tries('friends.acceptRequest', { request_id })).code).toBe(4204)
  await alice.befriends(bob)
  expect((await ask(bob.userId)).code).toBe(4202)
})

test('asking each other is an answer: who asked first was accepted, the other accepts', async () => {
  const { alice, bob } = await app.people('alice', 'bob')
  const [hers, his] = [await alice.connects(), await bob.connects({ base: app.url(1) })]
  await alice.does('friends.sendRequest', { to_user_id: bob.userId })
  const crossed = await bob.does('friends.sendRequest', { to_user_id: alice.userId })
  expect(crossed).toMatchObject({ from_user_id: alice.userId, status: 1 })
  expect(await bob.does('friends.list')).toHaveLength(1)
  const told = (friend: Person) => ({ request_id: crossed.id, friend: { user_id: friend.userId } })
  expect((await hers.hears('friend_accepted')).data).toMatchObject(told(bob))
  expect((await his.hears('friend_added')).data).toMatchObject(told(alice))
  await bob.does('friends.remove', { friend_id: alice.userId })
  for (const each of [hers, his]) await each.hears('friend_removed')
  expect([hers.all('friend_added'), his.all('friend_accepted')]).toEqual([[], []])
})

test('asked and accepted in parallel, there is one friendship', async () => {
  const { alice, bob } = await app.people('alice', 'bob')
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, n) =>
      n % 2
        ? alice.tries('friends.sendRequest', { to_user_id: bob.userId })
        : bob.tries('friends.sendRequest', { to_user_id: alice.userId }),
    ),
  )
  expect(new Set(answers.map((each) => each.code))).toEqual(
    new Set([0, 4202, 4203].filter((code) => answers.some((each) => each.code === code))),
  )
  expect(answers.filter((each) => each.code === 0).length).toBe(2)
  expect(await alice.does('friends.list')).toHaveLength(1)
  expect(await bob.does('friends.list')).toHaveLength(1)
})

test('parting is for both, and heard', async () => {
  const { alice, bob } = await app.people('alice', 'bob')
  await alice.befriends(bob)
  const listener = await bob.connects()
  await alice.does('friends.remove', { friend_id: bob.userId })
  expect((await listener.hears('friend_removed')).data).toEqual({ user_id: alice.userId })
  expect(await bob.does('friends.list')).toEqual([])
  expect((await bob.tries('friends.remove', { friend_id: alice.userId })).code).toBe(4201)
})

test('friends again: the same conversation, with what was said', async () => {
  const { alice, bob } = await app.people('alice', 'bob')
  const first = await alice.befriends(bob)
  await alice.says(bob, 'before')
  await alice.does('friends.remove', { friend_id: bob.userId })
  expect((await alice.tries('conversations.create', { friend_user_id: bob.userId })).code).toBe(
    4403,
  )
  const second = await bob.befriends(alice)
  expect(second).toBe(first)
  await alice.says(bob, 'after')
  expect((await bob.reads(second)).map((each) => each.content)).toEqual(['before', 'after'])
})
