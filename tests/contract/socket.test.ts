// Section 4 of the contract over a plain WebSocket: the shape of every frame and answer, who gets
// which, and how a socket ends.
import { afterAll, beforeAll, expect, test } from 'bun:test'
import type { Device, Frame } from '../support/device.ts'
import { install, type Installation } from '../support/installation.ts'
import type { Person } from '../support/people.ts'
import { missing, objects, rfc3339Utc } from './fields.ts'

let app: Installation
beforeAll(async () => {
  app = await install({ nodes: 2 })
})
afterAll(() => app[Symbol.asyncDispose]())

const fieldsOf = (frame: Frame | undefined) => Object.keys(frame?.data as object).toSorted()

async function pair(): Promise<{ alice: Person; bob: Person; conversation: number }> {
  const { alice, bob } = await app.people('alice', 'bob')
  return { alice, bob, conversation: await alice.befriends(bob) }
}

async function asks(device: Device, type: string, data: unknown): Promise<Frame> {
  const id = crypto.randomUUID()
  device.frame(type, data, id)
  return device.answer(id)
}

test('every frame has type, data and a timestamp in Unix seconds', async () => {
  const { alice, bob } = await pair()
  const device = await bob.connects()
  await alice.says(bob, 'hi')
  await device.hears('message')
  await asks(device, 'ping', null)
  await asks(device, 'nonsense', {})
  const now = Date.now() / 1000
  expect(device.heard.length).toBeGreaterThanOrEqual(4)
  for (const frame of device.heard) {
    const allowed = ['type', 'data', 'timestamp', ...(frame.id === undefined ? [] : ['id'])]
    expect(Object.keys(frame).toSorted()).toEqual(allowed.toSorted())
    expect(Number.isInteger(frame.timestamp)).toBe(true)
    expect(Math.abs(frame.timestamp - now)).toBeLessThan(60)
  }
})

test('hello has its seven fields and comes first', async () => {
  const { carol } = await app.people('carol')
  const device = await carol.connects({ deviceId: 'tablet' })
  const [hello] = device.heard
  expect(hello?.type).toBe('hello')
  const names = 'cursor device_id epoch heartbeat_seconds node_id session_id user_id'.split(' ')
  expect(fieldsOf(hello)).toEqual(names)
  expect(hello?.data).toMatchObject({ device_id: 'tablet', user_id: carol.userId })
})

test('a request with an id has one answer with that id; ping has pong', async () => {
  const { alice, bob, conversation } = await pair()
  const device = await alice.connects()
  const message = { to_user_id: bob.userId, message_type: 1, content: 'hi' }
  const sent = await asks(device, 'send_message', message)
  expect(sent.type).toBe('ack')
  expect(fieldsOf(sent)).toEqual('client_msg_id conversation_id created_at id seq'.split(' '))
  expect((sent.data as { created_at: string }).created_at).toMatch(rfc3339Utc)
  const read = await asks(device, 'mark_read', { conversation_id: conversation, seq: 1 })
  expect([read.type, read.data]).toEqual(['ack', { read_seq: 1, unread: 0 }])
  const { id } = sent.data as { id: number }
  const edited = await asks(device, 'edit_message', { id, content: 'hello' })
  expect([edited.type, missing(edited.data, objects.Message)]).toEqual(['ack', []])
  expect(edited.data).toMatchObject({ id, content: 'hello' })
  const recalled = await asks(device, 'recall_message', { id })
  expect([recalled.type, missing(recalled.data, objects.Message)]).toEqual(['ack', []])
  expect((await asks(device, 'ping', null)).type).toBe('pong')
  expect((await asks(device, 'ping', undefined)).type).toBe('pong')
  const ids = device.heard.flatMap((frame) => (frame.id === undefined ? [] : [frame.id]))
  expect(new Set(ids).size).toBe(ids.length)
})

