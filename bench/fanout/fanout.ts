// What does a group cost: one of ten thousand against Bun's bare `publish`, a thousand of ten, one of twenty
// where everybody writes, and two people while a big group is talking.
import { join } from 'node:path'
import { Child, answering, freePort } from '../lib/child.ts'
import { Crowd, type CrowdRound } from '../lib/crowd.ts'
import { median, short, spread, type Spread } from '../lib/numbers.ts'
import type { Options } from '../lib/options.ts'
import { printProfile } from '../lib/profile.ts'
import { writeResult } from '../lib/results.ts'
import { newMark, runRound, type Load, type Round } from '../lib/round.ts'
import type { Stack } from '../lib/stack.ts'
import { medians, summarise } from '../lib/summary.ts'
import { keyPlace, type CrowdPlan, type Seat } from '../load/plan.ts'
import { printFanout } from './table.ts'
import { startProduct, type ProductTarget, type Room } from '../product/target.ts'
import type { CrowdSummary, FanoutResult, Name } from '../measured.ts'

const hosts = ['127.0.0.1', '127.0.0.2', '127.0.0.3', '127.0.0.4']
const concurrency = 64
/** People who write to each other beside the groups. */
const directPeople = 200
/** Messages a second in the big group while two people write to each other. */
const beside = 5

interface Scale {
  readonly big: number
  /** Of the groups of few; each is in as many groups as there are people in one. */
  readonly people: number
  readonly groups: number
  readonly each: number
  readonly hot: number
}

export async function benchFanout(stack: Stack, options: Options) {
  const scale: Scale = options.quick
    ? { big: 1_000, people: 50, groups: 50, each: 10, hot: 20 }
    : { big: 10_000, people: 1_000, groups: 1_000, each: 10, hot: 20 }
  const people = directPeople + scale.big + scale.people + scale.hot
  const product = await startProduct(stack, { ...options, people })
  const crowds: CrowdSummary[] = []
  const direct: Round[][] = []
  try {
    const load: Load = { pairs: 100, depth: 4, ...windowOf(options) }
    await runRound(stack, product, { ...load, warmupMs: 0 })
    const before = async () => {
      const round = await runRound(stack, product, load)
      keep(direct, 0, round)
      return round.rate
    }
    await before()
    if (isWanted(options, 'big'))
      crowds.push(...(await big(stack, product, scale, options, direct)))
    if (isWanted(options, 'small')) crowds.push(await small(stack, product, scale, options, before))
    if (isWanted(options, 'hot')) crowds.push(await hot(stack, product, scale, options, before))
  } finally {
    await product.stop()
  }
  const names = ['100×4', 'at a pace', `beside a group of ${short(scale.big)}`]
  const result: FanoutResult = {
    machine: stack.machine,
    partial: options.partial,
    rounds: options.rounds,
    crowds,
    direct: direct.flatMap((rounds, place) => summarise(names[place]!, rounds)),
    beside,
  }
  console.log(printFanout(result))
  await writeResult('fanout', result)
  if ([...result.crowds, ...result.direct].some((each) => each.void.length > 0)) {
    process.exitCode = 1
  }
  if (options.profile) console.log(`\n${await printProfile(options.profile)}`)
}

const isWanted = ({ only }: Options, name: string) => only === undefined || only === name

const windowOf = ({ warmupMs, measureMs }: Options) => ({ warmupMs, measureMs })

function keep(rounds: Round[][], place: number, round: Round) {
  ;(rounds[place] ??= []).push(round)
}

/** One speaks, in turns on the product and on the bare server; then slowly, while two others write. */
async function big(
  stack: Stack,
  product: ProductTarget,
  scale: Scale,
  options: Options,
  direct: Round[][],
): Promise<CrowdSummary[]> {
  const [room] = await product.groups(directPeople, scale.big, 1, scale.big)
  const ours = await Crowd.gather(planOf(product.port, [room!], 1), stack, product.watched)
  const load = { depth: 4, rate: 0, ...windowOf(options) }
  const first = await ours.run({ ...load, warmupMs: 0, measureMs: 1_000 })
  await using bare = await startPublish(stack, first.sample)
  const plain = await Crowd.gather(planOf(bare.port, [room!], 1), stack, bare.watched)
  const rounds: Record<Name, CrowdRound[]> = { bare: [], product: [] }
  for (let turn = 0; turn < options.rounds; turn++) {
    rounds.bare.push(await plain.run(load))
    rounds.product.push(await ours.run(load))
  }
  await plain.end()
  const pace = { pairs: 10, depth: 0, rate: 100, ...windowOf(options) }
  for (let turn = 0; turn < options.rounds; turn++) {
    keep(direct, 1, await runRound(stack, product, pace))
    const longer = { ...load, depth: 0, rate: beside, measureMs: load.measureMs + 2_000 }
    const [round] = await Promise.all([runRound(stack, product, pace), ours.run(longer)])
    keep(direct, 2, round)
  }
  await ours.end()
  const names = ['bare', 'product'] as const
  return names.map((name) => summary(`one of ${short(scale.big)}`, name, scale.big, rounds[name]))
}

