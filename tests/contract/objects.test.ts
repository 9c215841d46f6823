// The objects of the contract, section 2, as they come over the wire: every field, times, ids, and
// what is never shown.
import { afterAll, beforeAll, expect, test } from 'bun:test'
import { install, type Installation } from '../support/installation.ts'
import { request, type Person } from '../support/people.ts'
import { missing, objects, pathsTo, rfc3339Utc } from './fields.ts'

let app: Installation
let alice: Person
let bob: Person
let conversation: number
beforeAll(async () => {
  app = await install()
  const people = await app.people('Zoe', 'Adam')
  // Upper and lower case and the order of names must not matter to anybody.
  alice = people.Zoe
  bob = people.Adam
  conversation = await alice.befriends(bob)
  await alice.says(bob, 'first')
})
afterAll(() => app[Symbol.asyncDispose]())

async function get<T = Record<string, unknown>>(who: Person, path: string): Promise<T> {
  const answer = await request<T>(app.url(), 'GET', `/api/v1${path}`, { token: who.token })
  expect([path, answer.status, answer.code, answer.msg]).toEqual([path, 200, 0, 'success'])
  return answer.data
}

test('User and one’s own profile', async () => {
  const me = await get(alice, '/users/me')
  expect(missing(me, objects.Me)).toEqual([])
  expect(me['email']).toBe(alice.email.toLowerCase())
  expect(me['created_at']).toMatch(rfc3339Utc)
  expect(me['last_login_at']).toMatch(rfc3339Utc)
  expect(Number.isSafeInteger(me['id'])).toBe(true)
  const [friend] = await get<Record<string, unknown>[]>(bob, '/friends/list')
  expect(missing(friend?.['friend_user'], objects.User)).toEqual([])
})

test('Friend and FriendRequest, for both sides', async () => {
  const [friend] = await get<Record<string, unknown>[]>(alice, '/friends/list')
  expect(missing(friend, objects.Friend)).toEqual([])
  expect([friend?.['user_id'], friend?.['friend_id']]).toEqual([alice.userId, bob.userId])
  for (const [who, path] of [
    [alice, '/friends/sent-requests'],
    [bob, '/friends/received-requests?status=1'],
    [bob, '/friends/received-requests?status=-1'],
  ] as const) {
    const [asked] = await get<Record<string, unknown>[]>(who, path)
    expect(missing(asked, objects.FriendRequest)).toEqual([])
    expect(asked).toMatchObject({ from_user_id: alice.userId, to_user_id: bob.userId, status: 1 })
  }
  expect(await get<unknown[]>(bob, '/friends/received-requests?status=0')).toEqual([])
})

test('Conversation: two names in order, unread of the caller', async () => {
  const hers = await get<Record<string, unknown>[]>(alice, '/messages/conversations')
  const his = await get<Record<string, unknown>[]>(bob, '/messages/conversations')
  for (const [list, unread] of [
    [hers, 0],
    [his, 1],
  ] as const) {
    expect(list).toHaveLength(1)
    const [found] = list
    expect(missing(found, objects.Conversation)).toEqual([])
    const names = [bob.userId, alice.userId].toSorted((a, b) => (a < b ? -1 : 1))
    expect([found?.['user1_id'], found?.['user2_id']]).toEqual(names)
    expect(found).toMatchObject({ id: conversation, kind: 'direct', last_seq: 1, unread })
    expect(found?.['last_message_time']).toMatch(rfc3339Utc)
    const last = found?.['last_message'] as Record<string, unknown>
    expect(last['id']).toBe(found?.['last_message_id'])
    expect(missing(last, objects.Message)).toEqual([])
    for (const side of ['user1', 'user2']) expect(missing(found?.[side], objects.User)).toEqual([])
  }
  expect(await get<unknown[]>(alice, '/messages/conversations?kind=group')).toEqual([])
  expect(await get<unknown[]>(alice, '/messages/conversations?kind=all')).toHaveLength(1)
})

