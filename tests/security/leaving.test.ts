// What is heard by whom: only what the protocol names, nothing after the end, nothing taken back.
import { afterAll, beforeAll, expect, test } from 'bun:test'
import { KindGuard, type TSchema } from '@sinclair/typebox'
import { limits } from '../../src/limits.ts'
import { serverFrames } from '../../src/protocol/frames.ts'
import { startPushService, type PushService } from '../support/push-service.ts'
import { FiringClock } from '../support/clock.ts'
import type { Device, Frame } from '../support/device.ts'
import { eventually } from '../support/eventually.ts'
import { install, type Installation } from '../support/installation.ts'
import { password, type Person } from '../support/people.ts'

const clock = new FiringClock()
let app: Installation
let service: PushService
beforeAll(async () => {
  service = startPushService()
  app = await install({ nodes: 2, clock, env: { PUSH_PRIVATE_HOSTS: 'on' } })
})
afterAll(async () => {
  await app[Symbol.asyncDispose]()
  await service[Symbol.asyncDispose]()
})

/** Resolves when everything that was to be told has been: what is said last has come. */
async function settled(device: Device, who: Person): Promise<void> {
  const { friend } = await app.people('friend')
  await friend.befriends(who)
  await friend.says(who, `settled ${device.heard.length}`)
  await device.hears('message', ({ content }) => content.startsWith('settled'))
}

test('8 Mattermost CVE-2023-1775, CVE-2023-2281: frames carry what they should', async () => {
  const { alice, bob, carol } = await app.people('alice', 'bob', 'carol')
  const [phone, laptop] = [
    await alice.connects({ deviceId: 'phone' }),
    await alice.connects({ deviceId: 'laptop', base: app.url(1) }),
  ]
  const [hers, strange] = [await bob.connects(), await carol.connects({ base: app.url(1) })]
  await alice.does('friends.sendRequest', { to_user_id: bob.userId })
  const asked = await hers.hears('friend_request')
  await bob.does('friends.acceptRequest', { request_id: asked.data.id })
  await phone.hears('friend_accepted')
  await hers.hears('friend_added')
  const opened = await alice.does('conversations.create', { friend_user_id: bob.userId })
  const conversation_id = opened.id
  const said = await phone.says(bob, 'for bob alone')
  await hers.hears('message')
  await bob.does('conversations.read', { id: conversation_id })
  await phone.hears('read_receipt')
  await hers.hears('conversation_updated')
  hers.frame('typing', { conversation_id })
  await phone.hears('typing')
  await alice.does('messages.recall', { id: said.id })
  await hers.hears('message_updated')
  clock.fire(limits.beacon.intervalMs)
  await hers.hears('heads')
  await bob.does('friends.remove', { friend_id: alice.userId })
  await phone.hears('friend_removed')
  await alice.does('accounts.logout')
  await laptop.isClosed()
  const frames = [phone, laptop, hers, strange].flatMap((each) => each.heard)
  const kinds = new Set(frames.map((each) => each.type))
  for (const kind of [
    'hello',
    'ack',
    'message',
    'message_updated',
    'read_receipt',
    'typing',
    'friend_request',
    'friend_accepted',
    'friend_added',
    'friend_removed',
    'conversation_updated',
    'heads',
    'kicked',
  ] as const) {
    expect([kind, kinds.has(kind)]).toEqual([kind, true])
  }
  expect(frames.flatMap(extraFields)).toEqual([])
  // Nobody's address; not even one's own, a socket never needs it.
  for (const frame of frames) expect(JSON.stringify(frame)).not.toContain('@example.com')
  expect(strange.heard.map((each) => each.type)).toEqual(['hello'])
})

/** Fields of a frame's data that its schema does not name, at any depth. */
function extraFields(frame: Frame): string[] {
  const at = (schema: TSchema, value: unknown, path: string): string[] => {
    if (Array.isArray(value)) {
      return value.flatMap((each) => at(schema['items'] as TSchema, each, `${path}[]`))
    }
    if (typeof value !== 'object' || value === null) return []
    if (KindGuard.IsRecord(schema) || KindGuard.IsUnknown(schema)) return []
    return Object.entries(value).flatMap(([name, inner]) => {
      const known = propertiesOf(schema)[name]
      return known ? at(known, inner, `${path}.${name}`) : [`${path}.${name}`]
    })
  }
  const outer = Object.keys(frame).filter((key) => !/^(type|data|timestamp|id)$/.test(key))
  const inner =
    frame.type === 'ack' ? [] : at(serverFrames[frame.type].data, frame.data, frame.type)
  return [...outer, ...inner]
}

function propertiesOf(schema: TSchema): Record<string, TSchema> {
  const parts = [...(schema['allOf'] ?? []), ...(schema['anyOf'] ?? [])] as TSchema[]
  return Object.assign({}, schema['properties'], ...parts.map(propertiesOf)) as Record<
    string,
    TSchema
  >
}

