// Sections 1 and 3 of the contract over plain HTTP: envelope, statuses, pages, tokens, languages.
import { afterAll, beforeAll, expect, test } from 'bun:test'
import { install, type Installation } from '../support/installation.ts'
import { password, request, type Person } from '../support/people.ts'
import { missing, statuses } from './fields.ts'

let app: Installation
let alice: Person
let bob: Person
let conversation: number
beforeAll(async () => {
  app = await install()
  ;({ alice, bob } = await app.signUp('alice', 'bob'))
  conversation = await alice.befriends(bob)
  for (let n = 1; n <= 5; n++) await alice.says(bob, `${n}`)
})
afterAll(() => app[Symbol.asyncDispose]())

const as = (who: Person, method: string, path: string, body?: unknown) =>
  request<never>(app.url(), method, `/api/v1${path}`, {
    token: who.token,
    ...(body === undefined ? {} : { body }),
  })
const open = (path: string, body: unknown, headers: Record<string, string> = {}) =>
  request<Record<string, unknown>>(app.url(), 'POST', `/api/v1${path}`, { body, headers })

test('ping is pong, in the envelope, as JSON', async () => {
  const response = await fetch(`${app.url()}/api/v1/ping`)
  expect(response.status).toBe(200)
  expect(response.headers.get('content-type')).toMatch(/^application\/json\b/)
  expect(await response.json()).toEqual({ code: 0, msg: 'success', data: 'pong' })
})

test('what signing up and in answers', async () => {
  const id = `new-${Date.now().toString(36)}`
  const body = { email: `${id}@example.com`, user_id: id, nickname: 'New', password }
  const registered = await open('/users/register-pwd', body)
  const signedIn = ['expires_in', 'refresh_token', 'token', 'user']
  expect(Object.keys(registered.data).toSorted()).toEqual([...signedIn, 'message'].toSorted())
  const login = await open('/users/login-pwd', { email: id, password })
  expect(Object.keys(login.data).toSorted()).toEqual(signedIn)
  const refreshed = await open('/users/refresh', { refresh_token: login.data['refresh_token'] })
  expect(Object.keys(refreshed.data).toSorted()).toEqual(signedIn.slice(0, 3))

  const email = `code-${id}@example.com`
  const asked = await open('/users/send-code', { email })
  expect(Object.keys(asked.data).toSorted()).toEqual(['expires_in', 'message'])
  const code = await app.codeFor(email)
  const checked = await open('/users/verify-code', { email, code })
  expect(Object.keys(checked.data)).toEqual(['message'])
  const coded = { email, code, user_id: `c-${id}`, nickname: 'Coded' }
  expect(Object.keys((await open('/users/register', coded)).data).toSorted()).toEqual(signedIn)
})

test('an access token is an HS256 JWT with the promised claims, good for eight hours', () => {
  const [head, claims] = alice.token
    .split('.', 2)
    .map((part) => JSON.parse(Buffer.from(part, 'base64url').toString()))
  expect(head).toMatchObject({ alg: 'HS256' })
  for (const name of ['sub', 'sid', 'exp', 'iat', 'typ', 'iss', 'aud']) {
    expect(claims).toHaveProperty(name)
  }
  expect(claims.sub).toBe(alice.userId)
  expect(claims.exp - claims.iat).toBe(8 * 3600)
})

