// Friends and blocks by the contract, section 3: paths, fields and codes as a stranger would try them.
import { afterAll, beforeAll, expect, test } from 'bun:test'
import { install, type Installation } from '../support/installation.ts'
import { request, type Person } from '../support/people.ts'
import { missing, objects, pathsTo } from './fields.ts'

let app: Installation
let alice: Person
let bob: Person
beforeAll(async () => {
  app = await install()
  ;({ alice, bob } = await app.people('alice', 'bob'))
  await alice.befriends(bob)
})
afterAll(() => app[Symbol.asyncDispose]())

type Row = Record<string, unknown>

const as = <T = Row>(who: Person, method: string, path: string, body?: unknown) =>
  request<T>(app.url(), method, `/api/v1${path}`, {
    token: who.token,
    ...(body === undefined ? {} : { body }),
  })

test('a card says what somebody is to me, wherever it is shown', async () => {
  const { carl, dora, eve } = await app.people('carl', 'dora', 'eve')
  await as(alice, 'POST', '/friends/send-request', { to_user_id: carl.userId })
  await as(dora, 'POST', '/friends/send-request', { to_user_id: alice.userId })
  for (const [person, status] of [
    [alice, 'self'],
    [bob, 'friend'],
    [carl, 'pending_sent'],
    [dora, 'pending_received'],
    [eve, 'none'],
  ] as const) {
    const id = person.userId
    const card = await as(alice, 'GET', `/users/${id}`)
    const found = await as(alice, 'GET', `/friends/search?user_id=${id}`)
    for (const { code, data } of [card, found]) {
      expect([id, code, data['relationship_status']]).toEqual([id, 0, status])
      expect([missing(data, objects.User), pathsTo('email', data)]).toEqual([[], []])
    }
    const { data } = await as<Row[]>(alice, 'GET', `/friends/search?keyword=${id}`)
    const listed = data.find((each) => each['user_id'] === id)
    expect([id, listed?.['relationship_status']]).toEqual([id, status])
  }
  for (const path of ['/users/nobody-here', '/friends/search?user_id=nobody-here']) {
    const { status, code } = await as(alice, 'GET', path)
    expect([path, status, code]).toEqual([path, 404, 4101])
  }
  const empty = await as(alice, 'GET', '/friends/search?keyword=')
  expect([empty.status, empty.code]).toEqual([422, 4311])
})

test('a request is withdrawn by who made it, once; then it can be made again', async () => {
  const { fred } = await app.people('fred')
  const asked = await as(alice, 'POST', '/friends/send-request', { to_user_id: fred.userId })
  const body = { request_id: asked.data['id'] }
  const path = '/friends/withdraw-request'
  expect((await as(fred, 'POST', path, body)).code).toBe(4204)
  const withdrawn = await as(alice, 'POST', path, body)
  expect([withdrawn.data['status'], missing(withdrawn.data, objects.FriendRequest)]).toEqual([
    4,
    [],
  ])
  expect((await as(alice, 'POST', path, body)).code).toBe(4204)
  expect((await as(fred, 'POST', '/friends/accept-request', body)).code).toBe(4204)
  const again = await as(alice, 'POST', '/friends/send-request', { to_user_id: fred.userId })
  expect(again.code).toBe(0)
})

test('a remark is mine alone', async () => {
  const body = { friend_id: bob.userId, remark: 'Bob from the lake' }
  const changed = await as(alice, 'PUT', '/friends/update-remark', body)
  expect([changed.data['remark'], missing(changed.data, objects.Friend)]).toEqual([body.remark, []])
  const [hers] = (await as<Row[]>(alice, 'GET', '/friends/list')).data
  const [his] = (await as<Row[]>(bob, 'GET', '/friends/list')).data
  expect([hers?.['remark'], his?.['remark']]).toEqual([body.remark, ''])
  const none = await as(alice, 'PUT', '/friends/update-remark', {
    ...body,
    friend_id: 'nobody-here',
  })
  expect([none.status, none.code]).toEqual([404, 4201])
})

test('who is online: friends as a list, a map by id; strangers seem away', async () => {
  const { gina } = await app.people('gina')
  await Promise.all([bob.connects(), gina.connects()])
  const { data } = await as<Row[]>(alice, 'GET', '/friends/online-status')
  expect(data.map((each) => each['friend_id'])).toEqual([bob.userId])
  expect(missing(data[0], objects.Friend)).toEqual([])
  const ids = [bob.userId, gina.userId].join(',')
  const batch = await as(alice, 'GET', `/friends/online-status/batch?user_ids=${ids}`)
  expect(batch.data).toEqual({ [bob.userId]: true, [gina.userId]: false })
  const many = Array.from({ length: 101 }, (_, n) => `user-${n}`).join(',')
  expect((await as(alice, 'GET', `/friends/online-status/batch?user_ids=${many}`)).code).toBe(4010)
})

test('a block: both ways, once, and gone again', async () => {
  const { hugo, ida } = await app.people('hugo', 'ida')
  await hugo.befriends(ida)
  const body = { blocked_user_id: ida.userId }
  expect((await as(hugo, 'POST', '/users/block', body)).code).toBe(0)
  const again = await as(hugo, 'POST', '/users/block', body)
  expect([again.status, again.code]).toEqual([409, 4501])
  const own = await as(hugo, 'POST', '/users/block', { blocked_user_id: hugo.userId })
  expect([own.status, own.code]).toEqual([422, 4010])
  const list = (await as<Row[]>(hugo, 'GET', '/users/blocked-list')).data
  expect(JSON.stringify(list)).toContain(ida.userId)
  expect(pathsTo('email', list)).toEqual([])
  expect((await as<Row[]>(ida, 'GET', '/users/blocked-list')).data).toEqual([])

  const message = { message_type: 1, content: 'hello?' }
  for (const [from, to] of [
    [hugo, ida],
    [ida, hugo],
  ] as const) {
    const sent = await as(from, 'POST', '/messages/send', { ...message, to_user_id: to.userId })
    expect([403, 404]).toContain(sent.status)
    expect((await as<Row[]>(from, 'GET', '/friends/list')).data).toEqual([])
  }
  expect((await as(hugo, 'DELETE', `/users/block/${ida.userId}`)).code).toBe(0)
  const gone = await as(hugo, 'DELETE', `/users/block/${ida.userId}`)
  expect([gone.status, gone.code]).toEqual([404, 4502])
})