test('9 Synapse CVE-2024-53867: after a friendship nothing of it is heard', async () => {
  const { alice, bob } = await app.people('alice', 'bob')
  const conversation_id = await alice.befriends(bob)
  const hers = [await bob.connects(), await bob.connects({ deviceId: 'b', base: app.url(1) })]
  const his = await alice.connects({ base: app.url(1) })
  await alice.says(bob, 'while friends')
  for (const device of hers) {
    await device.hears('message')
    // By sending: the mark of whoever speaks moves, and is told a moment later.
    await device.hears('read_receipt')
  }
  const seen = async () => {
    const { list } = (await bob.does('messages.history', {
      id: conversation_id,
      after_seq: 0,
    })) as { list: unknown[] }
    const listed = await bob.does('conversations.list')
    const [shown] = (Array.isArray(listed) ? listed : listed.list) as unknown as {
      user1_id: string
      user1_unread: number
      user2_unread: number
    }[]
    const theirs = shown?.user1_id === alice.userId ? shown.user1_unread : shown?.user2_unread
    return { said: list.length, theirs }
  }
  await alice.does('friends.remove', { friend_id: bob.userId })
  for (const device of hers) await device.hears('friend_removed')
  await bob.does('push.subscribe', service.subscription('bob'))
  const marks = hers.map((device) => device.heard.length)
  const before = await seen()
  const words = { conversation_id, message_type: 1, content: 'after the end' }
  expect((await his.asks('send_message', words)).type).toBe('error')
  expect((await alice.tries('messages.send', words)).code).toBe(4403)
  expect((await alice.tries('messages.typing', { conversation_id })).code).toBe(4403)
  expect((await his.asks('typing', { conversation_id })).type).toBe('error')
  await bob.does('conversations.read', { id: conversation_id })
  await alice.does('conversations.read', { id: conversation_id })
  await settled(hers[0]!, bob)
  await settled(his, alice)
  for (const [index, device] of hers.entries()) {
    const after = device.heard.slice(marks[index]).filter((frame) => {
      const text = JSON.stringify(frame.data)
      return text.includes(alice.userId) || text.includes('after the end')
    })
    expect(after).toEqual([])
  }
  // But of the conversation by which all is settled.
  const receipts = his.all('read_receipt').map(({ data }) => data.conversation_id)
  expect(receipts.filter((id) => id === conversation_id)).toEqual([])
  expect(await seen()).toEqual(before)
  expect(JSON.stringify(service.received.map((each) => each.payload))).not.toContain(alice.userId)
})

test('9 Synapse CVE-2024-53867: what is read after the end shows once friends again', async () => {
  const { alice, bob } = await app.people('alice', 'bob')
  const id = await alice.befriends(bob)
  for (const word of ['one', 'two', 'three']) await alice.says(bob, word)
  await bob.does('conversations.read', { id, seq: 2 })
  const shown = async () =>
    (await alice.reads(id)).map(({ is_read, read_at }) => ({ is_read, read_at }))
  const ends = [
    () => alice.does('friends.remove', { friend_id: bob.userId }),
    // Parted already: a block ends nothing, and shows nothing that came meanwhile.
    () => bob.does('friends.block', { blocked_user_id: alice.userId }),
  ]
  const before = await shown()
  expect(before.map((each) => each.is_read)).toEqual([true, true, false])
  for (const end of ends) {
    await end()
    expect(await bob.does('conversations.read', { id })).toEqual({ read_seq: 3, unread: 0 })
    expect(await shown()).toEqual(before)
  }
  await bob.does('friends.unblock', { user_id: alice.userId })
  await alice.befriends(bob)
  expect((await shown()).map((each) => each.is_read)).toEqual([true, true, true])
  // The next end keeps what shows then, not what the first one kept.
  await bob.does('accounts.deleteMe', { password })
  expect((await shown()).map((each) => each.is_read)).toEqual([true, true, true])
})

test('10 Mattermost CVE-2026-2578: what was taken back stands nowhere any more', async () => {
  const { alice, bob } = await app.people('alice', 'bob')
  const id = await alice.befriends(bob)
  await bob.does('push.subscribe', service.subscription('bob-10'))
  const word = `regretted-${Date.now().toString(36)}`
  const device = await bob.connects({ base: app.url(1) })
  const said = await alice.says(bob, word, { media_url: `https://media.example/${word}` })
  await device.hears('message')
  await device.close()
  const mark = device.heard.length
  await alice.does('messages.edit', { id: said.id, content: `${word} a little less` })
  await alice.does('messages.recall', { id: said.id })
  const back = await bob.connects()
  await settled(back, bob)
  const heard = JSON.stringify([...device.heard.slice(mark), ...back.heard])
  expect(heard).not.toContain(word)
  expect(JSON.stringify(await bob.reads(id))).not.toContain(word)
  expect(JSON.stringify(await bob.does('conversations.list'))).not.toContain(word)
  expect(JSON.stringify(service.received.map((each) => each.payload))).not.toContain(word)
  await eventually(async () => !(await everythingKept()).includes(word), {
    what: 'an installation without the word',
  })
})

/** All rows of all tables and all of our keys in Redis, as text. */
async function everythingKept(): Promise<string> {
  const { sql, redis, config } = app.nodes[0]!.ctx
  const tables = await sql`
    select table_name as name from information_schema.tables
    where table_schema = 'public' and table_type = 'BASE TABLE'`
  const parts: string[] = []
  for (const { name } of tables as unknown as { name: string }[]) {
    const rows = await sql.unsafe(`select t::text as row from "${name}" t`)
    parts.push(...rows.map((each) => String(each['row'])))
  }
  for (const key of await redis.keys(`${config.redisPrefix}*`)) {
    parts.push(key, String(await redis.dump(key)))
    const kind = await redis.type(key)
    if (kind === 'hash') parts.push(JSON.stringify(await redis.hgetall(key)))
    if (kind === 'string') parts.push(String(await redis.get(key)))
    if (kind === 'stream') parts.push(JSON.stringify(await redis.xrange(key, '-', '+')))
    if (kind === 'zset') parts.push(JSON.stringify(await redis.zrange(key, '0', '-1')))
  }
  return parts.join('\n')
}
