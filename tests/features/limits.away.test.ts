// While Redis is away nobody can be counted: guessing waits, talking goes on.
import { afterAll, beforeAll, expect, test } from 'bun:test'
import { buckets } from '../../src/features/all.ts'
import { redisUrl } from '../support/database.ts'
import { expectWithin } from '../support/deep.ts'
import type { Device } from '../support/device.ts'
import { eventually } from '../support/eventually.ts'
import { install, type Installation } from '../support/installation.ts'
import { callOperation, type Person } from '../support/people.ts'
import { Proxy } from '../support/proxy.ts'

let app: Installation
let link: Proxy
let alice: Person
let bob: Person
let device: Device
beforeAll(async () => {
  link = await Proxy.to(Number(new URL(redisUrl()).port))
  app = await install({
    workers: false,
    env: { RATE_LIMITS: 'on', REDIS_URL: link.through(redisUrl()) },
  })
  ;({ alice, bob } = await app.people('alice', 'bob'))
  await alice.befriends(bob)
  device = await alice.connects()
})
afterAll(async () => {
  await link.accept()
  link.heal()
  await app[Symbol.asyncDispose]()
  await link[Symbol.asyncDispose]()
})

const wrong = () => ({ email: alice.userId, password: 'wrong' })

/** All that must and must not work, in this state of Redis. */
async function lookAround(): Promise<void> {
  for (const [name, input] of [
    ['accounts.sendCode', { email: 'a@example.com' }],
    ['accounts.verifyCode', { email: 'a@example.com', code: '123456' }],
    ['accounts.login', { email: 'a@example.com', code: '123456' }],
    ['accounts.loginWithPassword', wrong()],
  ] as const) {
    const answer = await callOperation(app.url(), name, input)
    expect([name, answer.status, answer.code]).toEqual([name, 503, 5002])
    expect(answer.headers.get('retry-after')).toBe('1')
    expect(answer.data as unknown).toEqual({ retry_after: 1 })
  }
  const asked = await bob.tries('friends.sendRequest', { to_user_id: alice.userId })
  expect(asked.code).toBe(5002)
  for (let n = 0; n < 60; n++) {
    await device.says(bob, `by socket ${n}`)
    await alice.says(bob, `by REST ${n}`)
  }
  const swapped = await callOperation(app.url(), 'accounts.refresh', {
    refresh_token: bob.refreshToken,
  })
  expect(swapped.code).toBe(0)
  bob.refreshToken = swapped.data.refresh_token
}

test('Redis refuses connections: codes and logins wait, messages and refreshing go on', async () => {
  await link.refuse()
  link.reset()
  expect(link.cut).toBeGreaterThan(0)
  await lookAround()
})

test('Redis is back: everything is counted again', async () => {
  await link.accept()
  await eventually(async () => {
    return (await callOperation(app.url(), 'accounts.loginWithPassword', wrong())).code === 4103
  })
  await countedAgain()
}, 80_000)

test('Redis falls silent: a message waits for it once and shortly', async () => {
  const { withheld } = link
  link.hold()
  const before = withheld.up
  // More than was taken in advance, so that it has to be asked.
  let longest = 0
  for (let n = 0; n < 200; n++) {
    const began = performance.now()
    await device.says(bob, `into the silence ${n}`)
    longest = Math.max(longest, performance.now() - began)
  }
  expect(withheld.up).toBeGreaterThan(before)
  expectWithin(longest, 1_500)
  link.heal()
  await countedAgain()
}, 120_000)

/** An empty bucket refuses, once this process has noticed that Redis is back. */
async function countedAgain(): Promise<void> {
  const { id } = await alice.does('accounts.me')
  const { redis, config } = app.nodes[0]!.ctx
  const { burst, perMinute } = buckets.send.account
  await eventually(
    async () => {
      const full = Date.now() + (burst * 60_000) / perMinute + 30_000
      await redis.set(`${config.redisPrefix}:limit:{send:${id}}`, full).catch(() => {})
      const answer = await alice.tries('messages.send', {
        to_user_id: bob.userId,
        message_type: 1,
        content: 'counted?',
      })
      return answer.code === 4029
    },
    { what: 'a refusal', within: 30_000 },
  )
  // Others from here on, whose buckets are full.
  ;({ alice, bob } = await app.people('alice', 'bob'))
  await alice.befriends(bob)
  device = await alice.connects()
}
