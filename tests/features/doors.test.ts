// The REST door: envelopes, languages, bad input, origins, health.
import { afterAll, beforeAll, expect, test } from 'bun:test'
import { operations, type OperationName } from '../../src/protocol/operations.ts'
import type { Operation } from '../../src/protocol/operation.ts'
import { install, type Installation } from '../support/installation.ts'
import { callOperation, request } from '../support/people.ts'

let app: Installation
beforeAll(async () => {
  app = await install({ env: { ALLOWED_ORIGINS: 'https://chat.example' } })
})
afterAll(() => app[Symbol.asyncDispose]())

const path = '/api/v1/users/login-pwd'
const post = (body: string, headers: Record<string, string> = {}) =>
  fetch(app.url() + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body,
  })

test('every answer is an envelope, whatever went wrong', async () => {
  const cases: [Promise<Response>, number, number][] = [
    [fetch(`${app.url()}/api/v1/ping`), 200, 0],
    [fetch(`${app.url()}/api/v1/no/such/thing`), 404, 4004],
    [fetch(`${app.url()}/api/v1/friends/send-request`), 405, 4001],
    [post('{'), 400, 4001],
    [post('[]'), 422, 4010],
    [post('null'), 422, 4010],
    [post('{}'), 422, 4010],
    [post('"text"'), 422, 4010],
    [post('{}', { 'content-type': 'text/plain' }), 400, 4001],
    [post(`{"email":"${'x'.repeat(70_000)}"}`), 413, 4013],
  ]
  for (const [answer, status, code] of cases) {
    const response = await answer
    const body = (await response.json()) as Record<string, unknown>
    expect([response.status, body['code'], Object.keys(body)]).toEqual([
      status,
      code,
      ['code', 'msg', 'data'],
    ])
  }
})

test('a refusal speaks the language that was asked for', async () => {
  const ask = (language: string) =>
    request(app.url(), 'GET', '/api/v1/users/me', { headers: { 'accept-language': language } })
  expect((await ask('zh-CN,zh;q=0.9')).msg).toBe('请先登录。')
  expect((await ask('en-GB')).msg).toBe('Sign in first.')
  expect((await ask('fr')).msg).toBe('Sign in first.')
})

test('without a token every operation that is not open answers 4002 before it reads the input', async () => {
  for (const name of Object.keys(operations) as OperationName[]) {
    const operation: Operation = operations[name]
    if (operation.open) continue
    const filled = { id: 'x', friend_id: 'x' }
    const answer = await callOperation(app.url(), name, filled)
    expect([name, answer.status, answer.code]).toEqual([name, 401, 4002])
  }
})

test('keys that poison prototypes are nothing but keys', async () => {
  await post('{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}')
  expect(({} as { polluted?: number }).polluted).toBeUndefined()
})

test('pages of allowed origins may read the answers, others not', async () => {
  const ask = (origin: string, method = 'GET') =>
    fetch(`${app.url()}/api/v1/ping`, {
      method,
      headers: { origin, 'access-control-request-method': 'POST' },
    })
  const allowed = 'access-control-allow-origin'
  expect((await ask('https://chat.example')).headers.get(allowed)).toBe('https://chat.example')
  expect((await ask('https://chat.example', 'OPTIONS')).headers.get(allowed)).toBe(
    'https://chat.example',
  )
  expect((await ask('https://evil.example')).headers.get(allowed)).toBeNull()
  expect(
    (await ask('https://chat.example')).headers.get('access-control-allow-credentials'),
  ).toBeNull()
})

test('health, readiness and metrics', async () => {
  const read = async (where: string) => {
    const response = await fetch(app.url() + where)
    return [response.status, await response.text()] as const
  }
  expect((await read('/healthz'))[0]).toBe(200)
  const [status, ready] = await read('/readyz')
  expect([status, JSON.parse(ready)]).toEqual([
    200,
    { status: 'ok', database: true, redis: true, migrations: true, draining: false },
  ])
  const { alice, bob } = await app.people('alice', 'bob')
  const device = await bob.connects()
  await alice.befriends(bob)
  // By the relay; what his own node commits comes without it.
  await device.hears('friend_added')
  await alice.says(bob, 'hi')
  await device.hears('message')
  const [, metrics] = await read('/metrics')
  for (const line of [
    /curlew_sends_total\{outcome="stored",process="api"\} 1/,
    /curlew_batches_total\{process="api"\} 1/,
    /curlew_batch_messages_count\{process="api"\} 1/,
    /curlew_commit_seconds_count\{process="api"\} 1/,
    /curlew_queue_jobs\{queue="delivery",state="waiting",process="api"\} 0/,
    /curlew_sockets\{process="api"\} 1/,
    /curlew_relay_lag_seconds_count\{process="api"\} [1-9]/,
  ]) {
    expect(metrics).toMatch(line)
  }
})

test('an unexpected error shows a trace id and nothing else', async () => {
  const { carol } = await app.people('carol')
  const { sql } = app.nodes[0]!.ctx
  await sql`alter table friends rename to friends_away`
  const answer = await carol.tries('friends.list')
  await sql`alter table friends_away rename to friends`
  expect([answer.status, answer.code]).toEqual([500, 5000])
  expect(answer.data as unknown).toEqual({ trace_id: expect.stringMatching(/^[0-9a-f-]{36}$/) })
})

test('over the socket, too', async () => {
  const { dave } = await app.people('dave')
  const device = await dave.connects()
  const { sql } = app.nodes[0]!.ctx
  await sql`alter table messages rename to messages_away`
  const answer = await device.asks('recall_message', { id: 1 })
  await sql`alter table messages_away rename to messages`
  expect(answer).toMatchObject({
    type: 'error',
    data: { code: 5000, trace_id: expect.stringMatching(/^[0-9a-f-]{36}$/) },
  })
})
