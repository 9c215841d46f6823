// Watching: a socket is told when those it watches come and go, and nobody else is told anything.
import { afterAll, beforeAll, expect, test } from 'bun:test'
import { limits } from '../../src/limits.ts'
import type { Presence } from '../../src/protocol/presence.ts'
import { people as peoplePlate } from '../../src/features/people/feature.ts'
import { watchers } from '../../src/features/presence/watchers.ts'
import { FiringClock } from '../support/clock.ts'
import type { Device } from '../support/device.ts'
import { eventually } from '../support/eventually.ts'
import { install, type Installation } from '../support/installation.ts'
import type { Person } from '../support/people.ts'
import { keeping } from '../support/no-files.ts'

let app: Installation
// A node looks when it is told to: what is not told yet is not told because it ought not to be.
const clock = new FiringClock([limits.presence.lookMs])
beforeAll(async () => {
  app = await install({ nodes: 2, clock })
})
afterAll(() => app[Symbol.asyncDispose]())

const here = () => app.nodes[0]!.ctx
const look = () => here().of(watchers).look()

/** As Redis has it now, whatever was told. */
const isThere = async (person: Person) => {
  const { id } = await person.does('accounts.me')
  return (await here().registry.online([id])).has(id)
}
let devices = 0
const comes = async (person: Person, node = 1) => {
  const device = await person.connects({ base: app.url(node), deviceId: `d${++devices}` })
  await eventually(() => isThere(person))
  return device
}
const goes = async (person: Person, device: Device) => {
  await device.close()
  await eventually(async () => !(await isThere(person)))
}
const watches = async (device: Device, ...people: readonly (Person | string)[]) => {
  const user_ids = people.map((each) => (typeof each === 'string' ? each : each.userId))
  return (await device.asks('watch_presence', { user_ids })).data
}
const told = (device: Device) =>
  device.all('presence').map(({ data }) => [data.user_id, data.online] as const)

/** What was sent before has arrived. */
const settled = async (device: Device) => {
  device.frame('ping', {}, 'settled')
  await device.answer('settled')
  device.heard.splice(
    device.heard.findIndex(({ id }) => id === 'settled'),
    1,
  )
}

test('who watches hears who comes, and who goes once they stay away; no other device does', async () => {
  const { alice, bob } = await app.people('alice', 'bob')
  await alice.befriends(bob)
  const [device, other] = [await comes(alice, 0), await comes(alice, 0)]
  expect(await watches(device, bob)).toEqual({
    [bob.userId]: { online: false, last_seen_at: null },
  })
  const phone = await comes(bob)
  await look()
  await device.hears('presence', ({ user_id, online }) => user_id === bob.userId && online)
  await goes(bob, phone)
  await look()
  clock.passes(limits.presence.graceMs - 1_000)
  await look()
  await settled(device)
  expect(told(device)).toEqual([[bob.userId, true]])
  clock.passes(1_000)
  await look()
  const { data } = await device.hears('presence', ({ online }) => !online)
  expect(Date.parse(data.last_seen_at ?? '')).toBeGreaterThan(Date.now() - 3_600_000)
  await settled(other)
  expect(told(other)).toEqual([])
  expect(await watches(other, bob)).toEqual({
    [bob.userId]: { online: false, last_seen_at: data.last_seen_at },
  })
})

test('who goes from one node to another was never away', async () => {
  const { alice, bob } = await app.people('alice', 'bob')
  await alice.befriends(bob)
  let phone = await comes(bob, 0)
  const device = await comes(alice, 0)
  expect(await watches(device, bob)).toEqual({ [bob.userId]: { online: true, last_seen_at: null } })
  for (const node of [1, 0, 1]) {
    await goes(bob, phone)
    await look()
    clock.passes(limits.presence.graceMs / 2)
    await look()
    phone = await comes(bob, node)
    await look()
  }
  // And who asks meanwhile hears the same, where bob was watched before and where nobody did.
  await goes(bob, phone)
  await look()
  for (const node of [0, 1]) {
    const late = await comes(alice, node)
    expect(await watches(late, bob)).toEqual({ [bob.userId]: { online: true, last_seen_at: null } })
  }
  await settled(device)
  expect(told(device)).toEqual([])
})

