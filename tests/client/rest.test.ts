// Calls: where input goes, what an error says, and what is tried again.
import { describe, expect, test } from 'bun:test'
import { createClient } from '../../src/client/client.ts'
import { place } from '../../src/client/rest.ts'
import { ManualClock, settle } from './clock.ts'

interface Seen {
  method: string | undefined
  url: string
  body: unknown
  headers: Headers
}

type Answer = [status: number, body: unknown, headers?: Record<string, string>] | Error

function setup(...answers: Answer[]) {
  const clock = new ManualClock()
  const seen: Seen[] = []
  const client = createClient({
    url: 'http://door/',
    tokens: { token: 'token' },
    locale: 'zh',
    clock,
    random: () => 0,
    fetch: async (url, { method, body, headers }) => {
      const given = body === undefined ? undefined : JSON.parse(String(body))
      seen.push({ method, url, body: given, headers: new Headers(headers) })
      await Promise.resolve()
      const answer = answers.shift() ?? [200, { code: 0, msg: 'success', data: 'fine' }]
      if (answer instanceof Error) throw answer
      const [status, content, more] = answer
      const text = typeof content === 'string' ? content : JSON.stringify(content)
      return new Response(text, { status, headers: more ?? {} })
    },
  })
  return { client, clock, seen }
}

const busy: Answer = [
  503,
  { code: 5030, msg: 'busy', data: { retry_after: 2 } },
  { 'retry-after': '2' },
]
const body = { to_user_id: 'bob', message_type: 1, content: 'hi' }

describe('input', () => {
  test('parameters go into the path, the rest into the query of a GET', async () => {
    const { client, seen } = setup()
    await client.call('messages.history', { id: 7, after_seq: 3, limit: 10 })
    expect(seen[0]).toMatchObject({
      method: 'GET',
      url: 'http://door/api/v1/messages/conversations/7/messages?after_seq=3&limit=10',
      body: undefined,
    })
    expect(seen[0]!.headers.get('authorization')).toBe('Bearer token')
    expect(seen[0]!.headers.get('accept-language')).toBe('zh')
  })

  test('and into the body of the others; an open operation carries no token', async () => {
    const { client, seen } = setup()
    await client.call('conversations.read', { id: 7, seq: 3 })
    await client.call('accounts.verifyCode', { email: 'a@example.com', code: '123456' })
    expect(seen[0]).toMatchObject({ method: 'PUT', body: { seq: 3 } })
    expect(seen[1]!.headers.has('authorization')).toBe(false)
  })

  test('a parameter cannot name another path', () => {
    expect(place('/friends/{friend_id}', { friend_id: 'a/../b?c' }).path).toBe(
      '/friends/a%2F..%2Fb%3Fc',
    )
    for (const friend_id of ['..', '.', '', undefined]) {
      expect(() => place('/friends/{friend_id}', { friend_id })).toThrow()
    }
  })
})

describe('errors', () => {
  test('carry what the server said', async () => {
    const { client } = setup([409, { code: 4203, msg: 'waiting', data: { field: 'x' } }])
    const call = client.call('friends.sendRequest', { to_user_id: 'bob' })
    await expect(call).rejects.toMatchObject({
      name: 'CurlewError',
      reason: 'refused',
      code: 4203,
      msg: 'waiting',
      status: 409,
      data: { field: 'x' },
      retryable: false,
    })
  })

  test('a page that is none of ours is no success', async () => {
    const { client } = setup([200, '<html>'], [413, '<html>'])
    await expect(client.call('accounts.me')).rejects.toMatchObject({ reason: 'protocol' })
    const second = client.call('accounts.me')
    await expect(second).rejects.toMatchObject({ reason: 'refused', status: 413, code: -1 })
  })

  test('no answer in time, a signal of the caller, a closed client', async () => {
    const never = createClient({
      url: 'http://door',
      clock: new ManualClock(),
      fetch: (_, init) =>
        new Promise((_resolve, reject) => {
          init.signal?.addEventListener('abort', () => reject(new Error('aborted')))
        }),
    })
    const abort = new AbortController()
    const aborted = never.call('accounts.ping', undefined, { signal: abort.signal })
    abort.abort()
    await expect(aborted).rejects.toMatchObject({ reason: 'aborted' })
    const open = never.call('accounts.ping')
    await settle()
    await never.close()
    await expect(open).rejects.toMatchObject({ reason: 'closed' })
    await expect(never.call('accounts.ping')).rejects.toMatchObject({ reason: 'closed' })
  })

  test('a late answer is a timeout', async () => {
    const clock = new ManualClock()
    const client = createClient({
      url: 'http://door',
      clock,
      fetch: (_, init) =>
        new Promise((_resolve, reject) => {
          init.signal?.addEventListener('abort', () => reject(new Error('aborted')))
        }),
    })
    const call = client.call('accounts.ping', undefined, { tries: 1 }).catch((error) => error)
    await clock.pass(15_000)
    expect(await call).toMatchObject({ reason: 'timeout', retryable: true })
    expect(clock.pending).toBe(0)
  })
})

describe('tried again', () => {
  test('after 503 and 429, when the server says', async () => {
    const { client, clock, seen } = setup(busy, [429, { code: 4029, msg: 'slow', data: null }])
    const call = client.call('friends.list')
    await clock.pass(1_999)
    expect(seen).toHaveLength(1)
    await clock.pass(10_000)
    expect<unknown>(await call).toBe('fine')
    expect(seen).toHaveLength(3)
  })

  test('a send with its id, but not one without, nor another POST', async () => {
    for (const [input, calls] of [
      [{ ...body, client_msg_id: crypto.randomUUID() }, 2],
      [body, 1],
    ] as const) {
      const { client, clock, seen } = setup(busy)
      const call = client.call('messages.send', input).catch(() => {})
      await clock.pass(5_000)
      await call
      expect(seen).toHaveLength(calls)
    }
    const { client, seen } = setup(busy)
    await expect(client.call('friends.sendRequest', { to_user_id: 'bob' })).rejects.toMatchObject({
      retryAfter: 2,
      retryable: true,
    })
    expect(seen).toHaveLength(1)
  })

  test('without an answer: what changes nothing by being done twice, and no DELETE', async () => {
    const get = setup(new TypeError('no line'))
    const list = get.client.call('friends.list')
    await get.clock.pass(5_000)
    expect<unknown>(await list).toBe('fine')
    const remove = setup(new TypeError('no line'))
    await expect(remove.client.call('friends.remove', { friend_id: 'bob' })).rejects.toMatchObject({
      reason: 'network',
    })
    expect(remove.seen).toHaveLength(1)
  })

  test('not when asked to stay away for long', async () => {
    const long: Answer = [429, { code: 4029, msg: 'slow', data: { retry_after: 3_600 } }]
    const { client, seen } = setup(long)
    await expect(client.call('friends.list')).rejects.toMatchObject({ retryAfter: 3_600 })
    expect(seen).toHaveLength(1)
  })
})
