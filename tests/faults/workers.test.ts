// Workers that die in the middle of a job or stand still: what they held is delivered all the same.
import { afterAll, beforeAll, expect, setDefaultTimeout, test } from 'bun:test'
import { deepTest } from '../support/deep.ts'
import { eventually } from '../support/eventually.ts'
import { Site } from '../support/processes.ts'
import type { Program } from '../support/program.ts'
import { Load } from './load.ts'
import { Probe } from './probe.ts'

setDefaultTimeout(240_000)

let site: Site
beforeAll(async () => {
  site = await Site.start({ nodes: 2, workers: 2 })
})
afterAll(() => site[Symbol.asyncDispose]())

/** Ids of jobs that some worker has taken and not finished. */
async function activeJobs(): Promise<string[]> {
  const client = new Bun.RedisClient(site.redis.url)
  try {
    return (await client.send('LRANGE', ['{curlew:jobs}:delivery:active', '0', '-1'])) as string[]
  } finally {
    client.close()
  }
}

const triesMax = 60

/**
 * Strikes when the worker holds jobs it cannot finish: its line is cut until that has caught it in
 * the middle of one. A job takes it a few milliseconds, so the first cut seldom does.
 */
async function midJob(load: Load, worker: Program, strike: () => void): Promise<void> {
  for (let tries = 0; tries < triesMax; tries++) {
    // What it says does not leave; answers that are on their way still reach it.
    worker.links.redis.hold('up')
    const taken = await activeJobs()
    // Time in which whoever can finish a job finishes it.
    await load.more(25)
    const still = new Set(await activeJobs())
    if (taken.some((id) => still.has(id))) return strike()
    worker.links.redis.heal()
    await load.more(5)
  }
  throw new Error('no job was cut short')
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
    await midJob(load, site.worker(0), () => site.worker(0).signal('SIGKILL'))
    await site.worker(0).exited()
    await load.more(300)
    await load.verdict(400)
    expect(load.refusals).toEqual([])
    expect(load.closes).toEqual([])
    await emptyOutbox()
    await eventually(async () => (await activeJobs()).length === 0, {
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
  // They wait for locks to run out: skipped, and shown as skipped, in `npm test`.
  deepTest(`F3: SIGSTOP of a worker for longer than its locks, ${who}`, () =>
    site.under(async () => {
      if (!other) await site.worker(1).kill()
      const worker = site.worker(0)
      await using load = await Load.begin(site)
      await load.more(100)
      await midJob(load, worker, () => worker.signal('SIGSTOP'))
      worker.links.redis.heal()
      const began = performance.now()
      // Its locks last 15 s, and others look each 5 s.
      await load.more(200)
      if (other) {
        await eventually(async () => (await activeJobs()).length === 0, {
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
