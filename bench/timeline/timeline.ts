// What does a page of friends' moments cost: the product's route against one bare look into an index.
import postgres, { type Sql } from 'postgres'
import { median } from '../lib/numbers.ts'
import type { Options } from '../lib/options.ts'
import { coresOfOthers, readCpu } from '../lib/proc.ts'
import { writePlot, writeResult } from '../lib/results.ts'
import type { Stack } from '../lib/stack.ts'
import { times, timesOf, type Times } from '../lib/times.ts'
import { prepareProduct } from '../product/processes.ts'
import { timelinePlot } from './plot.ts'
import { plainTimeline, seedCommunity, type Viewer } from './seed.ts'
import { printTimeline } from './table.ts'
import type { TimelineResult } from '../measured.ts'

type Requests = 'first' | 'walk' | 'last' | 'numbered'
type Samples = Record<Requests, number[][]>

const size = 20

export async function benchTimeline(stack: Stack, options: Options) {
  const community = options.quick
    ? { people: 10_000, moments: 100_000 }
    : { people: 100_000, moments: 2_000_000 }
  const pages = options.quick ? 10 : 100
  const repeats = options.quick ? 20 : 100
  const product = await prepareProduct(stack, 'curlew_bench_timeline')
  const sql = postgres(product.databaseUrl, { max: 1, onnotice() {} })
  console.log('seeding …')
  const viewers = await seedCommunity(sql, product.secret, community)
  const api = product.start('api', 'src/main.ts')
  try {
    await product.ready(api)
    const door = doorOf(product.port)
    const samples = new Map<Viewer, Samples>()
    const wrong = new Map<Viewer, Set<string>>()
    for (const viewer of viewers) {
      samples.set(viewer, { first: [], walk: [], last: [], numbered: [] })
      wrong.set(viewer, new Set())
      // Compilers, caches and plans settle before anything counts.
      await walk(door, viewer, Math.min(pages, 20))
    }
    const bare: number[][] = []
    const watched = new Map([...stack.watched, ['api', { pid: api.pid, family: false }]])
    const before = readCpu(new Map([...watched, ['bench', { pid: process.pid, family: false }]]))
    for (let round = 1; round <= options.rounds; round++) {
      bare.push(await times(repeats * 4, (n) => bareLook(sql, (n * 7_919) % community.people)))
      for (const viewer of viewers) {
        const right = await plainTimeline(sql, viewer.id, pages * size)
        const found = await measure(door, viewer, pages, repeats, samples.get(viewer)!)
        if (!Bun.deepEquals(found, right)) {
          wrong.get(viewer)!.add('the pages are not what a plain statement finds')
        }
      }
      console.log(`round ${round} of ${options.rounds}`)
    }
    const after = readCpu(new Map([...watched, ['bench', { pid: process.pid, family: false }]]))
    const result: TimelineResult = {
      machine: stack.machine,
      partial: options.partial,
      rounds: options.rounds,
      community,
      pages,
      bare: timesOf(bare),
      viewers: viewers.map((viewer) => ({
        viewer: viewer.name,
        friends: viewer.friends,
        pages: Math.round(median(samples.get(viewer)!.walk.map((each) => each.length + 1))),
        ...summaryOf(samples.get(viewer)!),
        void: [...wrong.get(viewer)!],
      })),
      coresOfOthers: coresOfOthers(before, after),
    }
    console.log(printTimeline(result))
    await writeResult('timeline', result)
    await writePlot('timeline', timelinePlot(result))
    if (result.viewers.some((each) => each.void.length > 0)) process.exitCode = 1
  } finally {
    await api.stop()
    await sql.end()
  }
}

interface Page {
  readonly ids: readonly number[]
  readonly next: string | null
  readonly ms: number
}

type Door = (viewer: Viewer, query: string) => Promise<Page>

/** The real route; the clock stops when the whole answer is here, before it is looked at. */
function doorOf(port: number): Door {
  return async (viewer, query) => {
    const begun = performance.now()
    const response = await fetch(`http://127.0.0.1:${port}/api/v1/moments/timeline?${query}`, {
      headers: { authorization: `Bearer ${viewer.token}` },
    })
    const text = await response.text()
    const ms = performance.now() - begun
    const { code, data } = JSON.parse(text)
    if (code !== 0) throw new Error(`the timeline answered ${text.slice(0, 200)}`)
    const list: { id: number }[] = Array.isArray(data) ? data : data.list
    return { ids: list.map((each) => each.id), next: data.next_cursor ?? null, ms }
  }
}

const byCursor = (cursor: string) => `limit=${size}&cursor=${cursor}`

/** From the first page to the last by cursors. */
async function walk(door: Door, viewer: Viewer, pages: number) {
  const walked: Page[] = []
  const cursors = ['']
  for (let cursor: string | null = ''; cursor !== null && walked.length < pages;) {
    const page: Page = await door(viewer, byCursor(cursor))
    walked.push(page)
    cursor = page.next
    if (cursor !== null) cursors.push(cursor)
  }
  return { walked, last: cursors[walked.length - 1]! }
}

/** One round for one viewer; answers the ids of all pages. */
async function measure(
  door: Door,
  viewer: Viewer,
  pages: number,
  repeats: number,
  samples: Samples,
): Promise<number[]> {
  const again = (query: string) => times(repeats, async () => (await door(viewer, query)).ms, 'own')
  samples.first.push(await again(byCursor('')))
  const { walked, last } = await walk(door, viewer, pages)
  samples.walk.push(walked.slice(1).map((page) => page.ms))
  samples.last.push(await again(byCursor(last)))
  samples.numbered.push(await again(`page=${walked.length}&page_size=${size}`))
  return walked.flatMap((page) => page.ids)
}

/** The newest twenty of one person, out of an index alone. */
async function bareLook(sql: Sql, person: number) {
  await sql`
    select created_at, id from moments
    where user_id = ${person} and visible < 2 and list_kind <> 1
    order by created_at desc, id desc limit ${size}`
}

function summaryOf(samples: Samples): Record<Requests, Times> {
  const entries = Object.entries(samples).map(([name, rounds]) => [name, timesOf(rounds)])
  return Object.fromEntries(entries) as Record<Requests, Times>
}