/** A direct round before each of a crowd: a slow minute, or work that another left, falls on both. */
type Before = () => Promise<number>

/** Groups of few, one of each speaks. */
async function small(
  stack: Stack,
  product: ProductTarget,
  { big: others, people, groups, each }: Scale,
  options: Options,
  before: Before,
): Promise<CrowdSummary> {
  const rooms = await product.groups(directPeople + others, people, groups, each)
  const plan = planOf(product.port, rooms, 1)
  const { rounds, ofDirect } = await inTurns(stack, product, plan, options, { depth: 1, before })
  return { ...summary(`${short(groups)} of ${each}`, 'product', people, rounds), ofDirect }
}

/** One group, everybody speaks. */
async function hot(
  stack: Stack,
  product: ProductTarget,
  { big: others, people, hot: size }: Scale,
  options: Options,
  before: Before,
): Promise<CrowdSummary> {
  const rooms = await product.groups(directPeople + others + people, size, 1, size)
  const plan = planOf(product.port, rooms, size)
  const { rounds, ofDirect } = await inTurns(stack, product, plan, options, { depth: 20, before })
  return { ...summary(`a hot one of ${size}`, 'product', size, rounds), ofDirect }
}

async function inTurns(
  stack: Stack,
  product: ProductTarget,
  plan: CrowdPlan,
  options: Options,
  { depth, before }: { depth: number; before: Before },
): Promise<{ rounds: CrowdRound[]; ofDirect: Spread }> {
  const crowd = await Crowd.gather(plan, stack, product.watched)
  const load = { depth, rate: 0, ...windowOf(options) }
  await crowd.run({ ...load, warmupMs: 0 })
  const rounds: CrowdRound[] = []
  const ratios: number[] = []
  for (let turn = 0; turn < options.rounds; turn++) {
    const direct = await before()
    const round = await crowd.run(load)
    rounds.push(round)
    ratios.push(round.messages / direct)
  }
  await crowd.end()
  return { rounds, ofDirect: spread(ratios) }
}

/** The first `speakers` of each room speak to all others in it. */
function planOf(port: number, rooms: readonly Room[], speakers: number): CrowdPlan {
  const seats: Seat[] = []
  const places = new Map<string, number>()
  for (const seat of rooms.flatMap((room) => room.seats)) {
    const who = seat.headers.join()
    if (!places.has(who)) places.set(who, seats.push(seat) - 1)
  }
  const senders = rooms.flatMap((room) =>
    room.seats.slice(0, speakers).map((seat) => {
      const place = places.get(seat.headers.join())!
      return { place, frame: room.frame, hearers: room.seats.length - 1 }
    }),
  )
  return { port, hosts, seats, senders, mark: newMark(), concurrency }
}

async function startPublish(stack: Stack, sample: string) {
  const port = freePort()
  const { client_msg_id: key } = (JSON.parse(sample) as { data: { client_msg_id: string } }).data
  const child = new Child({
    name: 'bare-publish',
    command: [process.execPath, join(import.meta.dir, '../bare/publish.ts')],
    env: { PORT: String(port), SAMPLE: sample.replaceAll(key, keyPlace) },
    logs: stack.logs,
    input: '',
  })
  await answering(child, `http://127.0.0.1:${port}/`, () => true)
  return {
    port,
    watched: new Map([['api', { pid: child.pid, family: false }]]),
    [Symbol.asyncDispose]: () => child.stop(),
  }
}

function summary(
  load: string,
  target: Name,
  sockets: number,
  rounds: readonly CrowdRound[],
): CrowdSummary {
  const processes = Object.keys(rounds[0]!.cpuMicros)
  return {
    load,
    target,
    sockets,
    messages: spread(rounds.map((round) => round.messages)),
    deliveries: spread(rounds.map((round) => round.deliveries)),
    ack: medians(rounds.map((round) => round.ack)),
    toLast: medians(rounds.map((round) => round.toLast)),
    cpuMicros: Object.fromEntries(
      processes.map((name) => [name, median(rounds.map((round) => round.cpuMicros[name]!))]),
    ),
    crowdCores: median(rounds.map((round) => round.cores)),
    coresOfOthers: median(rounds.map((round) => round.coresOfOthers)),
    void: [...new Set(rounds.flatMap((round) => round.trouble))],
  }
}
