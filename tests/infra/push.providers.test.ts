// Providers of push to phones, all by one list: who asks, what is sent, and every answer they may give.
import { afterAll, afterEach, describe, expect, test } from 'bun:test'
import { loadConfig } from '../../src/config.ts'
import { createLog } from '../../src/core/log.ts'
import { limits } from '../../src/infra/limits.ts'
import type { Line } from '../../src/infra/push.ask.ts'
import { createPushers } from '../../src/infra/push.pushers.ts'
import { pushKinds, type Phone, type PhoneKind, type Pushers } from '../../src/infra/push.ts'
import { FiringClock } from '../support/clock.ts'
import { PushProviders, type Reply } from '../support/push-providers.ts'
import { cases } from './push.cases.ts'

const kinds = pushKinds.filter((kind): kind is PhoneKind => kind !== 'web')
/** Those that give access for a while; Apple's we make ourselves, Xiaomi's is the secret. */
const granting: PhoneKind[] = kinds.filter((kind) => kind !== 'apns' && kind !== 'xiaomi')

const providers = new PushProviders()
afterAll(() => providers[Symbol.asyncDispose]())
afterEach(() => {
  expect(providers.wrong.splice(0)).toEqual([])
})

const secret = 'k8Jq2vX9mT4wZ7bN1cR6yH3fL0pD5sGa'
const log = createLog('silent', 'test')
const web = { send: () => Promise.reject(new Error('no browser here')) }

interface Sender {
  readonly pushers: Pushers
  readonly clock: FiringClock
  readonly told: string[]
  send(kind: PhoneKind, more?: Partial<Phone>): ReturnType<Pushers['send']>
}

function sender(env: Record<string, string> = {}, line: Partial<Line> = {}): Sender {
  const clock = new FiringClock()
  const { push } = loadConfig({ JWT_SECRET: secret, ...providers.env, ...env })
  const told: string[] = []
  const pushers = createPushers(
    web,
    push,
    { clock, log, ca: providers.ca, ...line },
    (kind, isHeld) => told.push(`${kind} ${isHeld ? 'held' : 'back'}`),
  )
  return {
    pushers,
    clock,
    told,
    send: (kind, more) => pushers.send({ ...phone(kind), ...more }, notification, options),
  }
}

const phone = (kind: PhoneKind): Phone => ({
  kind,
  token: kind === 'apns' ? 'ab12'.repeat(16) : `phone-of-${kind}:APA91b`,
  app_id: null,
  is_sandbox: false,
})
const notification = {
  title: 'alice',
  body: 'New message',
  conversation_id: 2 ** 31 + 7,
  from_user_id: 'alice',
  unread: 3,
  badge: 5,
  is_quiet: false,
}
const options = { ttlSeconds: 86_400, topic: 'tAbc-_'.padEnd(32, 'x') }

const lastTo = (kind: PhoneKind) => providers.taken.findLast((each) => each.kind === kind)

