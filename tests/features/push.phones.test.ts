// Phones: who is registered for whom, what reaches them, and what ends a registration.
import { afterAll, beforeAll, expect, test } from 'bun:test'
import { custody } from '../../src/features/push/custody.ts'
import { limits } from '../../src/limits.ts'
import { taken } from '../support/custody.ts'
import { eventually } from '../support/eventually.ts'
import { install, type Installation } from '../support/installation.ts'
import type { Person } from '../support/people.ts'
import { PushProviders } from '../support/push-providers.ts'

let app: Installation
const providers = new PushProviders(false)
beforeAll(async () => {
  // Of Apple, who is spoken to by TLS alone, there is another test; OPPO is not set up.
  const { OPPO_APP_KEY: _, OPPO_MASTER_SECRET: __, ...env } = providers.env
  app = await install({ env: { ...env, PUSH_PRIVATE_HOSTS: 'on' } })
})
afterAll(async () => {
  await app[Symbol.asyncDispose]()
  await providers[Symbol.asyncDispose]()
  expect(providers.wrong).toEqual([])
})

const sql = () => app.nodes[0]!.ctx.sql
const takenBy = (token: string) => providers.taken.filter((each) => each.token === token)
const adds = (person: Person, token: string, more: object = {}) =>
  person.does('push.addToken', { kind: 'fcm', token, ...more })

test('a phone rings for whoever registered it last, and for nobody once they have left', async () => {
  const { alice, bob, carol } = await app.people('alice', 'bob', 'carol')
  await alice.befriends(bob)
  await alice.befriends(carol)
  const mine = await adds(bob, 'phone-one', { app_id: 'any', sandbox: true })
  expect(mine).toEqual({
    id: mine.id,
    kind: 'fcm',
    token: 'phone-one',
    app_id: 'any',
    sandbox: true,
    settings: null,
    is_served: true,
    created_at: mine.created_at,
  })
  await alice.says(bob, 'a secret word')
  const [first] = await eventually(() => takenBy('phone-one').length === 1 && takenBy('phone-one'))
  expect(first?.shown).toEqual(['alice', 'New message'])
  expect(JSON.stringify(first?.message)).not.toContain('secret')
  await adds(carol, 'phone-one')
  expect(await bob.does('push.tokens')).toEqual([])
  expect((await bob.tries('push.dropToken', { id: mine.id })).code).toBe(4004)
  await alice.says(carol, 'hi')
  await eventually(() => takenBy('phone-one').length === 2)
  expect(await carol.does('push.tokens')).toMatchObject([{ token: 'phone-one', sandbox: false }])
  await carol.does('accounts.logout')
  await alice.says(carol, 'are you there?')
  await alice.says(bob, 'and you?')
  await eventually(async () => {
    const { push, delivery } = await app.nodes[0]!.ctx.queues.depths()
    return push.waiting + push.active + delivery.waiting + delivery.active === 0
  })
  expect(takenBy('phone-one')).toHaveLength(2)
})

test('what a provider knows no more is dropped; what it refuses is not sent again', async () => {
  const { dan, eve } = await app.people('dan', 'eve')
  await dan.befriends(eve)
  await adds(eve, 'phone-gone', { kind: 'huawei' })
  await adds(eve, 'phone-refused', { kind: 'honor' })
  await adds(eve, 'phone-later', { kind: 'vivo' })
  providers.answer('huawei', { body: { code: '80300007' } })
  providers.answer('honor', { body: { code: 80100003 } })
  providers.answer('vivo', { status: 503 })
  await dan.says(eve, 'hi')
  await eventually(() => takenBy('phone-later').length === 2, { what: 'another try' })
  await eventually(async () => (await eve.does('push.tokens')).length === 2)
  const whyOf = async (token: string) => {
    const [row] = await sql()`select failing_why from push_subscriptions where token = ${token}`
    return row?.['failing_why'] as string | null
  }
  await eventually(async () => (await whyOf('phone-later')) === null)
  expect(await whyOf('phone-refused')).toBe('refused (200 80100003)')
  expect(takenBy('phone-refused')).toHaveLength(1)
})

test('a provider that is not set up is no reason to refuse a phone, and gets no job', async () => {
  const { fay, gil } = await app.people('fay', 'gil')
  await fay.befriends(gil)
  expect(await adds(gil, 'phone-oppo', { kind: 'oppo' })).toMatchObject({ is_served: false })
  await adds(gil, 'phone-of-gil')
  await fay.says(gil, 'hi')
  await eventually(() => takenBy('phone-of-gil').length === 1)
  expect(takenBy('phone-oppo')).toEqual([])
  const failed =
    await sql()`select from push_subscriptions where token = 'phone-oppo' and failed_at is null`
  expect(failed).toHaveLength(1)
})

test('tokens and apps that cannot be are refused, each in its own way', async () => {
  const { hal } = await app.people('hal')
  const refusal = async (input: object) => {
    const { code, data } = await hal.tries('push.addToken', input as never)
    return [code, (data as { field?: string } | null)?.field]
  }
  expect(await refusal({ kind: 'apns', token: 'zz'.repeat(32) })).toEqual([4010, 'token'])
  expect(await refusal({ kind: 'apns', token: '../'.repeat(30) })).toEqual([4010, 'token'])
  expect(await refusal({ kind: 'fcm', token: 'with a space' })).toEqual([4010, 'token'])
  expect(await refusal({ kind: 'fcm', token: 'x'.repeat(2_049) })).toEqual([4010, 'token'])
  expect(await refusal({ kind: 'web', token: 'x'.repeat(64) })).toEqual([4010, 'kind'])
  const other = { token: 'ab'.repeat(32), app_id: 'com.example.nobody' }
  for (const kind of ['apns', 'huawei', 'xiaomi', 'vivo', 'honor']) {
    expect(await refusal({ kind, ...other })).toEqual([4010, 'app_id'])
  }
  await adds(hal, 'ab'.repeat(32), { kind: 'apns', app_id: 'com.example.other' })
})

test('the newest phones of sessions that live are kept, and all of them are taken along', async () => {
  const { ida } = await app.people('ida')
  const max = limits.push.subscriptionsPerUserMax
  for (let n = 0; n < max; n++) await adds(ida, `phone-no-${n}`)
  await adds(ida, 'phone-new')
  // Said again, the oldest is not the one that has to go.
  const oldest = await adds(ida, 'phone-no-1')
  const all = await ida.does('push.tokens')
  expect(all).toHaveLength(max)
  expect(all[0]).toEqual(oldest)
  const names = all.map(({ token }) => token)
  expect(names).not.toContain('phone-no-0')
  const { id } = await ida.does('accounts.me')
  const exported = await taken(custody.export.push_tokens, sql(), id, 7)
  expect(exported.map((row) => (row as { token: string }).token)).toEqual(names)
})