test('a refusal says code, words, and whether to try again', async () => {
  const { alice } = await pair()
  const device = await alice.connects()
  const cases = [
    [await asks(device, 'nonsense', {}), 4010],
    [await asks(device, 'recall_message', { id: 999_999 }), 4301],
    [await asks(device, 'edit_message', { id: 999_999, content: 'x' }), 4301],
    [await asks(device, 'edit_message', { id: 999_999 }), 4010],
    [await asks(device, 'mark_read', { conversation_id: 999_999, seq: 1 }), 4541],
    [await asks(device, 'typing', { conversation_id: 999_999 }), 4541],
    [await asks(device, 'typing', {}), 4010],
    [await asks(device, 'send_message', { message_type: 1, content: 'to nobody' }), 4010],
  ] as const
  for (const [{ type, data }, code] of cases) {
    expect([type, data]).toEqual([
      'error',
      expect.objectContaining({ code, msg: expect.any(String), retryable: false }),
    ])
  }
})

test('a message reaches every device but the socket that sent it', async () => {
  const { alice, bob } = await pair()
  const [phone, laptop] = [
    await alice.connects({ deviceId: 'phone' }),
    await alice.connects({ deviceId: 'laptop', base: app.url(1) }),
  ]
  const his = await bob.connects({ base: app.url(1) })
  const ack = await phone.says(bob, 'from my phone')
  for (const device of [laptop, his]) {
    const heard = await device.hears('message')
    expect(missing(heard.data, objects.Message)).toEqual([])
    expect(heard.data).toMatchObject({ id: ack.id, seq: 1, content: 'from my phone' })
  }
})

test('what a session sends by REST comes to its own sockets as `message_sent`', async () => {
  const { alice, bob } = await pair()
  const mine = [
    await alice.connects({ deviceId: 'phone' }),
    await alice.connects({ deviceId: 'laptop', base: app.url(1) }),
  ]
  const others = [
    await (await alice.again(app.url(1))).connects(),
    await (await alice.again()).connects({ deviceId: 'tablet' }),
  ]
  const his = await bob.connects({ base: app.url(1) })
  const sent = await alice.says(bob, 'by REST')
  for (const device of mine) {
    const heard = await device.hears('message_sent')
    expect(missing(heard.data, objects.Message)).toEqual([])
    expect(heard.data).toEqual(sent)
  }
  for (const device of [...others, his]) {
    expect((await device.hears('message')).data).toEqual(sent)
  }
  // An answer passes by: had a second copy been on its way, it would be here.
  await bob.says(alice, 'yes')
  for (const device of [...mine, ...others]) {
    await device.hears('message', (data) => data.content === 'yes')
    expect(device.words).toEqual(['by REST', 'yes'])
  }
})

test('what others see: typing, receipts, edits, recalls; what my other devices see', async () => {
  const { alice, bob, conversation } = await pair()
  const hers = await alice.connects({ base: app.url(1) })
  const his = await bob.connects({ deviceId: 'a' })
  const hisOther = await bob.connects({ deviceId: 'b', base: app.url(1) })
  const { id } = await alice.says(bob, 'read this')
  await his.hears('message')

  await asks(his, 'typing', { conversation_id: conversation })
  const typing = await hers.hears('typing')
  expect(typing.data).toMatchObject({ conversation_id: conversation, user_id: bob.userId })
  expect(missing(typing.data, 'conversation_id user_id nickname')).toEqual([])

  await asks(his, 'mark_read', { conversation_id: conversation, seq: 1 })
  const receipt = await hers.hears('read_receipt')
  expect(receipt.data).toEqual({
    conversation_id: conversation,
    reader_user_id: bob.userId,
    read_seq: 1,
    read_at: expect.stringMatching(rfc3339Utc),
  })
  const mine = await hisOther.hears('conversation_updated')
  expect(mine.data).toEqual({ conversation_id: conversation, read_seq: 1, unread: 0 })

  await alice.does('messages.edit', { id, content: 'read that' })
  for (const device of [hers, his, hisOther]) {
    const updated = await device.hears('message_updated')
    expect(missing(updated.data, `${objects.Message} conversation_version`)).toEqual([])
    expect(updated.data).toMatchObject({ id, seq: 1, content: 'read that', is_recalled: false })
    expect(updated.data.edited_at).toMatch(rfc3339Utc)
  }
  await alice.does('messages.recall', { id })
  for (const device of [hers, his, hisOther]) {
    const updated = await device.hears('message_updated', (data) => data.is_recalled)
    expect(missing(updated.data, `${objects.Message} conversation_version`)).toEqual([])
    expect(updated.data).toMatchObject({ id, seq: 1, content: '', is_recalled: true })
  }
})