test('a node that dies leaves nobody online for more than 45 seconds', async () => {
  const { alice, bob } = await app.people('alice', 'bob')
  await alice.befriends(bob)
  const { registry, redis, config } = here()
  const { id } = await bob.does('accounts.me')
  const entry = { connectionId: 'dead.1', user: id, session: bob.sessionId, device: 'd' }
  await registry.joinAll('dead', [entry])
  await registry.register('dead')
  const device = await comes(alice, 0)
  expect(await watches(device, bob)).toEqual({ [bob.userId]: { online: true, last_seen_at: null } })
  // Its lease ends, its entries stay.
  await redis.del(`${config.redisPrefix}:l:{dead}`)
  await look()
  clock.passes(limits.presence.graceMs)
  await look()
  await device.hears('presence', ({ online }) => !online)
  const { lookMs, graceMs } = limits.presence
  expect(limits.lease.lifeMs + lookMs + graceMs).toBeLessThanOrEqual(45_000)
  // That they are cleared is no sign of life.
  await registry.sweep()
  const late = await comes(alice)
  const [gone] = Object.values((await watches(late, bob)) as Record<string, Presence>)
  expect(gone?.online).toBe(false)
  expect(Date.parse(gone?.last_seen_at ?? '')).toBeLessThan(Date.now() - 29_000)
})

test('strangers and nobody seem to be away, and nothing is told of them', async () => {
  const { alice, dave } = await app.people('alice', 'dave')
  const device = await comes(alice, 0)
  await comes(dave)
  const away = { online: false, last_seen_at: null }
  const shout = alice.userId.toUpperCase()
  expect(await watches(device, dave, 'nobody-there', shout)).toEqual({
    [dave.userId]: away,
    'nobody-there': away,
    [shout]: { online: true, last_seen_at: null },
  })
  await dave.connects()
  await look()
  await settled(device)
  expect(told(device)).toEqual([])
})

test.each([
  [
    'a block',
    (bob: Person, alice: Person) => bob.does('friends.block', { blocked_user_id: alice.userId }),
  ],
  [
    'the end of a friendship',
    (bob: Person, alice: Person) => bob.does('friends.remove', { friend_id: alice.userId }),
  ],
] as const)('after %s they seem to be away for good', async (_, parts) => {
  const { alice, bob } = await app.people('alice', 'bob')
  await alice.befriends(bob)
  const phone = await comes(bob)
  const device = await comes(alice, 0)
  await watches(device, bob)
  await parts(bob, alice)
  const { data } = await device.hears('presence', ({ online }) => !online)
  expect(data.last_seen_at).toBeNull()
  await goes(bob, phone)
  clock.passes(limits.presence.graceMs)
  await look()
  await comes(bob)
  await look()
  await settled(device)
  expect(told(device)).toEqual([[bob.userId, false]])
})

test('a socket watches whom it named last, two hundred at most, and nobody once it is closed', async () => {
  const { alice, bob, carol } = await app.people('alice', 'bob', 'carol')
  for (const friend of [bob, carol]) await alice.befriends(friend)
  const device = await comes(alice, 0)
  const before = here().of(watchers).size
  await watches(device, bob)
  await watches(device, carol)
  expect(here().of(watchers).size).toBe(before + 1)
  const phones = [await comes(bob), await comes(carol)]
  await look()
  await device.hears('presence', ({ user_id }) => user_id === carol.userId)
  await settled(device)
  expect(told(device)).toEqual([[carol.userId, true]])
  const many = (count: number) => Array.from({ length: count }, (__, n) => `somebody-${n}`)
  expect(Object.keys((await watches(device, ...many(200))) as object)).toHaveLength(200)
  const refused = await device.asks('watch_presence', { user_ids: many(201) })
  expect(refused.data).toMatchObject({ code: 4010, field: 'user_ids' })
  await watches(device, bob, carol)
  await goes(alice, device)
  await look()
  expect(here().of(watchers).size).toBe(before)
  for (const phone of phones) await phone.close()
})

test('while Redis is away nobody can say, and nobody is told to be gone', async () => {
  const { alice, bob } = await app.people('alice', 'bob')
  await alice.befriends(bob)
  await comes(bob)
  const device = await comes(alice, 0)
  await watches(device, bob)
  const { redis } = here()
  redis.disconnect()
  await eventually(() => redis.status === 'end')
  const answer = await device.asks('watch_presence', { user_ids: [bob.userId] })
  expect(answer.data).toMatchObject({ code: 5002 })
  await look()
  clock.passes(limits.presence.graceMs)
  await look()
  await redis.connect()
  await look()
  await settled(device)
  expect(told(device)).toEqual([])
  expect(await watches(device, bob)).toEqual({ [bob.userId]: { online: true, last_seen_at: null } })
})

