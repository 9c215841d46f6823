// Hostile input at both doors: fields nobody named, ids that disagree, poisoned names, odd values.
import { afterAll, beforeAll, expect, test } from 'bun:test'
import type { TObject } from '@sinclair/typebox'
import elysia from 'elysia/package.json'
import { encodeCursor } from '../../src/core/page.ts'
import { sample } from '../../docs/writers/documents/sample.ts'
import { inputOf } from '../../src/http/input.ts'
import { operations, type OperationName } from '../../src/protocol/operations.ts'
import type { Operation } from '../../src/protocol/operation.ts'
import { install, type Installation } from '../support/installation.ts'
import { callOperation, request, type Person } from '../support/people.ts'

let app: Installation
let alice: Person
let bob: Person
let conversation: number
beforeAll(async () => {
  app = await install({ workers: false })
  ;({ alice, bob } = await app.people('alice', 'bob'))
  conversation = await alice.befriends(bob)
})
afterAll(() => app[Symbol.asyncDispose]())

const all = Object.entries(operations) as [OperationName, Operation][]
function exampleOf(schema: TObject | undefined): Record<string, unknown> {
  return schema ? (structuredClone(sample(schema as never, {})) as Record<string, unknown>) : {}
}

test('2 Mattermost CVE-2023-4478: no operation takes a field its schema does not name', async () => {
  const names =
    'role status id owner_id seq created_at verified email_verified disabled_at sender_id'
  const extra = Object.fromEntries(names.split(' ').map((name) => [name, 1]))
  let checked = 0
  for (const [name, operation] of all.filter(([, each]) => each.body)) {
    const params = exampleOf(operation.params) as Record<string, string>
    const text = Object.fromEntries(Object.entries(params).map(([key, each]) => [key, `${each}`]))
    const known = new Set(
      Object.keys({ ...operation.params?.properties, ...operation.body?.properties }),
    )
    const strange = Object.fromEntries(Object.entries(extra).filter(([key]) => !known.has(key)))
    const body = { ...strange, ...exampleOf(operation.body) }
    const take = () => inputOf(operation, { params: text, query: {}, body })
    if (operation.body?.['additionalProperties'] === false) {
      expect(take).toThrow('validation')
      continue
    }
    const input = take()
    expect([name, Object.keys(input).filter((key) => !known.has(key))]).toEqual([name, []])
    checked += Object.keys(strange).length
  }
  expect(checked).toBeGreaterThan(50)
  const { sql } = app.nodes[0]!.ctx
  const look = () => sql`
    select role, email_verified_at, disabled_at, id, user_id from users
    where user_id = ${alice.userId}`
  const before = await look()
  const wanted = { role: 'operator', email_verified: true, disabled_at: null, user_id: 'root' }
  await alice.does('accounts.updateMe', { nickname: 'Alice', ...wanted })
  expect(await look()).toEqual(before)
})

test('12 Synapse CVE-2020-26257: ids that disagree are refused', async () => {
  const { carol } = await app.people('carol')
  const other = await carol.befriends(bob)
  const read = (body: unknown, query = '') =>
    request(app.url(), 'PUT', `/api/v1/messages/conversations/${conversation}/read${query}`, {
      token: alice.token,
      body,
    })
  for (const id of [other, `${other}`, null, {}, [], [conversation], { toString: 1 }, true]) {
    const answer = await read({ id })
    const details = { field: 'id', reason: 'conflict' }
    expect([id, answer.status, answer.code, answer.data]).toEqual([id, 400, 4001, details])
  }
  expect((await read({}, `?id=${other}`)).code).toBe(4001)
  expect((await read({ id: conversation })).code).toBe(0)
  // Names of people in a body are no names of senders.
  const sent = await alice.does('messages.send', {
    conversation_id: conversation,
    message_type: 1,
    content: 'x',
    from_user_id: carol.userId,
    user_id: carol.userId,
    sender_id: 1,
  })
  expect(sent.from_user_id).toBe(alice.userId)
  const device = await alice.connects()
  for (const two of [
    { to_user_id: bob.userId, conversation_id: other },
    { to_user_id: bob.userId, conversation_id: conversation },
    { conversation_id: conversation, group_id: 'G1' },
  ]) {
    const data = { ...two, message_type: 1, content: 'x' }
    expect(await device.asks('send_message', data)).toMatchObject({
      type: 'error',
      data: { code: 4010 },
    })
    if ('group_id' in two) continue
    expect((await alice.tries('messages.send', data)).code).toBe(4010)
  }
})

test('12 ASVS 15.3.7: one name twice in a query is refused, not guessed at', async () => {
  const list = '/api/v1/messages/conversations'
  for (const query of ['page=1&page=2', 'page=1&%70age=2', 'limit=1&cursor=&limit=2', 'x=1&x=1']) {
    const answer = await request(app.url(), 'GET', `${list}?${query}`, { token: alice.token })
    expect([query, answer.status, answer.code]).toEqual([query, 400, 4001])
  }
  const answer = await request(app.url(), 'GET', `${list}?page=1&page_size=2`, {
    token: alice.token,
  })
  expect(answer.code).toBe(0)
})