test('every refusal has the status of its code, a message, and null or details', async () => {
  const refusals = [
    await as(alice, 'GET', '/nothing'),
    await as(alice, 'GET', '/users/me/nothing'),
    await as(alice, 'PUT', '/users/me', { nickname: '' }),
    await as(alice, 'DELETE', '/users/sessions/999999'),
    await as(alice, 'DELETE', '/friends/nobody-here'),
    await as(alice, 'POST', '/friends/send-request', { to_user_id: 'nobody-here' }),
    await as(alice, 'POST', '/friends/send-request', { to_user_id: bob.userId }),
    await as(alice, 'POST', '/friends/send-request', { to_user_id: alice.userId }),
    await as(alice, 'POST', '/friends/accept-request', { request_id: 999999 }),
    await as(alice, 'PUT', '/messages/999999/recall'),
    await as(alice, 'PUT', '/messages/999999', { content: 'x' }),
    await as(alice, 'GET', '/messages/999999/revisions'),
    await as(alice, 'GET', '/messages/conversations/999999/messages'),
    await as(alice, 'PUT', '/messages/conversations/999999/read', {}),
    await open('/users/login-pwd', { email: alice.userId, password: 'wrong one' }),
    await open('/users/refresh', { refresh_token: 'x'.repeat(40) }),
    await open('/users/login', { email: alice.email, code: '000000' }),
    await request(app.url(), 'GET', '/api/v1/users/me'),
    await request(app.url(), 'GET', '/api/v1/users/me', { token: 'rubbish' }),
  ]
  expect(refusals.map(({ code }) => code)).toEqual([
    4004, 4004, 4010, 4004, 4201, 4101, 4202, 4010, 4204, 4301, 4301, 4301, 4541, 4541, 4103, 4104,
    4106, 4002, 4104,
  ])
  for (const { status, code, msg, data } of refusals) {
    expect([code, status]).toEqual([code, statuses[code] as number])
    expect(msg).toMatch(/\w+.*\.$/)
    expect(data === null || typeof data === 'object').toBe(true)
  }
  const unnamed = await as(alice, 'PUT', '/users/me', { nickname: '' })
  expect(unnamed.data as unknown).toEqual({ field: 'nickname', reason: 'too_short', min: 1 })
})

test.each([
  ['page=0', 4010],
  ['page=-1', 4010],
  ['page=x', 4010],
  ['page=1.5', 4010],
  ['page=1e3', 4010],
  ['page_size=0', 4010],
  ['page_size=101', 4010],
  ['page_size=100', 0],
  ['page=1&page_size=1', 0],
  ['page=1000', 0],
  ['limit=101', 4010],
  ['limit=0', 4010],
  ['limit=100', 0],
])('pages: ?%s', async (query, code) => {
  for (const path of [
    '/messages/conversations',
    `/messages/conversations/${conversation}/messages`,
  ])
    expect([path, (await as(alice, 'GET', `${path}?${query}`)).code]).toEqual([path, code])
})

test('an id in an address is a whole number in digits, or nothing', async () => {
  for (const id of ['1.5', '1e0', '0x1', '-1', '0', '9007199254740993', '1%20', '١', '']) {
    const recall = await as(alice, 'PUT', `/messages/${id}/recall`)
    const edit = await as(alice, 'PUT', `/messages/${id}`, { content: 'x' })
    for (const { code } of [recall, edit])
      expect([id, [4004, 4010].includes(code)]).toEqual([id, true])
  }
})

test('history: pages ascend and page 1 is the newest; a seq makes it a cursor', async () => {
  const path = `/messages/conversations/${conversation}/messages`
  const words = async (query: string) => {
    const data = (await as(alice, 'GET', `${path}?${query}`)).data as unknown
    const cursor = data as { list: { content: string }[]; has_more: boolean; next_cursor: unknown }
    if (Array.isArray(data)) return data.map((each: { content: string }) => each.content)
    expect(Object.keys(cursor).toSorted()).toEqual(['has_more', 'list', 'next_cursor'])
    return [...cursor.list.map((each) => each.content), cursor.has_more]
  }
  expect(await words('')).toEqual(['1', '2', '3', '4', '5'])
  expect(await words('page=1&page_size=2')).toEqual(['4', '5'])
  expect(await words('page=3&page_size=2')).toEqual(['1'])
  expect(await words('page=4&page_size=2')).toEqual([])
  expect(await words('after_seq=3&limit=1')).toEqual(['4', true])
  expect(await words('after_seq=3&limit=9')).toEqual(['4', '5', false])
  expect(await words('before_seq=3&limit=1')).toEqual(['2', true])
  expect(await words('before_seq=3&limit=9')).toEqual(['1', '2', false])
})

