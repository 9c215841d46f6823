// Blocks: they cut both ways and at once, whatever is under way, and tell no more than they must.
import { afterAll, beforeAll, expect, test } from 'bun:test'
import { startWorkers } from '../../workers/worker-process.ts'
import { install, type Installation } from '../support/installation.ts'
import type { Person } from '../support/people.ts'

let app: Installation
beforeAll(async () => {
  app = await install({ nodes: 2 })
})
afterAll(() => app[Symbol.asyncDispose]())

const block = (by: Person, other: Person) =>
  by.tries('friends.block', { blocked_user_id: other.userId })
const unblock = (by: Person, other: Person) =>
  by.tries('friends.unblock', { user_id: other.userId })
const ask = (from: Person, to: Person) =>
  from.tries('friends.sendRequest', { to_user_id: to.userId })
const send = (from: Person, to: Person) =>
  from.tries('messages.send', { to_user_id: to.userId, message_type: 1, content: 'hi' })
const look = (from: Person, at: Person) => from.tries('friends.card', { user_id: at.userId })

test('what is refused, and how', async () => {
  const { alice, bob } = await app.people('alice', 'bob')
  expect((await block(alice, alice)).code).toBe(4010)
  const nobody = await alice.tries('friends.block', { blocked_user_id: 'nobody-there' })
  expect([nobody.status, nobody.code]).toEqual([404, 4101])
  expect((await unblock(alice, bob)).code).toBe(4502)
  expect((await block(alice, bob)).data).toEqual({ message: 'blocked' })
  const twice = await block(alice, bob)
  expect([twice.status, twice.code]).toEqual([409, 4501])
  const gone = await alice.tries('friends.unblock', { user_id: bob.userId.toUpperCase() })
  expect(gone.data).toEqual({ message: 'unblocked' })
  const again = await unblock(alice, bob)
  expect([again.status, again.code]).toEqual([404, 4502])
})

test('the list shows whom I blocked, newest first, and nobody else sees it', async () => {
  const { alice, bob, carol } = await app.people('alice', 'bob', 'carol')
  await block(alice, bob)
  await block(alice, carol)
  const list = await alice.does('friends.blockedList')
  expect(list.map((each) => [each.user_id, each.blocked_user_id])).toEqual([
    [alice.userId, carol.userId],
    [alice.userId, bob.userId],
  ])
  expect(list[0]?.blocked_user).toMatchObject({ user_id: carol.userId, nickname: 'carol' })
  expect(list[0]?.blocked_user).not.toHaveProperty('email')
  expect(Date.parse(list[0]?.created_at ?? '')).toBeGreaterThan(0)
  expect(await bob.does('friends.blockedList')).toEqual([])
  await unblock(alice, carol)
  expect(await alice.does('friends.blockedList')).toHaveLength(1)
})

test('friends no more: heard by both, on every device and node', async () => {
  const { alice, bob } = await app.people('alice', 'bob')
  await alice.befriends(bob)
  const devices = [
    [await alice.connects({ base: app.url(1) }), bob],
    [await bob.connects({ base: app.url(0) }), alice],
    [await (await bob.again(app.url(1))).connects(), alice],
  ] as const
  await block(alice, bob)
  for (const [device, other] of devices) {
    expect((await device.hears('friend_removed')).data).toEqual({ user_id: other.userId })
  }
  for (const each of [alice, bob]) expect(await each.does('friends.list')).toEqual([])
  expect((await bob.tries('friends.remove', { friend_id: alice.userId })).code).toBe(4201)
})

test('messages, typing, receipts: nothing passes, whoever of the two blocked', async () => {
  const { alice, bob } = await app.people('alice', 'bob')
  const conversation = await alice.befriends(bob)
  await bob.says(alice, 'before')
  const [mine, theirs] = [await alice.connects(), await bob.connects()]
  await block(alice, bob)
  // Who blocked hears of the block, the other one what everybody hears who is no friend.
  expect((await send(alice, bob)).code).toBe(4503)
  expect((await send(bob, alice)).code).toBe(4403)
  const open = (by: Person, other: Person) =>
    by.tries('conversations.create', { friend_user_id: other.userId })
  expect((await open(alice, bob)).code).toBe(4503)
  expect((await open(bob, alice)).code).toBe(4403)
  const said = { message_type: 1, content: 'hi', client_msg_id: crypto.randomUUID() }
  for (const [device, code] of [
    [mine, 4503],
    [theirs, 4403],
  ] as const) {
    const answer = await device.asks('send_message', { ...said, conversation_id: conversation })
    expect(answer).toMatchObject({ type: 'error', data: { code } })
    const typing = await device.asks('typing', { conversation_id: conversation })
    expect(typing).toMatchObject({ type: 'error', data: { code: 4403 } })
  }
  // What she has not read does not show, nor that she reads it: the mark is moved and told to her
  // own devices alone.
  const seen = async () => (await bob.does('conversations.list')) as { user1_unread: number }[]
  expect(await seen()).toMatchObject([{ unread: 0, user1_unread: 0, user2_unread: 0 }])
  await alice.does('conversations.read', { id: conversation })
  await mine.hears('conversation_updated')
  expect(await seen()).toMatchObject([{ user1_unread: 0 }])
  expect(theirs.all('read_receipt')).toEqual([])
  expect((await bob.reads(conversation)).map((each) => each.content)).toEqual(['before'])
})

