// Redis goes away, forgets everything, or falls silent: nothing acknowledged depends on it.
import { afterAll, beforeAll, expect, setDefaultTimeout, test } from 'bun:test'
import { deepTest, expectWithin, isDeep } from '../support/deep.ts'
import { eventually } from '../support/eventually.ts'
import { Site } from '../support/processes.ts'
import { Load } from './load.ts'
import { Probe } from './probe.ts'

setDefaultTimeout(240_000)

let site: Site
beforeAll(async () => {
  site = await Site.start({ nodes: 2, workers: 1 })
})
afterAll(() => site[Symbol.asyncDispose]())

/** One command straight to Redis, by no link. */
async function redis<T>(command: string, ...args: string[]): Promise<T> {
  const client = new Bun.RedisClient(site.redis.url)
  try {
    return (await client.send(command, args)) as T
  } finally {
    client.close()
  }
}

function emptyOutbox() {
  return eventually(
    async () => {
      const [row] = await site.sql<{ count: number }[]>`select count(*) from outbox`
      return Number(row?.count) === 0
    },
    { what: 'an empty outbox', within: 30_000 },
  )
}

async function leases(): Promise<number> {
  return (await redis<string[]>('KEYS', 'curlew:l:*')).length
}

test('F5, F6: Redis dies with all its data and comes back empty', () =>
  site.under(async () => {
    await using load = await Load.begin(site)
    const probe = await Probe.open(site)
    await load.more(200)
    await site.redis.kill()
    site.forgetRedis()
    // Nobody waits for it.
    await load.more(300)
    await load.allTalk()
    expect(load.refusals).toEqual([])
    await site.redis.restart()
    const took = await probe.live(20_000)
    expectWithin(took, 20_000)
    await eventually(async () => (await leases()) === 2, { what: 'both leases' })
    await load.more(200)
    const { stored } = await load.verdict(700)
    expect(stored).toBeGreaterThan(700)
    expect(load.closes).toEqual([])
    expect(probe.closed).toBe(false)
    await emptyOutbox()
  }))

deepTest('F5: FLUSHALL while everything runs', () =>
  site.under(async () => {
    await using load = await Load.begin(site)
    const probe = await Probe.open(site)
    await load.more(200)
    expect(await leases()).toBe(2)
    for (let round = 0; round < 5; round++) {
      await redis('FLUSHALL')
      await load.more(60)
    }
    await redis('SCRIPT', 'FLUSH')
    await redis('FLUSHALL')
    await probe.live(20_000)
    await load.more(100)
    await load.verdict(600)
    await eventually(async () => (await leases()) === 2, { what: 'both leases' })
    expect(load.closes).toEqual([])
    await emptyOutbox()
  }),
)

for (const how of ['heals', 'never heals'] as const) {
  // The slower of the two is skipped in `npm test`, and shown as skipped.
  const testing = test.skipIf(how === 'never heals' && !isDeep)
  testing(`F12: a node is cut off from Redis, and the line ${how}`, () =>
    site.under(async () => {
      await using load = await Load.begin(site)
      const probe = await Probe.open(site)
      await load.more(100)
      const link = site.node(1).links.redis
      const before = link.withheld.up
      if (how === 'heals') link.hold()
      else link.strand()
      await load.more(300)
      await load.allTalk()
      expect(link.withheld.up).toBeGreaterThan(before)
      link.heal()
      await probe.live(25_000)
      await load.more(100)
      await load.verdict(500)
      expect(load.refusals).toEqual([])
      expect(load.closes).toEqual([])
    }),
  )

  testing(`F12: the worker is cut off from Redis, and the line ${how}`, () =>
    site.under(async () => {
      await using load = await Load.begin(site)
      const probe = await Probe.open(site)
      await load.more(100)
      const link = site.worker(0).links.redis
      const before = link.withheld.down
      if (how === 'heals') link.hold()
      else link.strand()
      await load.more(300)
      link.heal()
      await probe.live(40_000)
      expect(link.withheld.up + link.withheld.down).toBeGreaterThan(before)
      await load.more(100)
      await load.verdict(500)
      expect(load.closes).toEqual([])
      await emptyOutbox()
    }),
  )
}

test('a logout while Redis is away closes the sockets within seconds', () =>
  site.under(async () => {
    const [pair] = await site.pairs(1)
    const { a } = pair as { a: Awaited<ReturnType<Site['pairs']>>[number]['a'] }
    const there = await a.connects({ base: site.node(0).url, deviceId: 'here' })
    const other = await a.connects({ base: site.node(1).url, deviceId: 'there' })
    await site.redis.kill()
    const began = performance.now()
    await a.does('accounts.logout')
    const closes = await Promise.all([there.isClosed(), other.isClosed()])
    expect(closes.map((close) => close.code)).toEqual([4002, 4002])
    expectWithin(performance.now() - began, 8_000)
    await site.redis.restart()
  }))