test('the list of conversations: an array, or with a cursor or limit a page', async () => {
  const list = await as(alice, 'GET', '/messages/conversations')
  expect(Array.isArray(list.data)).toBe(true)
  for (const query of ['cursor=', 'limit=5', 'cursor=&limit=5']) {
    const { data } = await as(alice, 'GET', `/messages/conversations?${query}`)
    expect(data as unknown).toMatchObject({ has_more: false, next_cursor: null })
    expect((data as { list: unknown[] }).list).toHaveLength(1)
  }
  expect((await as(alice, 'GET', '/messages/conversations?cursor=x')).code).toBe(4010)
})

test('marking read without a seq goes up to the newest, and never back', async () => {
  const path = `/messages/conversations/${conversation}/read`
  expect((await as(bob, 'PUT', path, { seq: 2 })).data as unknown).toEqual({
    read_seq: 2,
    unread: 3,
  })
  const count = (await as(bob, 'GET', '/messages/unread-count')).data as unknown
  expect(count).toEqual({ count: 3, total: 3, offline: 3 })
  expect((await as(bob, 'PUT', path)).data as unknown).toEqual({ read_seq: 5, unread: 0 })
  expect((await as(bob, 'PUT', path, { seq: 1 })).data as unknown).toEqual({
    read_seq: 5,
    unread: 0,
  })
})

test('a client_msg_id is for ever: again the same, with other words 409', async () => {
  const message = { to_user_id: bob.userId, message_type: 1, content: 'once' }
  const body = { ...message, client_msg_id: crypto.randomUUID() }
  const first = await as(alice, 'POST', '/messages/send', body)
  expect((await as(alice, 'POST', '/messages/send', body)).data).toEqual(first.data)
  const other = await as(alice, 'POST', '/messages/send', { ...body, content: 'twice' })
  expect([other.status, other.code]).toEqual([409, 4303])
  expect((await as(alice, 'POST', '/messages/send', { ...body, client_msg_id: 'x' })).code).toBe(
    4010,
  )
})

test.each([
  [{ user_id: 'ab' }, { field: 'user_id', reason: 'too_short', min: 3 }],
  [{ user_id: 'x'.repeat(33) }, { field: 'user_id', reason: 'too_long', max: 32 }],
  [{ user_id: 'with space' }, { field: 'user_id', reason: 'pattern' }],
  [{ user_id: 'ümlaut' }, { field: 'user_id', reason: 'pattern' }],
  [{ email: 'no address' }, { field: 'email', reason: 'pattern' }],
  [{ email: 'a@b' }, { field: 'email', reason: 'pattern' }],
  [{ password: 'seven77' }, { field: 'password', reason: 'too_short', min: 8 }],
  [{ password: 'x'.repeat(129) }, { field: 'password', reason: 'too_long', max: 128 }],
  [{ nickname: '' }, { field: 'nickname', reason: 'too_short', min: 1 }],
  [{ nickname: 7 }, { field: 'nickname', reason: 'type', types: ['string'] }],
])('who signs up with %j is told the field and why', async (wrong, details) => {
  const good = { email: 'ok@example.com', user_id: 'fine', nickname: 'Fine', password }
  const refused = await open('/users/register-pwd', { ...good, ...wrong })
  expect([refused.status, refused.code, refused.data]).toEqual([422, 4010, details])
})