test('never friends: who blocked is told so, the other is told what a stranger is told', async () => {
  const { alice, bob, carol } = await app.people('alice', 'bob', 'carol')
  await block(alice, bob)
  expect((await send(alice, bob)).code).toBe(4503)
  expect((await send(bob, alice)).code).toBe((await send(carol, alice)).code)
})

test('cards, search and requests: for whom they blocked, people do not exist', async () => {
  const { alice, bob } = await app.people('alice', 'bob')
  const finds = async (by: Person, other: Person) => {
    const exact = await by.tries('friends.search', { user_id: other.userId })
    const found = await by.does('friends.search', { keyword: other.userId })
    return [exact.code, (found as unknown[]).length]
  }
  expect([await finds(alice, bob), await finds(bob, alice)]).toEqual([
    [0, 1],
    [0, 1],
  ])
  await block(alice, bob)
  expect([await finds(alice, bob), await finds(bob, alice)]).toEqual([
    [4101, 0],
    [4101, 0],
  ])
  expect((await look(alice, bob)).data).toMatchObject({ relationship_status: 'none' })
  const [hidden, missing] = [
    await look(bob, alice),
    await bob.tries('friends.card', { user_id: 'nobody-there' }),
  ]
  expect([hidden.status, hidden.code, hidden.msg, hidden.data]).toEqual([
    missing.status,
    missing.code,
    missing.msg,
    missing.data,
  ])
  expect((await ask(alice, bob)).code).toBe(4503)
  expect((await ask(bob, alice)).code).toBe(4101)
  // He may block her all the same, and then neither sees the other.
  expect((await block(bob, alice)).code).toBe(0)
  expect((await look(alice, bob)).code).toBe(4101)
  expect((await ask(bob, alice)).code).toBe(4503)
  await unblock(alice, bob)
  expect((await ask(alice, bob)).code).toBe(4101)
  expect((await ask(bob, alice)).code).toBe(4503)
})

test('requests that wait end in silence, whoever made them', async () => {
  const { alice, bob, carol } = await app.people('alice', 'bob', 'carol')
  const [made, got] = [await ask(alice, bob), await ask(carol, alice)]
  await block(alice, bob)
  await block(alice, carol)
  const accept = (by: Person, request_id: number) =>
    by.tries('friends.acceptRequest', { request_id })
  expect((await accept(bob, made.data.id)).code).toBe(4204)
  expect((await accept(alice, got.data.id)).code).toBe(4204)
  expect((await bob.does('friends.receivedRequests'))[0]?.status).toBe(4)
  // To who asked it looks like any rejection.
  expect((await carol.does('friends.sentRequests'))[0]?.status).toBe(2)
})

test('a block taken back restores nothing, and lets both ask again', async () => {
  const { alice, bob } = await app.people('alice', 'bob')
  const conversation = await alice.befriends(bob)
  await alice.says(bob, 'before')
  await block(alice, bob)
  await unblock(alice, bob)
  expect(await alice.does('friends.list')).toEqual([])
  for (const each of [await send(alice, bob), await send(bob, alice)]) expect(each.code).toBe(4403)
  expect((await look(bob, alice)).data).toMatchObject({ relationship_status: 'none' })
  expect(await bob.befriends(alice)).toBe(conversation)
  await bob.says(alice, 'after')
})

/** Lets others go first. */
async function after<T>(who: Person, turns: number, call: () => Promise<T>): Promise<T> {
  for (let turn = 0; turn < turns; turn++) await who.does('accounts.ping')
  return call()
}

