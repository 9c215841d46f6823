// Workers that die in the middle of a job or stand still: what they held is delivered all the same.
import { afterAll, beforeAll, expect, setDefaultTimeout, test } from 'bun:test'
import { eventually } from '../support/eventually.ts'
import { Site, type Program } from '../support/processes.ts'
import { Load } from './load.ts'
import { Probe } from './probe.ts'

setDefaultTimeout(60_000)

let site: Site
beforeAll(async () => {
  site = await Site.start({ nodes: 2, workers: 2 })
})
afterAll(() => site[Symbol.asyncDispose]())

/** Jobs that some worker has taken and not finished. */
async function activeJobs(): Promise<number> {
  const client = new Bun.RedisClient(site.redis.url)
  try {
    return Number(await client.send('LLEN', ['{curlew:jobs}:delivery:active']))
  } finally {
    client.close()
  }
}

/** Makes it hold jobs it cannot finish: what it publishes does not leave, then it is struck. */
async function midJob(worker: Program, strike: () => void): Promise<number> {
  // Answers do not reach it: jobs it was given stay with it.
  worker.links.redis.hold('up')
  const held = worker.links.redis.withheld.up
  await eventually(async () => (await activeJobs()) > 0, { what: 'a job under way' })
  await eventually(() => worker.links.redis.withheld.up > held, { what: 'a job cut short' })
  strike()
  return activeJobs()
}

function emptyOutbox() {
  return eventually(
    async () => {
      const [row] = await site.sql<{ count: string }[]>`select count(*) from outbox`
      if (Number(row?.count) > 0) throw new Error(`${row?.count} rows`)
      return true
    },
    { what: 'an empty outbox', within: 45_000 },
  )
}

test('F3: kill -9 of a worker mid-job, another is there', () =>
  site.under(async () => {
    await using load = await Load.begin(site)
    await load.more(100)
    const stuck = await midJob(site.worker(0), () => site.worker(0).signal('SIGKILL'))
    expect(stuck).toBeGreaterThan(0)
    await site.worker(0).exited()
    await load.more(300)
    await load.verdict(400)
    expect(load.refusals).toEqual([])
    expect(load.closes).toEqual([])
    await emptyOutbox()
    await eventually(async () => (await activeJobs()) === 0, {
      what: 'no job in dead hands',
      within: 30_000,
    })
  }))

test('F3: kill -9 of all workers, none is there for a while', () =>
  site.under(async () => {
    await using load = await Load.begin(site)
    await load.more(100)
    await Promise.all(site.workers.map((worker) => worker.kill()))
    await load.more(200)
    const [before] = await site.sql<{ count: string }[]>`select count(*) from outbox`
    expect(Number(before?.count)).toBeGreaterThan(20)
    await site.worker(0).restart()
    const probe = await Probe.open(site)
    await probe.live(30_000)
    await load.more(100)
    await load.verdict(400)
    expect(load.refusals).toEqual([])
    await emptyOutbox()
  }))

for (const other of [true, false]) {
  const who = other ? 'another is there' : 'none is there'
  // The one without another takes 25 s and is skipped, and shown as skipped, unless FAULTS=all.
  test.skipIf(!other && process.env['FAULTS'] !== 'all')(
    `F3: SIGSTOP of a worker for longer than its locks, ${who}`,
    () =>
      site.under(async () => {
        if (!other) await site.worker(1).kill()
        const worker = site.worker(0)
        await using load = await Load.begin(site)
        await load.more(100)
        const stuck = await midJob(worker, () => worker.signal('SIGSTOP'))
        expect(stuck).toBeGreaterThan(0)
        worker.links.redis.heal()
        const began = performance.now()
        // Its locks last 15 s, and others look each 5 s.
        await load.more(200)
        if (other) {
          await eventually(async () => (await activeJobs()) === 0, {
            what: 'its jobs taken over',
            within: 30_000,
          })
        } else {
          await eventually(() => performance.now() - began > 16_000, {
            what: 'the end of its locks',
            within: 20_000,
          })
        }
        worker.signal('SIGCONT')
        await load.more(100)
        await load.verdict(400)
        expect(load.refusals).toEqual([])
        expect(load.closes).toEqual([])
        await emptyOutbox()
      }),
  )
}
