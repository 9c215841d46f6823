// Other people's things: their ids open nothing, and do not even show that they exist.
import { afterAll, beforeAll, expect, test } from 'bun:test'
import { operations, type OperationName } from '../../src/protocol/operations.ts'
import type { Operation } from '../../src/protocol/operation.ts'
import { startPushService } from '../support/push-service.ts'
import { install, type Installation } from '../support/installation.ts'
import type { Device } from '../support/device.ts'
import type { Person } from '../support/people.ts'

let app: Installation
let alice: Person
let bob: Person
let eve: Person
let device: Device
let conversation: number
let message: number
let waiting: number
let subscription: number
let moment: number
let comment: number
beforeAll(async () => {
  app = await install({ nodes: 2, workers: false, env: { PUSH_PRIVATE_HOSTS: 'on' } })
  const people = await app.people('alice', 'bob', 'carol', 'eve')
  ;({ alice, bob, eve } = people)
  conversation = await alice.befriends(bob)
  message = (await alice.says(bob, 'secret')).id
  waiting = (await people.carol.does('friends.sendRequest', { to_user_id: bob.userId })).id
  await using service = startPushService()
  subscription = (await bob.does('push.subscribe', service.subscription('bob'))).id
  moment = (await alice.does('moments.create', { content: 'for me alone', visible: 2 })).id
  comment = (await alice.does('moments.comment', { id: moment, content: 'mine' })).id
  device = await eve.connects({ base: app.url(1) })
})
afterAll(() => app[Symbol.asyncDispose]())

const nobody = 9_007_199_254_740_000

/** Every operation that takes the id of something one may have no part in, and such an id. */
const foreign = (): Partial<Record<OperationName, Record<string, unknown>>> => ({
  'accounts.endSession': { id: bob.sessionId },
  'friends.acceptRequest': { request_id: waiting },
  'friends.rejectRequest': { request_id: waiting },
  'friends.withdrawRequest': { request_id: waiting },
  'messages.send': { conversation_id: conversation, message_type: 1, content: 'x' },
  'messages.history': { id: conversation },
  'messages.recall': { id: message },
  'messages.typing': { conversation_id: conversation },
  'conversations.read': { id: conversation },
  'moments.get': { id: moment },
  'moments.remove': { id: moment },
  'moments.like': { id: moment },
  'moments.unlike': { id: moment },
  'moments.likes': { id: moment },
  'moments.comment': { id: moment, content: 'x' },
  'moments.comments': { id: moment },
  'moments.removeComment': { comment_id: comment },
  'push.unsubscribe': { id: subscription },
})

/** The names under which ids of things go; those of people are public names. */
const idNames = /^(id|\w+_id|\w+_ids)$/
const publicNames =
  /^(user_id|to_user_id|friend_id|friend_user_id|blocked_user_id|user_ids|client_msg_id|group_id)$/

test('23 Mattermost CVE-2016-11072: an id of others is answered as one of nothing', async () => {
  const cases = foreign()
  const table = Object.entries(operations) as [OperationName, Operation][]
  const taking = table.filter(([, { params, query, body }]) =>
    Object.keys({ ...params?.properties, ...query?.properties, ...body?.properties }).some(
      (name) => idNames.test(name) && !publicNames.test(name),
    ),
  )
  // Open to everybody who may see the thing, or not about a thing of others; each with its reason.
  const shown = taking.map(([name]) => name).filter((name) => !(name in cases))
  expect(shown).toEqual([])
  for (const [name, input] of Object.entries(cases) as [OperationName, object][]) {
    const theirs = await eve.tries(name, { ...input })
    const [key] = Object.keys(input) as [string]
    const none = await eve.tries(name, { ...input, [key]: nobody })
    const seen = ({ status, code, msg, data }: typeof theirs) => ({ status, code, msg, data })
    expect([name, theirs.status, seen(theirs)]).toEqual([name, 404, seen(none)] as never)
  }
  expect((await bob.tries('accounts.me')).code).toBe(0)
  expect(await alice.reads(conversation)).toHaveLength(1)
  const { sql } = app.nodes[0]!.ctx
  const [row] = await sql`
    select (select count(*)::int from push_subscriptions where id = ${subscription}) as pushes,
      (select status from friend_requests where id = ${waiting}) as status,
      (select count(*)::int from messages) as messages`
  expect(row).toEqual({ pushes: 1, status: 0, messages: 1 } as never)
})