test('a block among requests: while it stands, none waits', async () => {
  const { alice, bob } = await app.people('alice', 'bob')
  const elsewhere = await alice.again(app.url(1))
  for (let round = 0; round < 12; round++) {
    const [blocks, ...answers] = await Promise.all([
      after(bob, 1 + (round % 4), () => block(elsewhere, bob)),
      ...Array.from({ length: 10 }, (_, n) => after(bob, n % 5, () => ask(bob, alice))),
    ])
    expect(blocks.code).toBe(0)
    expect(await alice.does('friends.receivedRequests', { status: 0 })).toEqual([])
    const made = answers.find((each) => each.code === 0)
    if (made) {
      const late = await alice.tries('friends.acceptRequest', { request_id: made.data.id })
      expect(late.code).toBe(4204)
    }
    await unblock(alice, bob)
  }
})

test('a block among a hundred acceptances: while it stands, they are never friends', async () => {
  const { alice, bob } = await app.people('alice', 'bob')
  const elsewhere = await alice.again(app.url(1))
  const outcomes: string[] = []
  // The block comes later when it was first and earlier when it was not, until it was both.
  for (let turns = 3; outcomes.length < 6 || new Set(outcomes).size < 2;) {
    expect(outcomes.length).toBeLessThan(40)
    const request_id = (await ask(alice, bob)).data.id
    const accept = () => bob.tries('friends.acceptRequest', { request_id })
    const [blocks, ...answers] = await Promise.all([
      after(bob, turns, () => block(elsewhere, bob)),
      ...Array.from({ length: 100 }, (_, n) =>
        after(bob, 2 + (n % 7), n % 3 === 2 ? () => ask(bob, alice) : accept),
      ),
    ])
    expect(blocks.code).toBe(0)
    const friendsFirst = answers.some((each) => each.code === 0)
    outcomes.push(friendsFirst ? 'friends first' : 'block first')
    turns = Math.max(0, turns + (friendsFirst ? -1 : 1))
    for (const each of [alice, bob]) {
      expect(await each.does('friends.list')).toEqual([])
      expect(await each.does('friends.receivedRequests', { status: 0 })).toEqual([])
    }
    expect([(await send(alice, bob)).code, (await send(bob, alice)).code]).toEqual([4503, 4403])
    await unblock(alice, bob)
  }
})

test('a block under a storm of sends: after its answer nothing more is stored', async () => {
  const { alice, bob } = await app.people('alice', 'bob')
  const conversation = await alice.befriends(bob)
  const { sql } = app.nodes[0]!.ctx
  const stored = async () => {
    const [row] = await sql<{ count: number }[]>`
      select count(*) from messages where conversation_id = ${conversation}`
    return row?.count ?? 0
  }
  const here = await bob.connects({ deviceId: 'here' })
  const there = await bob.connects({ deviceId: 'there', base: app.url(1) })
  const over = new AbortController()
  const codes: number[] = []
  const storm = [here, there, here, there, here, there].map(async (device) => {
    while (!over.signal.aborted) {
      const answer = await device.asks('send_message', {
        conversation_id: conversation,
        message_type: 1,
        content: 'again',
        client_msg_id: crypto.randomUUID(),
      })
      codes.push(answer.type === 'ack' ? 0 : answer.data.code)
    }
  })
  const enough = async (many: () => boolean) => {
    while (!many()) await alice.does('accounts.ping')
  }
  await enough(() => codes.length > 100)
  await block(alice, bob)
  const before = await stored()
  const heard = codes.length
  await enough(() => codes.length > heard + 50)
  over.abort()
  await Promise.all(storm)
  expect(await stored()).toBe(before)
  expect(before).toBeGreaterThan(50)
  expect(codes.filter((code) => code === 0)).toHaveLength(before)
  expect(new Set(codes)).toEqual(new Set([0, 4403]))
})

test('what comes late is told only while it is true', async () => {
  await using late = await install({ workers: false })
  const { alice, bob, carol } = await late.people('alice', 'bob', 'carol')
  const device = await bob.connects()
  await ask(alice, bob)
  await block(bob, alice)
  await alice.befriends(carol)
  const other = await carol.connects()
  await block(alice, carol)
  await unblock(alice, carol)
  await alice.befriends(carol)
  await block(carol, alice)
  await ask(carol, bob)
  await using _ = await startWorkers(late.config)
  await device.hears('friend_request', (data) => data.from_user_id === carol.userId)
  await other.hears('friend_removed')
  expect(device.all('friend_request')).toHaveLength(1)
  expect(other.all('friend_accepted')).toEqual([])
})
