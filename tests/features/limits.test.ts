// Rate limits: said with how long to wait, shared by all nodes, and open where they must be.
import { afterAll, beforeAll, expect, test } from 'bun:test'
import { buckets } from '../../src/infra/limiter.ts'
import { install, type Installation } from '../support/installation.ts'
import { callOperation } from '../support/people.ts'

let app: Installation
beforeAll(async () => {
  app = await install({ nodes: 2, env: { RATE_LIMITS: 'on' } })
})
afterAll(() => app[Symbol.asyncDispose]())

test('codes for one address run out on all nodes together, and it is said for how long', async () => {
  const email = 'busy@example.com'
  const asks = await Promise.all(
    Array.from({ length: buckets.codePerEmail.burst + 3 }, (_, n) =>
      callOperation(app.url(n % 2), 'accounts.sendCode', { email }),
    ),
  )
  expect(asks.filter((each) => each.code === 0)).toHaveLength(buckets.codePerEmail.burst)
  const refused = asks.find((each) => each.code !== 0)
  expect([refused?.status, refused?.code]).toEqual([429, 4029])
  const wait = Number(refused?.headers.get('retry-after'))
  expect(refused?.data as unknown).toEqual({ retry_after: wait })
  expect(wait).toBeGreaterThan(0)
  expect(wait).toBeLessThanOrEqual(buckets.codePerEmail.refillSeconds)
  const other = await callOperation(app.url(), 'accounts.sendCode', { email: 'calm@example.com' })
  expect(other.code).toBe(0)
})

test('wrong passwords run out for their caller and name', async () => {
  const { alice } = await app.people('alice')
  const input = { email: alice.userId, password: 'wrong' }
  const codes: number[] = []
  for (let n = 0; n < buckets.loginPerName.burst; n++) {
    codes.push((await callOperation(app.url(), 'accounts.loginWithPassword', input)).code)
  }
  expect(codes).toContain(4003)
  expect(codes.at(-1)).toBe(4029)
})

test('a bucket is what it says, and refills', async () => {
  const { limiter } = app.nodes[0]!.ctx
  const bucket = { burst: 3, refillSeconds: 0.05 }
  const takes = await Promise.all(Array.from({ length: 10 }, () => limiter.take('test', bucket)))
  expect(takes.filter((wait) => wait === 0)).toHaveLength(3)
  const { eventually } = await import('../support/eventually.ts')
  await eventually(async () => (await limiter.take('test', bucket)) === 0)
})