/** All that happened has been told. */
const everythingTold = () =>
  eventually(async () => (await here().sql`select 1 from outbox limit 1`).length === 0)
const cursorOf = async (person: Person) => (await person.does('sync.get')).next_cursor

test('a status is for friends: watching, in their list, on the card, by sync, until it ends', async () => {
  const { alice, bob, dave } = await app.people('alice', 'bob', 'dave')
  await alice.befriends(bob)
  await dave.befriends(bob)
  await dave.does('friends.remove', { friend_id: bob.userId })
  const [device, others] = [await comes(alice, 0), await comes(dave, 0)]
  for (const each of [device, others]) await watches(each, bob)
  await everythingTold()
  const cursors = { alice: await cursorOf(alice), dave: await cursorOf(dave) }
  const until = new Date(Date.now() + 3_600_000).toISOString()
  // Without its variation selector, as some keyboards have it.
  const said = { emoji: '\u{1F3DD}', text: ' At the lake ', until }
  const status = { emoji: '\u{1F3DD}\u{FE0F}', text: 'At the lake', until }
  const before = await bob.does('accounts.me')
  const me = await bob.does('accounts.updateMe', { status: said })
  expect(me).toEqual({ ...before, status })
  const { data } = await device.hears('presence', (each) => each.status !== undefined)
  expect(data).toEqual({ user_id: bob.userId, online: false, last_seen_at: null, status })
  expect((await device.hears('profile_updated')).data).toMatchObject({
    user_id: bob.userId,
    status,
  })
  await everythingTold()
  const shown = async () => {
    const [friend] = await alice.does('friends.list')
    const card = await alice.does('friends.card', { user_id: bob.userId })
    return [friend?.status, card.status, (await bob.does('accounts.me')).status]
  }
  expect(await shown()).toEqual([status, status, status])
  const { events } = await alice.does('sync.get', { cursor: cursors.alice })
  expect(events.find(({ type }) => type === 'friend')?.data).toMatchObject({ status })
  // Who was a friend learns nothing of it, not even that anything has changed.
  expect((await dave.does('friends.card', { user_id: bob.userId })).status).toBeNull()
  expect(await watches(others, bob)).toEqual({
    [bob.userId]: { online: false, last_seen_at: null },
  })
  expect((await dave.does('sync.get', { cursor: cursors.dave })).events).toEqual([])
  await settled(others)
  expect(others.all('profile_updated')).toEqual([])
  // Its time has come: nobody sees it, before it is forgotten and after.
  const { sql } = here()
  await sql`update users set status_until = now() - interval '1 second' where user_id = ${bob.userId}`
  expect(await shown()).toEqual([null, null, null])
  expect(await watches(device, bob)).toEqual({
    [bob.userId]: { online: false, last_seen_at: null },
  })
  await peoplePlate.custody.expire[0]!.forget(sql, new Date(), 10, keeping)
  const [row] = await sql`select status_text from users where user_id = ${bob.userId}`
  expect(row).toEqual({ status_text: '' })
  // Without a face that has changed, and taken back.
  await bob.does('accounts.updateMe', { status: { text: 'back' } })
  await device.hears('presence', (each) => each.status?.text === 'back')
  const { status: none } = await bob.does('accounts.updateMe', { status: {} })
  expect(none).toBeNull()
  await device.hears('profile_updated', (each) => each.status === null)
})

test.each([
  [{ emoji: 'x' }, 'status.emoji', 'pattern'],
  [{ emoji: '👍👍' }, 'status.emoji', 'pattern'],
  [{ text: 'x'.repeat(81) }, 'status.text', 'too_long'],
  [{ text: 'two\nlines' }, 'status.text', 'pattern'],
  [{ text: 'soon', until: '2020-01-01T00:00:00Z' }, 'status.until', 'too_small'],
  [{ text: 'soon', until: 'tomorrow' }, 'status.until', 'pattern'],
] as const)('no status is %p', async (status, field, reason) => {
  const { bob } = await app.people('bob')
  const refused = await bob.tries('accounts.updateMe', { status })
  expect([refused.code, refused.data]).toMatchObject([4010, { field, reason }])
  expect((await bob.does('accounts.me')).status).toBeNull()
})