test('Message, before and after it is read, edited and recalled', async () => {
  const sent = await alice.says(bob, 'take me back')
  expect(missing(sent, objects.Message)).toEqual([])
  expect(sent).toMatchObject({ is_read: false, read_at: null, is_recalled: false, edited_at: null })
  const path = `/messages/conversations/${conversation}`
  await request(app.url(), 'PUT', `/api/v1${path}/read`, { token: bob.token, body: {} })
  const read = (await get<Record<string, unknown>[]>(alice, `${path}/messages`)).at(-1)
  expect(read).toMatchObject({ id: sent.id, is_read: true })
  expect(read?.['read_at']).toMatch(rfc3339Utc)
  const edit = { token: alice.token, body: { content: 'take me as I am' } }
  const put = await request<Record<string, unknown>>(
    app.url(),
    'PUT',
    `/api/v1/messages/${sent.id}`,
    edit,
  )
  expect(missing(put.data, objects.Message)).toEqual([])
  expect(put.data).toMatchObject({ id: sent.id, seq: sent.seq, content: 'take me as I am' })
  expect(put.data['edited_at']).toMatch(rfc3339Utc)
  const revisions = await get(alice, `/messages/${sent.id}/revisions`)
  const was = { n: 1, content: 'take me back', said_at: sent.created_at }
  expect(revisions).toEqual({ list: [was], has_more: false, next_cursor: null })
  const recall = `/api/v1/messages/${sent.id}/recall`
  const { data } = await request<object>(app.url(), 'PUT', recall, { token: alice.token })
  const emptied = { seq: sent.seq, content: '', media_url: '', is_recalled: true }
  expect(data).toMatchObject(emptied)
  expect((await get<object[]>(bob, `${path}/messages`)).at(-1)).toMatchObject(emptied)
  const [listed] = await get<Record<string, unknown>[]>(bob, '/messages/conversations')
  expect(listed?.['last_message']).toMatchObject(emptied)
})

test('Favorite, as it is added and listed, and what its removal answers', async () => {
  const { id: message_id } = await alice.says(bob, 'keep me')
  const ask = (method: string, path: string) => {
    const options = { token: bob.token, body: { message_id } }
    return request<Record<string, unknown>>(app.url(), method, `/api/v1${path}`, options)
  }
  for (let times = 0; times < 2; times++) {
    const { status, data } = await ask('POST', '/favorites/add')
    expect([status, data['message_id']]).toEqual([200, message_id])
    expect(missing(data, objects.Favorite)).toEqual([])
    expect(data['created_at']).toMatch(rfc3339Utc)
    expect(missing(data['message'], objects.Message)).toEqual([])
    expect(data['message']).toMatchObject({ id: message_id, to_user_id: bob.userId })
  }
  const listed = await get<{ list: object[]; total: number }>(bob, '/favorites/list?page=1')
  expect(Object.keys(listed).toSorted()).toEqual(['list', 'total'])
  expect([listed.list.length, listed.total]).toEqual([1, 1])
  const read = await get(bob, '/favorites/list?cursor=&limit=1')
  expect(read).toMatchObject({ list: listed.list, has_more: false, next_cursor: null })
  for (let times = 0; times < 2; times++) {
    const { status, data } = await ask('DELETE', '/favorites/remove')
    expect([status, Object.keys(data)]).toEqual([200, ['message']])
  }
  expect(await get(bob, '/favorites/list')).toEqual({ list: [], total: 0 })
})

test('an address and a time of being here stand in one’s own profile, a password nowhere', async () => {
  await alice.does('moments.create', { content: 'hi' })
  for (const path of [
    '/friends/list',
    '/friends/sent-requests',
    '/friends/received-requests',
    `/friends/search?keyword=${alice.userId}`,
    `/users/${alice.userId}`,
    '/moments/timeline',
    '/messages/conversations',
    `/messages/conversations/${conversation}/messages`,
    '/users/sessions',
  ]) {
    const data = await get(bob, path)
    const told = ['email', 'last_login_at'].flatMap((field) => pathsTo(field, data))
    expect([path, told]).toEqual([path, []])
  }
  for (const path of ['/users/me', '/friends/list', '/messages/conversations']) {
    const text = JSON.stringify(await get(bob, path))
    expect([path, /password|argon2|hash/i.test(text)]).toEqual([path, false])
  }
})