test('23 Mattermost CVE-2016-11072: nor by a frame', async () => {
  const cases = [
    ['send_message', { conversation_id: conversation, message_type: 1, content: 'x' }],
    ['mark_read', { conversation_id: conversation, seq: 1 }],
    ['recall_message', { id: message }],
    ['typing', { conversation_id: conversation }],
  ] as const
  for (const [type, data] of cases) {
    const theirs = await device.asks(type, data as never)
    const [key] = Object.keys(data) as [string]
    const none = await device.asks(type, { ...data, [key]: nobody } as never)
    expect([type, theirs.type]).toEqual([type, 'error'])
    expect(theirs.data).toEqual(none.data)
  }
  expect(device.heard.filter((each) => !/^(hello|error)$/.test(each.type))).toEqual([])
})

test('37 Mattermost CVE-2023-3582: a reply stays in its conversation, on both doors', async () => {
  const carol = (await app.people('carol')).carol
  const other = await bob.befriends(carol)
  const elsewhere = await bob.says(carol, 'elsewhere')
  const at = { conversation_id: conversation, message_type: 1, content: 'a reply' }
  const his = await bob.connects()
  // Bob sees both messages, and may still not show one conversation in the other.
  for (const reply_to_id of [elsewhere.id, nobody]) {
    const answer = await bob.tries('messages.send', { ...at, reply_to_id })
    expect([answer.status, answer.code]).toEqual([404, 4301])
    const asked = await his.asks('send_message', { ...at, reply_to_id })
    expect(asked).toMatchObject({ type: 'error', data: { code: 4301 } })
  }
  const fine = await bob.does('messages.send', { ...at, reply_to_id: message })
  expect(fine.reply_to_id).toBe(message)
  expect(await bob.reads(other)).toHaveLength(1)
})

test('33 Mattermost CVE-2021-37863: what is passed on is checked', async () => {
  const hers = await alice.connects({ base: app.url(1) })
  const his = await bob.connects()
  const good = { conversation_id: conversation, message_type: 1, content: 'good' }
  const extra = {
    from_user_id: eve.userId,
    from_user: { user_id: eve.userId, nickname: '<script>' },
    seq: 1,
    is_recalled: true,
    created_at: '1970-01-01T00:00:00Z',
    props: { attachments: [null], override_username: 'root' },
    to_user: null,
  }
  for (const bad of [
    { message_type: 6 },
    { message_type: 14 },
    { message_type: 63 },
    { message_type: 256 },
    { message_type: '1' },
    { content: null },
    { content: {} },
    { content: ' \n ' },
    { content: 'x'.repeat(5_001) },
    { message_type: 2 },
    { media_url: {} },
    { reply_to_id: '1' },
    { client_msg_id: 'not a uuid' },
  ]) {
    const answer = await bob.tries('messages.send', { ...good, ...bad })
    expect([bad, answer.status, answer.code]).toEqual([bad, 422, 4010])
    const asked = await his.asks('send_message', { ...good, ...bad } as never)
    expect([bad, asked.type, asked.data]).toMatchObject([bad, 'error', { code: 4010 }])
  }
  const sent = await bob.does('messages.send', { ...good, ...extra })
  expect((await his.asks('send_message', { ...good, ...extra } as never)).type).toBe('ack')
  const stored = await alice.reads(conversation)
  for (const said of [sent, ...stored.slice(-2)]) {
    expect(said).toMatchObject({ from_user_id: bob.userId, is_recalled: false, content: 'good' })
    expect(JSON.stringify(said)).not.toMatch(/script|root|1970|props/)
  }
  expect(hers.closed).toBeNull()
})
