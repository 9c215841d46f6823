// Push endpoints are addresses strangers name: none of them leads into our own network.
import { afterAll, beforeAll, expect, test } from 'bun:test'
import { randomBytes, createECDH } from 'node:crypto'
import webpush from 'web-push'
import { systemClock } from '../../src/core/clock.ts'
import { createLog } from '../../src/core/log.ts'
import { WebPusher } from '../../src/infra/push.web.ts'
import { systemResolver } from '../../src/infra/resolver.ts'

/** Something inside that must not be spoken to; counts whoever tries. */
let inside: ReturnType<typeof Bun.serve>
let visits = 0
let pusher: WebPusher
beforeAll(() => {
  inside = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    fetch: () => (visits++, new Response(null, { status: 201 })),
  })
  const keys = { ...webpush.generateVAPIDKeys(), subject: 'mailto:ops@example.com' }
  pusher = new WebPusher(keys, around)
})
afterAll(() => inside.stop(true))

const clock = systemClock
const around = {
  allowPrivate: false,
  resolve: systemResolver(clock),
  clock,
  log: createLog('silent', 'test'),
}
const browser = createECDH('prime256v1')
browser.generateKeys()
const keys = {
  p256dh: browser.getPublicKey('base64url'),
  auth: randomBytes(16).toString('base64url'),
}
const send = async (endpoint: string, through = pusher) =>
  (
    await through.send({ kind: 'web', endpoint, ...keys }, notification, {
      ttlSeconds: 1,
      topic: 'topic',
    })
  ).outcome
const notification = {
  title: 'alice',
  body: 'New message',
  conversation_id: 1,
  from_user_id: 'alice',
  unread: 1,
  badge: 1,
  is_quiet: false,
}

/** Hosts that mean an inner address, in the forms URL parsers and resolvers take. */
const forms = (port: number) =>
  [
    '127.0.0.1',
    '127.1',
    '2130706433',
    '0x7f000001',
    '0x7f.1',
    '0177.0.0.1',
    '①②⑦.0.0.1',
    '127。0。0。1',
    '0.0.0.0',
    '0',
    '[::1]',
    '[::]',
    '[::ffff:127.0.0.1]',
    '[::ffff:7f00:1]',
    '[::127.0.0.1]',
    '[64:ff9b::7f00:1]',
    '[2002:7f00:1::]',
    'localhost',
    'LOCALHOST',
    'localhost.',
    '169.254.169.254',
    '10.0.0.1',
    '192.168.0.1',
    '172.16.0.1',
    '100.64.0.1',
    '[fd00:ec2::254]',
    '[fe80::1]',
    'user:pw@127.0.0.1',
    '1.1.1.1@127.0.0.1',
  ].map((host) => `${host}:${port}`)

test('7 Synapse CVE-2021-21273: no form of an inner address is spoken to', async () => {
  const port = inside.port as number
  for (const host of forms(port)) {
    expect([host, await send(`https://${host}/push`)]).toEqual([host, 'inner'])
    expect([host, await send(`http://${host}/push`)]).toEqual([host, 'inner'])
  }
  for (const url of ['http://1.1.1.1/push', 'ftp://127.0.0.1/']) {
    expect([url, await send(url).catch(() => 'inner')]).toEqual([url, 'inner'])
  }
  expect(visits).toBe(0)
})

test('7 Synapse CVE-2021-21273: an answer that points elsewhere is not followed', async () => {
  const redirecting = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    fetch: () => Response.redirect(`http://127.0.0.1:${inside.port}/secret`, 307),
  })
  const open = new WebPusher(
    { ...webpush.generateVAPIDKeys(), subject: 'mailto:ops@example.com' },
    { ...around, allowPrivate: true },
  )
  expect(await send(`http://127.0.0.1:${redirecting.port}/push`, open)).toBe('redirected')
  expect(visits).toBe(0)
  expect(await send(`http://127.0.0.1:${inside.port}/push`, open)).toBe('sent')
  expect(visits).toBe(1)
  await redirecting.stop(true)
})
