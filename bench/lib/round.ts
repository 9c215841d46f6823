// One round: a generator against a target, processors read around the window, everything counted.
import { join } from 'node:path'
import type { Outcome, Plan } from '../load/plan.ts'
import { Child } from './child.ts'
import { mean } from './numbers.ts'
import { coresOfOthers, cpuPerMessage, readCpu, type CpuReading, type Watched } from './proc.ts'
import type { Stack } from './stack.ts'
import type { Target } from './target.ts'

export interface Load {
  readonly pairs: number
  readonly depth: number
  readonly rate?: number
  readonly door?: Plan['door']
  readonly warmupMs: number
  readonly measureMs: number
  readonly messagesMax?: number
  /** The pace is only a means: nobody reads the latencies. */
  readonly anyPace?: boolean
}

export interface Round extends Outcome {
  readonly target: Target['name']
  /** Rows in Postgres at the end. */
  readonly stored: number
  /** Microseconds on the processors per delivered message, by process. */
  readonly cpuMicros: Readonly<Record<string, number>>
  /** Cores that other programs of this machine used meanwhile. */
  readonly coresOfOthers: number
  /** Why the figures must not be used; empty when they may. */
  readonly void: readonly string[]
}

const generatorPath = join(import.meta.dir, '../load/generator.ts')
/** Above this much of a core, or this late at the 99th percentile, the generator is the limit. */
const generatorCoresMax = 0.9
const latenessMsMax = 10

export function newMark(): string {
  return crypto.randomUUID().replaceAll('-', '').slice(0, 10)
}

/** Other programs may use this much of a core before a round is measured again. */
const coresOfOthersMax = 0.25
const attemptsMax = 3

/** A round on a machine that has time for it; after some tries, on the machine as it is. */
export async function runQuietRound(stack: Stack, target: Target, load: Load): Promise<Round> {
  for (let attempt = 1; ; attempt++) {
    const round = await runRound(stack, target, load)
    if (round.coresOfOthers <= coresOfOthersMax || attempt === attemptsMax) return round
  }
}

export async function runRound(
  stack: Stack,
  target: Target,
  load: Load,
  onWindow?: () => void,
): Promise<Round> {
  const mark = newMark()
  const plan: Plan = {
    port: target.port,
    pairs: target.pairs(load.pairs),
    mark,
    door: load.door ?? 'socket',
    depth: load.depth,
    rate: load.rate ?? 0,
    warmupMs: load.warmupMs,
    measureMs: load.measureMs,
    messagesMax: load.messagesMax ?? Number.MAX_SAFE_INTEGER,
    drainMs: 15_000,
  }
  const generator = new Child({
    name: 'generator',
    command: [process.execPath, generatorPath],
    logs: stack.logs,
    input: JSON.stringify(plan),
    listen: true,
  })
  const watched = new Map<string, Watched>([
    ...target.watched,
    ...stack.watched,
    ['generator', { pid: generator.pid, family: false }],
  ])
  let before: CpuReading | undefined
  let after: CpuReading | undefined
  let outcome: Outcome | undefined
  for await (const line of generator.lines()) {
    if (line === 'measure') {
      before = readCpu(watched)
      onWindow?.()
    } else if (line === 'drain') after = readCpu(watched)
    else if (line.startsWith('{')) outcome = JSON.parse(line) as Outcome
  }
  if (!outcome || !before || !after) throw new Error(generator.lastWords())
  const stored = await target.stored(mark)
  return {
    ...outcome,
    target: target.name,
    stored,
    cpuMicros: cpuPerMessage(before, after, outcome.rate * outcome.seconds),
    coresOfOthers: coresOfOthers(before, after),
    void: [
      ...faults(outcome, stored),
      ...(load.rate && !load.anyPace ? paceFaults(plan, outcome) : []),
    ],
  }
}

/** Rates count only when everything that was acknowledged is stored and has arrived. */
function faults(outcome: Outcome, stored: number): string[] {
  const found = [...outcome.trouble]
  const silent = outcome.sent - outcome.acked - outcome.refused
  if (silent > 0) found.push(`${silent} messages were never answered`)
  if (outcome.refused > 0) found.push(`${outcome.refused} messages were refused`)
  if (stored !== outcome.acked) found.push(`${outcome.acked} acknowledged, ${stored} stored`)
  if (outcome.delivered !== outcome.acked) {
    found.push(`${outcome.acked} acknowledged, ${outcome.delivered} delivered`)
  }
  return found
}

function paceFaults(plan: Plan, outcome: Outcome): string[] {
  const found: string[] = []
  if (outcome.cores > generatorCoresMax || outcome.lateness.p99 > latenessMsMax) {
    found.push(
      `generator saturated: ${outcome.cores.toFixed(2)} cores, ` +
        `${outcome.lateness.p99.toFixed(1)} ms late at p99`,
    )
  }
  const third = Math.floor(outcome.outstanding.length / 3)
  const first = mean(outcome.outstanding.slice(0, third))
  const last = mean(outcome.outstanding.slice(-third))
  // A second's worth more than at the beginning: what comes in does not go out.
  if (last > first + plan.rate) found.push('the queue grew: the rate is above what it can carry')
  return found
}
