// Rate limits: said with how long to wait, shared by all nodes and by both doors.
import { request as httpRequest, type IncomingMessage } from 'node:http'
import { afterAll, beforeAll, describe, expect, spyOn, test } from 'bun:test'
import { widened } from '../../src/core/token-bucket.ts'
import { buckets } from '../../src/features/all.ts'
import { names } from '../../src/features/signin/limits.ts'
import { upgrades } from '../../src/socket/limits.ts'
import { Failure } from '../../src/core/failure.ts'
import { isDeep } from '../support/deep.ts'
import { eventually } from '../support/eventually.ts'
import { callFrom, placesOf } from '../support/from.ts'
import { install, type Installation } from '../support/installation.ts'
import { callOperation, type Person } from '../support/people.ts'

let app: Installation
beforeAll(async () => {
  app = await install({ nodes: 2, env: { RATE_LIMITS: 'on', TRUSTED_PROXIES: '1' } })
})
afterAll(() => app[Symbol.asyncDispose]())

/** The bucket is full again only in so many milliseconds more than it takes from empty. */
async function indebt(key: string, bucket: { burst: number; perMinute: number }, ms: number) {
  const { redis, config } = app.nodes[0]!.ctx
  const full = Date.now() + (bucket.burst * 60_000) / bucket.perMinute + ms
  await redis.set(`${config.redisPrefix}:limit:{${key}}`, full)
}

describe('buckets', () => {
  test('parallel takes on two nodes cannot pass together, and what is put back is there', async () => {
    const bucket = { burst: 3, perMinute: 1 }
    const limiters = app.nodes.map((node) => node.ctx.limiter)
    const takes = await Promise.all(
      Array.from({ length: 20 }, (_, n) => limiters[n % 2]!.take('t', bucket)),
    )
    expect(takes.filter((wait) => wait === 0)).toHaveLength(3)
    expect(takes.filter((wait) => wait > 0 && wait <= 60)).toHaveLength(17)
    await limiters[0]!.putBack('t', bucket)
    expect(await limiters[1]!.take('t', bucket)).toBe(0)
    expect(await limiters[1]!.take('t', bucket)).toBeGreaterThan(0)
    // More than it holds cannot be put back.
    for (let n = 0; n < 10; n++) await limiters[0]!.putBack('fresh', bucket)
    const more = await Promise.all(
      Array.from({ length: 9 }, () => limiters[0]!.take('fresh', bucket)),
    )
    expect(more.filter((wait) => wait === 0)).toHaveLength(3)
  })

  test('the wait that is said is true', async () => {
    const { limiter } = app.nodes[0]!.ctx
    const bucket = { burst: 1, perMinute: 60 }
    expect(await limiter.take('true', bucket)).toBe(0)
    const began = performance.now()
    const wait = await limiter.take('true', bucket)
    expect(wait).toBe(1)
    await eventually(() => performance.now() - began >= wait * 1000)
    expect(await limiter.take('true', bucket)).toBe(0)
  })

  test('tokens taken in advance on two nodes are no more than the bucket holds', async () => {
    const bucket = { burst: 400, perMinute: 1 }
    const draws = await Promise.all(
      Array.from({ length: 900 }, async (_, n) => app.nodes[n % 2]!.ctx.limiter.draw('d', bucket)),
    )
    expect(draws.filter((wait) => wait === 0)).toHaveLength(400)
    expect(draws.find((wait) => wait > 0)).toBeGreaterThan(1)
  })

  test('a steady sender is counted without waiting, and seldom asks Redis', async () => {
    const { limiter, redis } = app.nodes[0]!.ctx
    const { send } = buckets
    await limiter.draw('steady', send.account)
    const asks = spyOn(redis as unknown as { takeTokens(): Promise<unknown> }, 'takeTokens')
    let waited = 0
    for (let n = 0; n < 1_000; n++) {
      const wait = limiter.draw('steady', send.account)
      if (typeof wait !== 'number') waited++
      expect(await wait).toBe(0)
      // Messages come from outside: the loop turns between them.
      if (n % 10 === 0) await new Promise((resolve) => setImmediate(resolve))
    }
    // How many exactly, the turns of the loop decide; without prefetching it is one each time.
    expect(waited).toBeLessThan(500)
    expect(asks.mock.calls.length).toBeLessThan(500)
    asks.mockRestore()
  })
})