test.each([
  [{ message_type: 1, content: 'to nobody' }, 'to_user_id', 'missing'],
  [
    { to_user_id: 'bob', conversation_id: 1, message_type: 1, content: '2' },
    'to_user_id',
    'conflict',
  ],
  [{ to_user_id: 'bob', content: 'no type' }, 'message_type', 'missing'],
  [{ to_user_id: 'bob', message_type: 0, content: 'x' }, 'message_type', 'too_small'],
  [{ to_user_id: 'bob', message_type: 256, content: 'x' }, 'message_type', 'too_large'],
  [{ to_user_id: 'bob', message_type: 1 }, 'content', 'missing'],
])('who sends %j is told the field and why', async (body, field, reason) => {
  const refused = await as(alice, 'POST', '/messages/send', body)
  expect([refused.status, refused.code]).toEqual([422, 4010])
  expect(refused.data as unknown).toMatchObject({ field, reason })
})

test('a session list says device, address and last use, and which one asks', async () => {
  const sessions = (await as(alice, 'GET', '/users/sessions')).data as Record<string, unknown>[]
  expect(missing(sessions[0], 'id device_id device_name address current last_used_at')).toEqual([])
  expect(sessions.filter((each) => each['current'] === true)).toHaveLength(1)
})

test('names are found in any case', async () => {
  const body = { friend_user_id: bob.userId.toUpperCase() }
  expect(await as(alice, 'POST', '/messages/conversations/create', body)).toMatchObject({
    code: 0,
    data: { id: conversation },
  })
})

test('the language of a message follows Accept-Language, the better liked one first', async () => {
  const speaks = async (language: string) =>
    /\p{Script=Han}/u.test((await open('/users/refresh', {}, { 'accept-language': language })).msg)
      ? 'zh'
      : 'en'
  for (const [header, wanted] of [
    ['zh', 'zh'],
    ['zh-TW', 'zh'],
    ['en', 'en'],
    ['fr', 'en'],
    ['fr, zh;q=0.5', 'zh'],
    ['en;q=0.2, zh;q=0.9', 'zh'],
    ['zh;q=0, en', 'en'],
    ['zh;q=0', 'en'],
    ['*', 'en'],
  ] as const) {
    expect([header, await speaks(header)]).toEqual([header, wanted])
  }
})

test('outside the base path: alive, ready, counters, documents; queues are for admins', async () => {
  for (const [path, status, type] of [
    ['/healthz', 200, 'application/json'],
    ['/readyz', 200, 'application/json'],
    ['/metrics', 200, 'text/plain'],
    ['/docs', 200, 'text/html'],
    ['/docs/openapi.json', 200, 'application/json'],
    ['/docs/asyncapi.json', 200, 'application/json'],
  ] as const) {
    const response = await fetch(app.url() + path)
    expect([path, response.status]).toEqual([path, status])
    expect(response.headers.get('content-type')).toStartWith(type)
  }
  const queues = await fetch(`${app.url()}/admin/queues`, {
    redirect: 'manual',
    headers: { authorization: `Bearer ${alice.token}` },
  })
  expect(queues.status).not.toBe(200)
})

test('whoever has to wait is told how long, in the header and in the data', async () => {
  await using strict = await install({ env: { RATE_LIMITS: 'on' }, workers: false })
  const email = 'patient@example.com'
  const ask = () => request(strict.url(), 'POST', '/api/v1/users/send-code', { body: { email } })
  let refused = await ask()
  for (let n = 0; n < 20 && refused.code === 0; n++) refused = await ask()
  expect([refused.status, refused.code]).toEqual([429, 4029])
  const wait = Number(refused.headers.get('retry-after'))
  expect(Number.isInteger(wait) && wait > 0).toBe(true)
  expect(refused.data).toMatchObject({ retry_after: wait })
})

test('without a mail server codes answer 5003, and when to ask again', async () => {
  await using mute = await install({ env: { SMTP_HOST: '' }, workers: false })
  const body = { email: 'somebody@example.com' }
  const refused = await request(mute.url(), 'POST', '/api/v1/users/send-code', { body })
  expect([refused.status, refused.code]).toEqual([503, 5003])
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
})