describe.each(kinds)('%s', (kind) => {
  test('takes what is signed, in the form it asks for; access is asked for once', async () => {
    const { send } = sender()
    const before = providers.grantsOf(kind)
    const answers = await Promise.all([send(kind), send(kind), send(kind)])
    expect(answers.map((each) => each.outcome)).toEqual(['sent', 'sent', 'sent'])
    expect(providers.grantsOf(kind) - before).toBe(granting.includes(kind) ? 1 : 0)
    expect(lastTo(kind)).toMatchObject({
      token: phone(kind).token,
      shown: ['alice', 'New message'],
    })
    expect(JSON.stringify(lastTo(kind)?.message)).toContain(String(2 ** 31 + 7))
  })

  test('the longest names and words are cut to what it takes', async () => {
    const { pushers } = sender()
    const long = { ...notification, title: '鹭'.repeat(64), body: '😀'.repeat(200) }
    const { outcome } = await pushers.send(phone(kind), long, options)
    expect(outcome).toBe('sent')
  })

  test.each(cases[kind].map((each) => [each.said, each] as const))(
    'answers %s',
    async (_, { reply, outcome, said, wait = 0 }) => {
      const { send } = sender()
      providers.answer(kind, reply)
      const answer = await send(kind)
      const status = reply.status ?? 200
      expect(answer).toEqual({ outcome, status, said, waitSeconds: wait, held: false })
    },
  )

  test('says when, and is heard; what is no answer of its own is none', async () => {
    const { send } = sender()
    const answers: [Reply, string, number][] = [
      [{ status: 429, headers: { 'retry-after': '120' } }, 'limited', 120],
      [{ status: 502, body: '<html>' }, 'unavailable', 0],
      [{ status: 302, headers: { location: 'https://127.0.0.1:1/' } }, 'redirected', 0],
      [{ status: 404, body: '<html>' }, 'refused', 0],
      // More than anybody would read.
      [{ status: 500, body: 'x'.repeat(4 * limits.phones.answerBytesMax) }, 'unavailable', 0],
    ]
    // Of the others 200 alone says nothing: a page of somebody between us has it as well.
    const isPlain = kind === 'fcm' || kind === 'apns'
    answers.push([{ status: 200, body: '<html>' }, isPlain ? 'sent' : 'refused', 0])
    for (const [reply, outcome, wait] of answers) {
      providers.answer(kind, reply)
      expect(await send(kind)).toMatchObject({ outcome, waitSeconds: wait })
    }
  })

  test('whoever does not answer is not waited for', async () => {
    const url = 'https://127.0.0.1:1'
    const names = ['FCM', 'APNS', 'HUAWEI', 'XIAOMI', 'OPPO', 'VIVO', 'HONOR']
    const env = Object.fromEntries(names.map((name) => [`${name}_URL`, url]))
    expect(await sender(env).send(kind)).toMatchObject({ outcome: 'unreachable', status: null })
    // A certificate of nobody we know.
    const strict = { ca: undefined }
    expect(await sender({}, strict).send(kind)).toMatchObject({ outcome: 'unreachable' })
  })
})

describe.each(granting)('access of %s', (kind) => {
  test('that is good no more is asked for anew, once', async () => {
    const { send } = sender()
    await send(kind)
    providers.expire(kind)
    const [grants, asked] = [providers.grantsOf(kind), providers.askedOf(kind)]
    expect((await send(kind)).outcome).toBe('sent')
    expect(providers.grantsOf(kind) - grants).toBe(1)
    expect(providers.askedOf(kind) - asked).toBe(2)
  })

  test('ends: a new one is asked for before that', async () => {
    const { send, clock } = sender()
    await send(kind)
    const before = providers.grantsOf(kind)
    clock.passes(25 * 3_600_000)
    expect((await send(kind)).outcome).toBe('sent')
    expect(providers.grantsOf(kind) - before).toBe(1)
  })

  test.each([
    [{ status: 401, body: { error: 'invalid_client' } }, 'unauthorized', 0],
    [{ status: 400, body: { error: 'invalid_grant' } }, 'unauthorized', 0],
    [{ status: 200, body: { code: 14, result: 10206 } }, 'unauthorized', 0],
    [{ status: 429, headers: { 'retry-after': '30' } }, 'limited', 30],
    [{ status: 503 }, 'unavailable', 0],
    [{ status: 307, headers: { location: 'https://127.0.0.1:1/' } }, 'redirected', 0],
  ] as [Reply, string, number][])('%o', async (reply, outcome, waitSeconds) => {
    const { send } = sender()
    const before = providers.askedOf(kind)
    providers.answerGrant(kind, reply)
    expect(await send(kind)).toMatchObject({ outcome, waitSeconds, status: reply.status })
    expect(providers.askedOf(kind)).toBe(before)
  })
})