test('16 Elysia CVE-2025-66456, CVE-2025-66457, CVE-2026-31865: no name poisons', async () => {
  const [major, minor, patch] = elysia.version.split('.').map(Number) as [number, number, number]
  expect(major * 1e6 + minor * 1e3 + patch).toBeGreaterThanOrEqual(1_004_027)
  const evil =
    '"__proto__":{"polluted":1,"role":"operator"},"constructor":{"prototype":{"polluted":1}}'
  const query = '__proto__=1&__proto__[polluted]=1&constructor.prototype.polluted=1&toString=1'
  const device = await alice.connects()
  const put = (path: string, body: string) =>
    fetch(app.url() + path, {
      method: 'PUT',
      headers: { authorization: `Bearer ${alice.token}`, 'content-type': 'application/json' },
      body,
    })
  expect((await put('/api/v1/users/me', `{"nickname":"A",${evil}}`)).status).toBe(200)
  expect((await put('/api/v1/users/me', `{"bio":{${evil}}}`)).status).toBe(422)
  expect((await put(`/api/v1/users/me?${query}`, '{}')).status).toBe(200)
  expect((await alice.tries('friends.remove', { friend_id: '__proto__' })).code).toBe(4201)
  device.raw(`{"type":"typing","id":1,"data":{"conversation_id":${conversation},${evil}},${evil}}`)
  device.raw(`{"type":"send_message","id":2,"data":{"__proto__":{"to_user_id":"${bob.userId}"}}}`)
  expect((await device.answer(1)).type).toBe('ack')
  expect((await device.answer(2)).type).toBe('error')
  const cookie =
    '__proto__=1; __proto__[polluted]=1; constructor=a; curlew_admin=__proto__; a=%E0%A4%A'
  for (const path of ['/admin', '/docs', '/api/v1/ping', '/healthz']) {
    const response = await fetch(`${app.url()}${path}?${query}`, { headers: { cookie } })
    expect([path, response.status < 500]).toEqual([path, true])
  }
  const blank = {} as Record<string, unknown>
  expect([blank['polluted'], blank['role'], typeof blank.toString]).toEqual([
    undefined,
    undefined,
    'function',
  ])
})

/** One after the other in every field of every operation. */
const hostileValues: readonly unknown[] = [
  '\0',
  'a\0b',
  '\ud800',
  'x'.repeat(60_000),
  '',
  ' ',
  null,
  [],
  {},
  [[[[1]]]],
  { toString: 1 },
  1e300,
  -1,
  0,
  1.5,
  Number.MAX_SAFE_INTEGER,
  2 ** 31,
  true,
  'NaN',
  "'; drop table users; --",
  '../../etc/passwd',
  '%00',
  '\u202e',
  '9'.repeat(40),
  encodeCursor(['a', 'b', 'c']),
  encodeCursor(['1', '1e300', '2']),
  encodeCursor([1, -1, 2 ** 53 - 1]),
]

test('21 socket.io CVE-2024-38355, Mattermost CVE-2023-49809: no field is our fault', async () => {
  const { zoe } = await app.people('zoe')
  const faults: unknown[] = []
  let asked = 0
  // What would end the session that asks, or is slow on purpose, has its turn with the schema.
  const left = new Set(['accounts.logout', 'accounts.endSession'])
  for (const [name, operation] of all.filter(([each]) => !left.has(each))) {
    const { params, query, body } = operation
    const inUrl = new Set(Object.keys({ ...params?.properties, ...query?.properties }))
    const example = { ...exampleOf(params), ...exampleOf(query), ...exampleOf(body) }
    const fields = Object.keys({ ...params?.properties, ...query?.properties, ...body?.properties })
    const tries = fields.flatMap((field) =>
      hostileValues
        .filter((value) => !inUrl.has(field) || fitsUrl(value))
        .map((value) => ({ ...example, [field]: value })),
    )
    const nested = fields
      .filter((field) => typeof example[field] === 'object')
      .flatMap((field) => poison(example[field]).map((value) => ({ ...example, [field]: value })))
    await Promise.all(
      [...tries, ...nested].map(async (input) => {
        const { status } = await callOperation(app.url(), name, input, zoe.token)
        asked++
        if (status >= 500 && status !== 503) faults.push([name, status, shorten(input)])
      }),
    )
  }
  expect(faults).toEqual([])
  expect(asked).toBeGreaterThan(700)
})

const shorten = (value: unknown) => JSON.stringify(value).slice(0, 200)
const fitsUrl = (value: unknown) =>
  typeof value !== 'object' &&
  !(typeof value === 'string' && (value === '' || value.length > 9_000 || !value.isWellFormed()))

/** The same thing with one string inside of it spoilt, for each of its strings. */
function poison(value: unknown): unknown[] {
  if (typeof value === 'string') return [`${value}\0`, `\ud800${value}`]
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, inner]) =>
    poison(inner).map((bad) => {
      const copy = structuredClone(value) as Record<string, unknown>
      copy[key] = bad
      return copy
    }),
  )
}
