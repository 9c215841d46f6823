// What does it cost that people come and go: many who do, all at once, of whom some are watched.
import postgres, { type Sql } from 'postgres'
import { systemClock } from '../../src/core/clock.ts'
import { createTokens } from '../../src/infra/tokens.ts'
import { Flock, watchedEach, Watcher } from './flock.ts'
import { spread } from '../lib/numbers.ts'
import type { Options } from '../lib/options.ts'
import { coresOfOthers, cpuSeconds, readCpu } from '../lib/proc.ts'
import { writeResult } from '../lib/results.ts'
import type { Stack } from '../lib/stack.ts'
import { timesOf } from '../lib/times.ts'
import type { PresenceResult } from '../measured.ts'
import { printPresence } from './table.ts'
import { prepareProduct, type Product } from '../product/processes.ts'

type Crowd = PresenceResult['crowds'][number]

const watchersMax = 5
const deadlineMs = 30_000
/** Where nobody is watched: about as long as it takes where somebody is. */
const roundMs = 13_000

/** Who comes and goes, and how many of them are watched. */
const crowds = (share: number) =>
  [
    { online: 10_000, watched: 0 },
    { online: 10_000, watched: 100 },
    { online: 1_000, watched: 1_000 },
    { online: 10_000, watched: 1_000 },
  ].map(({ online, watched }) => ({ online: online * share, watched: watched * share }))

export async function benchPresence(stack: Stack, options: Options) {
  const product = await prepareProduct(stack, 'curlew_bench_presence')
  const sql = postgres(product.databaseUrl, { max: 1, onnotice() {} })
  const wanted = crowds(options.quick ? 0.2 : 1)
  await seed(sql, Math.max(...wanted.map(({ online }) => online)))
  const api = product.start('api', 'src/main.ts')
  const watchers: Watcher[] = []
  let flock: Flock | undefined
  try {
    await product.ready(api)
    flock = await Flock.gather(stack.redisUrl, product)
    watchers.push(...(await openWatchers(product)))
    const all = new Map([
      ...stack.watched,
      ['bench', { pid: process.pid, family: false }] as const,
      ['api', { pid: api.pid, family: false }] as const,
    ])
    const before = readCpu(all)
    const found: Crowd[] = []
    for (const crowd of wanted) found.push(await measure({ crowd, flock, watchers, api, options }))
    const result: PresenceResult = {
      machine: stack.machine,
      partial: options.partial,
      rounds: options.rounds,
      crowds: found,
      coresOfOthers: coresOfOthers(before, readCpu(all)),
    }
    console.log(printPresence(result))
    await writeResult('presence', result)
    if (found.some((each) => each.void.length > 0)) process.exitCode = 1
  } finally {
    for (const watcher of watchers) watcher.close()
    await flock?.end()
    await api.stop()
    await sql.end()
  }
}

/** The first few watch; all others are friends of each of them. */
async function seed(sql: Sql, people: number): Promise<void> {
  await sql`
    insert into users (user_id, email, nickname)
    select 'bench' || lpad(n::text, 6, '0'), n || '@bench.invalid', 'Bench ' || n
    from generate_series(1, ${watchersMax + people}::int) n`
  await sql`insert into sessions (user_id, device_id) select id, '' from users`
  await sql`
    insert into friends (user_id, friend_id)
    select w, ${watchersMax} + n
    from generate_series(1, ${watchersMax}::int) w, generate_series(1, ${people}::int) n
    union all
    select ${watchersMax} + n, w
    from generate_series(1, ${watchersMax}::int) w, generate_series(1, ${people}::int) n`
  await sql`vacuum analyze`
}

const nameOf = (user: number) => `bench${String(user).padStart(6, '0')}`

async function openWatchers({ port, secret }: Product): Promise<Watcher[]> {
  const tokens = await createTokens(secret, 8 * 3_600, systemClock)
  const ids = Array.from({ length: watchersMax }, (_, n) => n + 1)
  return Promise.all(
    ids.map(async (id) => {
      return Watcher.open(port, await tokens.sign({ userId: nameOf(id), sessionId: id }))
    }),
  )
}

interface Measured {
  readonly crowd: { readonly online: number; readonly watched: number }
  readonly flock: Flock
  readonly watchers: readonly Watcher[]
  readonly api: { readonly pid: number }
  readonly options: Options
}

async function measure({ crowd, flock, watchers, api, options }: Measured): Promise<Crowd> {
  const people = Array.from({ length: crowd.online }, (_, n) => watchersMax + 1 + n)
  const wrong = new Set<string>()
  await flock.come(people)
  const watching = watchers.map((watcher, n) => {
    const names = people.slice(n * watchedEach, Math.min((n + 1) * watchedEach, crowd.watched))
    return { watcher, names: names.map(nameOf) }
  })
  for (const { watcher, names } of watching) {
    const there = await watcher.watches(names)
    if (there !== names.length) wrong.add(`${there} of ${names.length} were there`)
  }
  const cpu: number[] = []
  const [gone, back]: [number[][], number[][]] = [[], []]
  for (let round = 0; round < options.rounds; round++) {
    const used = cpuSeconds(api.pid, false)
    for (const { watcher } of watching) {
      watcher.told.length = 0
      watcher.ping()
    }
    const left = performance.now()
    await flock.go(people)
    if (crowd.watched === 0) await Bun.sleep(roundMs)
    gone.push(await hear(watching, false, left))
    const came = performance.now()
    await flock.come(people)
    back.push(await hear(watching, true, came))
    cpu.push((cpuSeconds(api.pid, false) - used) * 1_000)
    for (const { watcher, names } of watching) {
      if (watcher.told.length !== 2 * names.length) {
        wrong.add(`${watcher.told.length} frames about ${names.length} people`)
      }
    }
  }
  await flock.go(people)
  for (const { watcher } of watching) await watcher.watches([])
  return {
    ...crowd,
    watchers: watching.filter(({ names }) => names.length > 0).length,
    cpuMs: spread(cpu),
    gone: timesOf(gone),
    back: timesOf(back),
    void: [...wrong],
  }
}

/** Milliseconds until each who is watched was told of; the deadline where that never was. */
async function hear(
  watching: readonly { readonly watcher: Watcher; readonly names: readonly string[] }[],
  online: boolean,
  since: number,
): Promise<number[]> {
  const heard = () =>
    watching.flatMap(({ watcher }) => watcher.told.filter((each) => each.online === online))
  const wanted = watching.reduce((sum, { names }) => sum + names.length, 0)
  while (heard().length < wanted && performance.now() - since < deadlineMs) await Bun.sleep(20)
  const times = heard().map(({ at }) => at - since)
  return [...times, ...Array<number>(Math.max(0, wanted - times.length)).fill(deadlineMs)]
}