test('friends: asked, accepted, parted', async () => {
  const { dora, emil } = await app.people('dora', 'emil')
  const [hers, his] = [await dora.connects(), await emil.connects()]
  const asked = await dora.does('friends.sendRequest', { to_user_id: emil.userId, message: 'hey' })
  const request = await his.hears('friend_request')
  expect(missing(request.data, objects.FriendRequest)).toEqual([])
  expect(request.data).toMatchObject({ id: asked.id, message: 'hey', status: 0 })
  await emil.does('friends.acceptRequest', { request_id: asked.id })
  const accepted = await hers.hears('friend_accepted')
  expect(accepted.data).toMatchObject({ request_id: asked.id, friend: { user_id: emil.userId } })
  expect(missing((accepted.data as { friend: object }).friend, objects.User)).toEqual([])
  const added = await his.hears('friend_added')
  expect(added.data).toMatchObject({ request_id: asked.id, friend: { user_id: dora.userId } })
  expect(missing((added.data as { friend: object }).friend, objects.User)).toEqual([])
  await dora.does('friends.remove', { friend_id: emil.userId })
  expect((await his.hears('friend_removed')).data).toEqual({ user_id: dora.userId })
})

test('who is signed out is told why and closed with 4002; a bad token with 4001', async () => {
  const { frida } = await app.people('frida')
  const device = await frida.connects({ base: app.url(1) })
  await frida.does('accounts.logout')
  expect((await device.isClosed()).code).toBe(4002)
  const [kicked] = device.all('kicked')
  expect(fieldsOf(kicked)).toEqual(['reason'])
  // The token is spent: the same door stays shut from now on.
  const url = `${app.url().replace('http', 'ws')}/api/v1/messages/ws`
  for (const query of ['', '?token=rubbish', `?token=${frida.token}`, '?ticket=rubbish']) {
    const socket = new WebSocket(url + query)
    const code = await new Promise((resolve) =>
      socket.addEventListener('close', (event) => resolve(event.code)),
    )
    expect([query, code]).toEqual([query, 4001])
  }
})

test('the first token there is counts: header, then sub-protocol, then ticket, then query', async () => {
  const { gerd, hilde } = await app.people('gerd', 'hilde')
  const url = `${app.url().replace('http', 'ws')}/api/v1/messages/ws`
  const opens = async (query: string, options: unknown) => {
    const socket = new WebSocket(url + query, options as never)
    const first = await new Promise<string>((resolve) => {
      socket.addEventListener('message', (event) =>
        resolve(JSON.parse(String(event.data)).data.user_id),
      )
      socket.addEventListener('close', (event) => resolve(String(event.code)))
    })
    socket.close()
    return first
  }
  const header = { headers: { authorization: `Bearer ${gerd.token}` } }
  expect(await opens(`?token=${hilde.token}`, header)).toBe(gerd.userId)
  expect(await opens(`?token=${hilde.token}`, ['bearer', gerd.token])).toBe(gerd.userId)
  const both = { ...header, protocols: ['bearer', hilde.token] }
  expect(await opens('', both)).toBe(gerd.userId)
  const { ticket } = await gerd.does('messages.ticket')
  expect(await opens(`?ticket=${ticket}&token=${hilde.token}`, [])).toBe(gerd.userId)
  // A bad one is bad, whatever stands behind it.
  const bad = { headers: { authorization: 'Bearer rubbish' } }
  expect(await opens(`?token=${hilde.token}`, bad)).toBe('4001')
  expect(await opens(`?ticket=${ticket}&token=${hilde.token}`, [])).toBe('4001')
})