describe('doors', () => {
  test('codes for one address run out on all nodes together, and it is said for how long', async () => {
    const email = 'busy@example.com'
    const { here } = names.code
    const asks = await Promise.all(
      Array.from({ length: here.burst + 3 }, (_, n) =>
        callOperation(app.url(n % 2), 'accounts.sendCode', { email }),
      ),
    )
    expect(asks.filter((each) => each.code === 0)).toHaveLength(here.burst)
    const refused = asks.find((each) => each.code !== 0)
    expect([refused?.status, refused?.code]).toEqual([429, 4029])
    const wait = Number(refused?.headers.get('retry-after'))
    expect(refused?.data as unknown).toEqual({ retry_after: wait })
    expect(wait).toBeGreaterThan(0)
    expect(wait).toBeLessThanOrEqual(60 / here.perMinute)
    const other = await callOperation(app.url(), 'accounts.sendCode', { email: 'calm@example.com' })
    expect(other.code).toBe(0)
  })

  test('messages of one person count together, over REST and sockets, on all nodes', async () => {
    const { alice, bob } = await app.signUp('alice', 'bob')
    await alice.befriends(bob)
    const device = await alice.connects({ base: app.url(1) })
    const key = `send:${await idOf(alice)}`
    await indebt(key, buckets.send.account, 3_000)
    const rest = await alice.tries('messages.send', textTo(bob))
    expect([rest.status, rest.code]).toEqual([429, 4029])
    expect(rest.headers.get('retry-after')).toMatch(/^[1-4]$/)
    const answer = await device.asks('send_message', textTo(bob))
    expect(answer).toMatchObject({ type: 'error', data: { code: 4029, retryable: true } })
    const { retry_after: wait } = answer.data as { retry_after: number }
    const asked = performance.now()
    // Refused or not, answers come in order and the socket stays open.
    expect((await device.asks('typing', {})).type).toBe('error')
    await eventually(() => performance.now() - asked >= wait * 1000)
    expect((await device.says(bob, 'after the wait')).seq).toBe(1)
    expect((await alice.says(bob, 'by the other door')).seq).toBe(2)
  })

  test('friend requests are counted by account', async () => {
    const { cat, dan } = await app.signUp('cat', 'dan')
    await indebt(`request:${await idOf(cat)}`, buckets.request.account, 60_000)
    const refused = await cat.tries('friends.sendRequest', { to_user_id: dan.userId })
    expect([refused.status, refused.code]).toEqual([429, 4029])
    expect((await dan.tries('friends.sendRequest', { to_user_id: cat.userId })).code).toBe(0)
  })

  test('what cannot be read is not counted', async () => {
    const [place = ''] = placesOf('198.51.100', 1, 200)
    for (let n = 0; n < buckets.code.caller.burst + 5; n++) {
      const answer = await callFrom(app.url(), place, 'accounts.sendCode', { email: 'no address' })
      expect(answer.code).toBe(4010)
    }
    const good = await callFrom(app.url(), place, 'accounts.sendCode', { email: 'x@example.com' })
    expect(good.code).toBe(0)
  })

  test('one place has one bucket, whatever names it tries; a whole IPv6 /64 is one place', async () => {
    const { burst } = buckets.code.caller
    const ask = (n: number) =>
      callFrom(app.url(n % 2), `2001:db8:7:7::${(n + 1).toString(16)}`, 'accounts.sendCode', {
        email: `many-${n}@example.com`,
      })
    const asks = await Promise.all(Array.from({ length: burst + 10 }, (_, n) => ask(n)))
    const passed = asks.filter((each) => each.code === 0).length
    expect(passed).toBeGreaterThanOrEqual(burst)
    // One comes back in five seconds.
    expect(passed).toBeLessThanOrEqual(burst + 3)
    const next = await callFrom(app.url(), '2001:db8:7:8::1', 'accounts.sendCode', {
      email: 'neighbour@example.com',
    })
    expect(next.code).toBe(0)
  })

  test('this machine may sign up many people in a row', async () => {
    const [count, atOnce] = [isDeep ? 200 : 60, 10]
    const join = async (n: number) => {
      const email = `crowd-${n}@example.com`
      const sent = await callOperation(app.url(n % 2), 'accounts.sendCode', { email })
      if (sent.code !== 0) return sent.code
      const code = await app.codeFor(email)
      const input = { email, code, user_id: `crowd-${n}`, nickname: 'c' }
      return (await callOperation(app.url(n % 2), 'accounts.register', input)).code
    }
    const made: number[] = []
    // Some at a time: it is counted how many, not how fast a busy machine sends mails.
    for (let n = 0; n < count; n += atOnce) {
      made.push(...(await Promise.all(Array.from({ length: atOnce }, (_, i) => join(n + i)))))
    }
    expect(made.filter((code) => code !== 0)).toEqual([])
    // And with passwords besides: to sign up and in is two of them each.
    expect(widened(buckets.login.caller).burst).toBeGreaterThanOrEqual(4 * count)
  }, 240_000)

  test('a storm of connections ends before the upgrade, for its place alone', async () => {
    const [stormy = '', calm = ''] = placesOf('203.0.113', 2, 200)
    const { door } = app.nodes[0]!
    const caller = (address: string) => ({ address, userAgent: '', locale: 'en' as const })
    const waits = Array.from({ length: upgrades.burst }, () => door.upgradeWait(caller(stormy)))
    expect(waits.filter((wait) => wait > 0)).toEqual([])
    // Fifty come back in a second: others of the storm take them.
    const refused = await eventually(async () => {
      for (let n = 0; n < 200; n++) door.upgradeWait(caller(stormy))
      const answer = await upgrade(app.url(), stormy)
      return answer.statusCode === 429 && answer
    })
    expect(refused.headers['retry-after']).toBe('1')
    expect((await upgrade(app.url(), calm)).statusCode).toBe(101)
  })

  test('every answer that may be tried again says when', () => {
    const { ctx } = app.nodes[0]!
    const waitOf = (reason: ConstructorParameters<typeof Failure>[0]) =>
      ctx.explain(new Failure(reason)).details?.retry_after
    expect(waitOf('tooManyRequests')).toBe(1)
    expect(waitOf('databaseUnavailable')).toBe(1)
    expect(waitOf('cacheUnavailable')).toBe(1)
    expect(waitOf('mailUnavailable')).toBe(60)
    expect(waitOf('busy')).toBe(1)
    expect(waitOf('notFound')).toBeUndefined()
    expect(ctx.explain(new Failure('busy', { retry_after: 7 })).details).toEqual({ retry_after: 7 })
  })
})

const textTo = (to: Person) => ({ to_user_id: to.userId, message_type: 1, content: 'hi' })

async function idOf(person: Person): Promise<number> {
  return (await person.does('accounts.me')).id
}

/** The answer to a handshake without a token: a socket is opened, only to be closed with 4001. */
function upgrade(base: string, address: string): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const headers = {
      connection: 'upgrade',
      upgrade: 'websocket',
      'sec-websocket-version': '13',
      'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
      'x-forwarded-for': address,
    }
    const asked = httpRequest(`${base}/api/v1/messages/ws`, { headers })
    asked.on('upgrade', (response, socket) => {
      socket.destroy()
      resolve(response)
    })
    asked.on('response', resolve)
    asked.on('error', reject)
    asked.end()
  })
}
