// What does a socket cost: memory of an idle one, and how many can come in a second.
import { join } from 'node:path'
import type { HoldPlan, Seat } from '../load/plan.ts'
import { Child, answering, freePort } from '../lib/child.ts'
import { Holder } from '../lib/holder.ts'
import { fitLine, spread } from '../lib/numbers.ts'
import type { Options } from '../lib/options.ts'
import { cpuSeconds, residentBytes } from '../lib/proc.ts'
import { writePlot, writeResult } from '../lib/results.ts'
import type { Stack } from '../lib/stack.ts'
import { connectPlot } from './plot.ts'
import { printConnect } from './table.ts'
import { startProduct } from '../product/target.ts'
import type { ConnectResult, ConnectSide, Level } from '../measured.ts'

interface Host {
  readonly name: ConnectSide['name']
  readonly api: number
  readonly plan: HoldPlan
  stop(): Promise<void>
}

const concurrency = 64
/** Groups that an owner of a socket is in, and people in each. */
const groupsEach = 50
const inGroup = 20
const addresses = ['127.0.0.1', '127.0.0.2', '127.0.0.3', '127.0.0.4']

export async function benchConnect(stack: Stack, options: Options) {
  const names = (['bare', 'product', 'grouped'] as const).filter(
    (name) => name !== options.without && (options.only ?? name) === name,
  )
  const hosts: Host[] = []
  try {
    for (const name of names) {
      hosts.push(
        name === 'bare' ? await bareHost(stack, options) : await ours(stack, name, options),
      )
    }
    const sides: ConnectSide[] = []
    for (const host of hosts) sides.push(await memory(stack, host, options))
    const result: ConnectResult = {
      machine: stack.machine,
      partial: options.partial,
      sides: await rates(stack, hosts, sides, options),
    }
    console.log(printConnect(result))
    await writeResult('connect', result)
    await writePlot('connect', connectPlot(result))
    if (result.sides.some((side) => side.void.length > 0)) process.exitCode = 1
  } finally {
    await Promise.all(hosts.map((host) => host.stop()))
  }
}

async function bareHost(stack: Stack, options: Options): Promise<Host> {
  const port = freePort()
  const child = new Child({
    name: 'bare-sockets',
    command: [process.execPath, join(import.meta.dir, '../bare/sockets.ts')],
    env: { PORT: String(port) },
    logs: stack.logs,
    input: '',
  })
  await answering(child, `http://127.0.0.1:${port}/`, () => true)
  const seats: Seat[] = Array.from({ length: options.sockets }, () => ({ path: '/', headers: [] }))
  return {
    name: 'bare',
    api: child.pid,
    plan: { port, hosts: addresses, seats, hello: false, concurrency },
    stop: () => child.stop(),
  }
}

async function ours(stack: Stack, name: 'product' | 'grouped', options: Options): Promise<Host> {
  const { sockets } = options
  const target = await startProduct(stack, { ...options, people: sockets }, `curlew_bench_${name}`)
  if (name === 'grouped') await target.groups(0, sockets, (sockets * groupsEach) / inGroup, inGroup)
  const seats = target.pairs(options.sockets / 2).flatMap((pair) => [pair.sender, pair.receiver])
  return {
    name,
    api: target.watched.get('api')!.pid,
    plan: { port: target.port, hosts: addresses, seats, hello: true, concurrency },
    stop: () => target.stop(),
  }
}

/** Steps up to all sockets; the slope leaves out what the process needs for itself. */
async function memory(stack: Stack, host: Host, options: Options): Promise<ConnectSide> {
  // All of them once before: then the slope shows what sockets hold, not how a heap first grows.
  const warm = new Holder(host.plan, stack.logs)
  await warm.openUpTo(options.sockets)
  await warm.end()
  const levels: Level[] = [{ sockets: 0, residentBytes: await settled(host.api, options) }]
  const trouble: string[] = []
  const holder = new Holder(host.plan, stack.logs)
  for (const share of [0.2, 0.5, 1]) {
    const sockets = Math.round(options.sockets * share)
    const held = await holder.openUpTo(sockets)
    trouble.push(...held.trouble)
    if (held.open !== sockets) trouble.push(`${held.open} of ${sockets} sockets are open`)
    levels.push({ sockets, residentBytes: await settled(host.api, options) })
  }
  await holder.end()
  const steps = levels.slice(1)
  const { slope } = fitLine(
    steps.map((level) => level.sockets),
    steps.map((level) => level.residentBytes),
  )
  return {
    name: host.name,
    levels,
    bytesPerSocket: Math.round(slope),
    connectsPerSecond: { median: 0, low: 0, high: 0 },
    cpuMicrosPerConnect: 0,
    void: trouble,
  }
}

/**
 * The resident size once it has stopped moving, or after a minute and a half of moving. The
 * collector looks at an idle process only now and then: what connecting left behind goes late.
 */
async function settled(pid: number, options: Options): Promise<number> {
  const [secondsMax, calmSeconds] = options.quick ? [3, 2] : [90, 15]
  let last = residentBytes(pid)
  let calm = 0
  for (let second = 0; second < secondsMax && calm < calmSeconds; second++) {
    await Bun.sleep(1_000)
    const now = residentBytes(pid)
    calm = Math.abs(now - last) < last / 500 ? calm + 1 : 0
    last = now
  }
  return last
}

interface Tally {
  readonly rates: number[]
  readonly micros: number[]
  readonly trouble: string[]
}

/** Bare, ours, bare, ours …, each time with sockets that were not there before. */
async function rates(
  stack: Stack,
  hosts: readonly Host[],
  sides: readonly ConnectSide[],
  options: Options,
): Promise<ConnectSide[]> {
  const count = Math.round(options.sockets / 4)
  const tallies = new Map<Host, Tally>()
  for (const host of hosts) tallies.set(host, { rates: [], micros: [], trouble: [] })
  for (let turn = 0; turn < options.rounds; turn++) {
    for (const [host, tally] of tallies) {
      const holder = new Holder(host.plan, stack.logs)
      await holder.openUpTo(1)
      const before = cpuSeconds(host.api, false)
      const held = await holder.openUpTo(count)
      tally.micros.push(((cpuSeconds(host.api, false) - before) * 1e6) / (count - 1))
      tally.rates.push((count - 1) / held.seconds)
      tally.trouble.push(...held.trouble)
      await holder.end()
      await Bun.sleep(options.quick ? 200 : 2_000)
    }
  }
  return [...tallies.values()].map((tally, place) => ({
    ...sides[place]!,
    connectsPerSecond: spread(tally.rates),
    cpuMicrosPerConnect: Math.round(spread(tally.micros).median),
    void: [...sides[place]!.void, ...tally.trouble],
  }))
}