test('a token of Apple’s is used for 40 minutes, and is not made anew sooner than after 20', async () => {
  const { send, clock } = sender()
  const bearers = new Set<string | null>()
  const sends = async () => {
    const { outcome } = await send('apns')
    bearers.add(lastTo('apns')?.headers.get('authorization') ?? null)
    return outcome
  }
  await sends()
  clock.passes(19 * 60_000)
  const stale = { status: 403, body: { reason: 'ExpiredProviderToken' } }
  providers.answer('apns', stale, stale)
  expect((await send('apns')).outcome).toBe('unauthorized')
  clock.passes(limits.phones.breaker.firstMs)
  expect(await sends()).toBe('sent')
  expect(bearers.size).toBe(1)
  clock.passes(21 * 60_000)
  expect(await sends()).toBe('sent')
  expect(bearers.size).toBe(2)
})

test('Apple’s two environments and the operator’s apps are told apart', async () => {
  const { send } = sender()
  await send('apns', { is_sandbox: true, app_id: 'com.example.other' })
  expect(lastTo('apns')?.path).toStartWith('/sandbox/3/device/')
  expect(lastTo('apns')?.headers.get('apns-topic')).toBe('com.example.other')
  await send('apns')
  expect(lastTo('apns')?.headers.get('apns-topic')).toBe('com.example.chat')
})

test('a key that is wrong is tried by one alone now and then, and by nobody else meanwhile', async () => {
  const { send, clock, told } = sender()
  const wrong = { body: { result: 'error', code: 21301 } }
  const { firstMs } = limits.phones.breaker
  providers.answer('xiaomi', wrong, wrong)
  const before = providers.askedOf('xiaomi')
  expect((await send('xiaomi')).held).toBe(false)
  const held = await Promise.all(Array.from({ length: 50 }, () => send('xiaomi')))
  expect(new Set(held.map(({ outcome }) => outcome))).toEqual(new Set(['unauthorized']))
  expect(held.every((each) => each.held && each.waitSeconds * 1000 >= firstMs - 1_000)).toBe(true)
  expect(told).toEqual(['xiaomi held'])
  clock.passes(firstMs)
  const again = await Promise.all([send('xiaomi'), send('xiaomi'), send('xiaomi')])
  expect(again.map((each) => each.held)).toEqual([false, true, true])
  // The second pause is twice as long.
  clock.passes(firstMs)
  expect((await send('xiaomi')).held).toBe(true)
  clock.passes(firstMs)
  expect((await send('xiaomi')).outcome).toBe('sent')
  expect(await Promise.all([send('xiaomi'), send('xiaomi')])).toMatchObject([
    { outcome: 'sent' },
    { outcome: 'sent' },
  ])
  expect(providers.askedOf('xiaomi') - before).toBe(5)
  expect(told).toEqual(['xiaomi held', 'xiaomi back'])
  // Nobody else had to do with it.
  expect((await send('oppo')).outcome).toBe('sent')
})

test('one that is away is left alone after a while; a phone that is gone says nothing of it', async () => {
  const { send, told } = sender()
  const { failuresMax } = limits.phones.breaker
  const away = (times: number) => Array.from({ length: times }, () => ({ status: 503, body: {} }))
  providers.answer('vivo', ...away(failuresMax - 1), { body: { result: 10302 } })
  for (let n = 0; n < failuresMax; n++) await send('vivo')
  expect(told).toEqual([])
  providers.answer('vivo', ...away(failuresMax))
  for (let n = 0; n < failuresMax; n++) expect((await send('vivo')).held).toBe(false)
  expect(told).toEqual(['vivo held'])
  expect(await send('vivo')).toMatchObject({ outcome: 'unavailable', held: true })
})

test('what is not set up takes nothing', async () => {
  const { push } = loadConfig({ JWT_SECRET: secret })
  const bare = createPushers(web, push, { clock: new FiringClock(), log }, () => {})
  expect(bare.kinds).toEqual(['web'])
  expect(await bare.send(phone('fcm'), notification, options)).toMatchObject({
    outcome: 'unusable',
  })
})
