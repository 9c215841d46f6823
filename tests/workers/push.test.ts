// push: who is told, of what, and what the push service gets to see.
import { afterAll, beforeAll, expect, test } from 'bun:test'
import { jwtVerify, importJWK } from 'jose'
import { limits } from '../../src/limits.ts'
import { isPublicAddress } from '../../src/infra/addresses.ts'
import { eventually } from '../support/eventually.ts'
import { install, type Installation } from '../support/installation.ts'
import { startPushService, type PushService } from '../support/push-service.ts'

let app: Installation
let service: PushService
/** Nobody waits here for whoever may be back, or for the rest of a burst. */
const bounds = limits.push as { graceMs: number; burstMs: number }
const standing = { ...bounds }
beforeAll(async () => {
  Object.assign(bounds, { graceMs: 0, burstMs: 0 })
  service = startPushService()
  app = await install({ env: { PUSH_PRIVATE_HOSTS: 'on' } })
})
afterAll(async () => {
  Object.assign(bounds, standing)
  await app[Symbol.asyncDispose]()
  await service[Symbol.asyncDispose]()
})

const sentTo = (name: string) => service.received.filter((each) => each.path === `/push/${name}`)

test('whoever has nobody listening gets one encrypted notification without the text', async () => {
  const { alice, bob } = await app.people('alice', 'bob')
  const conversation_id = await alice.befriends(bob)
  await bob.does('push.subscribe', service.subscription('bob'))
  await alice.says(bob, 'a secret word')
  const [push] = await eventually(() => sentTo('bob').length === 1 && sentTo('bob'))
  expect(push?.payload).toEqual({
    title: 'alice',
    body: 'New message',
    conversation_id,
    from_user_id: alice.userId,
    unread: 1,
    badge: 1,
    is_quiet: false,
  })
  expect(push?.headers.get('content-encoding')).toBe('aes128gcm')
  expect(push?.headers.get('ttl')).toBe('86400')
  expect(push?.headers.get('topic')).toMatch(/^[\w-]{32}$/)
  // RFC 8292: a token signed with the key the browser subscribed with, for this very origin.
  const vapid = /^vapid t=([^,]+), k=([\w-]+)$/.exec(push?.headers.get('authorization') ?? '')
  const { public_key } = await bob.does('push.key')
  expect(vapid?.[2]).toBe(public_key)
  const point = Buffer.from(public_key, 'base64url')
  const key = await importJWK(
    {
      kty: 'EC',
      crv: 'P-256',
      x: point.subarray(1, 33).toString('base64url'),
      y: point.subarray(33).toString('base64url'),
    },
    'ES256',
  )
  const { payload } = await jwtVerify(vapid?.[1] ?? '', key)
  expect(payload.aud).toBe(new URL(service.subscription('bob').endpoint).origin)
})

test('who is connected is not pushed to, nor is the sender', async () => {
  const { carol, dan } = await app.people('carol', 'dan')
  await carol.befriends(dan)
  await carol.does('push.subscribe', service.subscription('carol'))
  await dan.does('push.subscribe', service.subscription('dan'))
  const device = await dan.connects()
  await carol.says(dan, 'hi')
  await device.hears('message')
  // Whoever tells of it has seen that somebody is there.
  await eventually(async () => {
    return (await app.nodes[0]!.ctx.sql`select from outbox limit 1`).length === 0
  })
  await device.close()
  await eventually(async () => {
    const [found] = await app.nodes[0]!.ctx.registry.connections([
      (await dan.does('accounts.me')).id,
    ])
    return found?.length === 0
  })
  await carol.says(dan, 'are you there?')
  await eventually(() => sentTo('dan').length === 1)
  expect(sentTo('dan')[0]?.payload).toMatchObject({ body: '2 new messages' })
  expect(sentTo('carol')).toHaveLength(0)
})

test('a registration that is gone is dropped; one that fails for a while is tried again', async () => {
  const { eve, frank } = await app.people('eve', 'frank')
  await eve.befriends(frank)
  await frank.does('push.subscribe', service.subscription('frank'))
  service.answer('frank', 503)
  await eve.says(frank, 'one')
  await eventually(() => sentTo('frank').length === 2)
  service.answer('frank', 410)
  await eve.says(frank, 'two')
  const { sql } = app.nodes[0]!.ctx
  await eventually(async () => {
    const rows = await sql`select 1 from push_subscriptions where endpoint like '%/frank'`
    return rows.length === 0
  })
})

test('what was read meanwhile, and a session that ended, ring nowhere', async () => {
  const { gus, hana } = await app.people('gus', 'hana')
  const id = await gus.befriends(hana)
  await hana.does('push.subscribe', service.subscription('hana'))
  await gus.says(hana, 'one')
  await eventually(() => sentTo('hana').length === 1)
  await hana.does('conversations.read', { id })
  const { queues } = app.nodes[0]!.ctx
  const me = await hana.does('accounts.me')
  await queues.add('push', 'notify', { user: me.id, conversation: id })
  await hana.does('accounts.logout')
  await gus.says(hana, 'two')
  await eventually(async () => {
    const { push, delivery } = await queues.depths()
    return push.waiting + push.active + delivery.waiting + delivery.active === 0
  })
  expect(sentTo('hana').map(({ payload }) => payload['body'])).toEqual(['New message'])
})

test('keys that cannot be keys are refused', async () => {
  const { ivy } = await app.people('ivy')
  const good = service.subscription('ivy')
  for (const bad of [
    { ...good, endpoint: 'ftp://example.com/x' },
    { ...good, keys: { ...good.keys, auth: 'A'.repeat(22 - 3) } },
    { ...good, keys: { ...good.keys, p256dh: 'A'.repeat(90) } },
  ]) {
    expect((await ivy.tries('push.subscribe', bad)).code).toBe(4010)
  }
})

test('only public addresses are spoken to, in whatever way they are written', () => {
  const inside = [
    '127.0.0.1',
    '10.1.2.3',
    '169.254.169.254',
    '192.168.0.1',
    '172.31.255.255',
    '100.64.0.1',
    '0.0.0.0',
    '::1',
    '::',
    '::ffff:10.0.0.1',
    '64:ff9b::a00:1',
    'fe80::1',
    'fc00::1',
    '2002:a00:1::',
    '2001:db8::1',
    'ff02::1',
  ]
  expect(inside.filter(isPublicAddress)).toEqual([])
  const outside = ['1.1.1.1', '172.32.0.1', '2606:4700::1111']
  expect(outside.filter(isPublicAddress)).toEqual(outside)
})
