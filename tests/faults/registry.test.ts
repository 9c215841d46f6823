// Sockets that come and go while Redis is away: it returns with its data and knows neither.
import { afterAll, beforeAll, expect, setDefaultTimeout, test } from 'bun:test'
import { eventually } from '../support/eventually.ts'
import { Site } from '../support/processes.ts'
import { Probe } from './probe.ts'

setDefaultTimeout(240_000)

let site: Site
beforeAll(async () => {
  site = await Site.start({ nodes: 1, workers: 1 })
})
afterAll(() => site[Symbol.asyncDispose]())

async function registered(): Promise<number> {
  const client = new Bun.RedisClient(site.redis.url)
  try {
    const keys = (await client.send('KEYS', ['curlew:u:*'])) as string[]
    const counts = await Promise.all(keys.map((key) => client.send('HLEN', [key])))
    return counts.reduce((sum: number, count) => sum + Number(count), 0)
  } finally {
    client.close()
  }
}

test('who came is heard, who left is forgotten', () =>
  site.under(async () => {
    const [pair] = await site.pairs(1)
    const leaver = await (pair as NonNullable<typeof pair>).a.connects()
    await eventually(async () => (await registered()) === 1, { what: 'one registration' })
    await site.redis[Symbol.asyncDispose]()
    const probe = await Probe.open(site)
    await leaver.close()
    await site.redis.restart()
    // The lease has outlived it all: 30 s have not passed.
    await probe.live(15_000)
    expect(probe.closed).toBe(false)
    await eventually(async () => (await registered()) === 2, { what: 'the two who are there' })
  }))
