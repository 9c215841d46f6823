// Registering for push: which endpoints and keys are taken, and what a refusal says.
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { systemClock } from '../../src/core/clock.ts'
import { limits } from '../../src/limits.ts'
import { subscribe } from '../../src/features/push/registrations.ts'
import { targetOf } from '../../src/infra/outward.ts'
import { systemResolver, type Resolve } from '../../src/infra/resolver.ts'
import { install, type Installation } from '../support/installation.ts'
import type { Person } from '../support/people.ts'
import { startPushService } from '../support/push-service.ts'

let app: Installation
let iris: Person
const service = startPushService()
beforeAll(async () => {
  app = await install({ workers: false })
  iris = (await app.people('iris')).iris
})
afterAll(async () => {
  await app[Symbol.asyncDispose]()
  await service[Symbol.asyncDispose]()
})

const { keys } = service.subscription('iris')

async function refusalOf(input: Record<string, unknown>) {
  const { code, data } = await iris.tries('push.subscribe', { keys, ...input } as never)
  return { code, data: data as unknown }
}
const refused = (field: string) => ({
  code: 4010,
  data: expect.objectContaining({ field, reason: 'pattern' }),
})

describe('keys', () => {
  const endpoint = 'https://push.invalid/keys'
  const point = Buffer.from(keys.p256dh, 'base64url')
  const changed = (at: number, byte: number) => Buffer.from(point).fill(byte, at, at + 1)

  test('a point that is not on the curve is refused, and so is every other form', async () => {
    for (const bytes of [
      Buffer.alloc(65, 7).fill(4, 0, 1),
      Buffer.alloc(65),
      Buffer.alloc(65).fill(4, 0, 1),
      Buffer.alloc(65, 255).fill(4, 0, 1),
      changed(64, point[64]! ^ 1),
      changed(0, 6),
    ]) {
      const p256dh = bytes.toString('base64url')
      const refusal = await refusalOf({ endpoint, keys: { ...keys, p256dh } })
      expect(refusal).toEqual(refused('keys.p256dh'))
    }
    const auth = Buffer.alloc(15).toString('base64url')
    expect(await refusalOf({ endpoint, keys: { ...keys, auth } })).toEqual(refused('keys.auth'))
  })

  test('a point of the curve is taken, padded or not', async () => {
    for (const p256dh of [keys.p256dh, `${keys.p256dh}=`]) {
      await iris.does('push.subscribe', { endpoint, keys: { ...keys, p256dh } })
    }
  })
})

describe('endpoints', () => {
  const inner = [
    '127.0.0.1',
    '127.1',
    '2130706433',
    '0x7f.1',
    '10.0.0.1',
    '169.254.169.254',
    '192.168.1.1',
    '172.16.0.1',
    '100.64.0.1',
    '0.0.0.0',
    '[::1]',
    '[::ffff:10.0.0.1]',
    '[fe80::1]',
    '[fd00:ec2::254]',
    'localhost',
    'LOCALHOST.',
    'push.localhost',
    'printer.local',
    'metadata.google.internal',
    'router.home.arpa',
    'redis',
    'postgres.',
    'user:pw@127.0.0.1',
  ]

  test('an inner address is refused in whatever way it is written', async () => {
    for (const host of inner) {
      const refusal = await refusalOf({ endpoint: `https://${host}:8443/push` })
      expect([host, refusal]).toEqual([host, refused('endpoint')])
    }
    // Nor is what would go over the network for all to read.
    expect(await refusalOf({ endpoint: 'http://1.1.1.1/push' })).toEqual(refused('endpoint'))
    expect(
      await app.nodes[0]!.ctx.sql`select endpoint from push_subscriptions
      where endpoint not like 'https://push.invalid/%'`,
    ).toHaveLength(0)
  })

  test('with PUSH_PRIVATE_HOSTS they are taken', async () => {
    await using lab = await install({ workers: false, env: { PUSH_PRIVATE_HOSTS: 'on' } })
    const { ivo } = await lab.people('ivo')
    await ivo.does('push.subscribe', service.subscription('ivo'))
  })

  const url = new URL('https://push.example.org/send')
  const answering = (...addresses: string[]): Resolve => {
    return async () =>
      addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }))
  }

  test('a name is refused when it leads inside, be it by one of its addresses', async () => {
    expect(await targetOf(url, answering('10.0.0.1'))).toBe('inner')
    expect(await targetOf(url, answering('1.1.1.1', '127.0.0.1'))).toBe('inner')
    expect(await targetOf(url, answering('fd00::1'))).toBe('inner')
    expect(await targetOf(url, answering('1.1.1.1'))).toEqual({
      href: 'https://1.1.1.1/send',
      host: 'push.example.org',
      serverName: 'push.example.org',
    })
    const { ctx } = app.nodes[0]!
    const leading = async (to: URL) => (await targetOf(to, answering('10.0.0.1'))) !== 'inner'
    const asking = subscribe({ ...ctx, isOutward: leading }, await actor(), {
      endpoint: url.href,
      keys,
    })
    expect(await asking.catch((error) => error.details)).toEqual({
      field: 'endpoint',
      reason: 'pattern',
    })
  })

  test('a name nobody knows now is taken, and a look-up has a deadline', async () => {
    await iris.does('push.subscribe', { endpoint: 'https://push.invalid/unknown', keys })
    expect(await targetOf(url, answering())).toBe('unresolved')
    expect(await targetOf(url, () => Promise.reject(new Error('ENOTFOUND')))).toBe('unresolved')
    const never: Resolve = () => new Promise(() => {})
    const waits: number[] = []
    const hurried = {
      ...systemClock,
      after(milliseconds: number, run: () => void) {
        waits.push(milliseconds)
        return systemClock.after(0, run)
      },
    }
    expect(await targetOf(url, systemResolver(hurried, never))).toBe('unresolved')
    expect(waits).toEqual([limits.webPush.lookUpMs])
  })
})

async function actor() {
  const { ctx } = app.nodes[0]!
  const [row] = await ctx.sql`
    select s.id as session, u.id from sessions s join users u on u.id = s.user_id
    where u.user_id = ${iris.userId}`
  return {
    id: row!['id'] as number,
    userId: iris.userId,
    nickname: 'iris',
    sessionId: row!['session'] as number,
    deviceId: '',
    role: 'user' as const,
  }
}
