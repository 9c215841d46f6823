// What does a message cost: bare INSERT, bare pipeline and product, in turns, in one run.
import { bareDatabase, startBare } from '../bare/target.ts'
import { insertResult, runInsert, sweepInsert } from '../insert/insert.ts'
import { short } from '../lib/numbers.ts'
import type { Options } from '../lib/options.ts'
import { printProfile } from '../lib/profile.ts'
import { writePlot, writeResult } from '../lib/results.ts'
import { runQuietRound, runRound, type Load, type Round } from '../lib/round.ts'
import type { Stack } from '../lib/stack.ts'
import { summarise, type LoadSummary } from '../lib/summary.ts'
import type { Target } from '../lib/target.ts'
import { sendPlot } from './plot.ts'
import { printSend } from './table.ts'
import { startProduct } from '../product/target.ts'
import type { InsertRun, SendResult } from '../measured.ts'

interface Closed {
  readonly name: string
  readonly pairs: number
  readonly depth: number
  readonly door?: 'rest'
  /** Who is asked; without: bare pipeline and product. */
  readonly of?: readonly Target['name'][]
}

const closedLoads: readonly Closed[] = [
  { name: '1×1', pairs: 1, depth: 1, of: ['shortest', 'bare', 'product'] },
  { name: '25×4', pairs: 25, depth: 4 },
  { name: '100×4', pairs: 100, depth: 4 },
  { name: '100×4 REST', pairs: 100, depth: 4, door: 'rest' },
  { name: '200×8', pairs: 200, depth: 8 },
]
/** The middle of the day: messages per second, whatever the machine could carry. */
const middle = [1_000, 4_000]
/** The load whose ceiling the open loop takes half of. */
const kneeLoad = '100×4'

export async function benchSend(stack: Stack, options: Options) {
  const bareUrl = await bareDatabase(stack)
  const { sweep, best } = await sweepInsert(stack, bareUrl, options)
  const targets = await startTargets(stack, bareUrl, options)
  try {
    await warmUp(stack, targets, options)
    const inserts: InsertRun[] = []
    const closed: LoadSummary[] = []
    for (const { name, of = ['bare', 'product'], ...shape } of chosen(options)) {
      const load = { ...shape, warmupMs: options.warmupMs, measureMs: options.measureMs }
      const asked = targets.filter((target) => of.includes(target.name))
      const rounds = await inTurns(stack, asked, load, options, async () => {
        if (name === kneeLoad) {
          inserts.push(await runInsert(stack, bareUrl, best, options.measureMs))
        }
      })
      closed.push(...summarise(name, rounds))
    }
    const pipelines = targets.filter(({ name }) => name !== 'shortest')
    // A profile is of the ceiling alone.
    const open = options.profile ? [] : await openLoops(stack, pipelines, closed, options)
    const result: SendResult = {
      machine: stack.machine,
      partial: options.partial,
      rounds: options.rounds,
      insert: insertResult(sweep, best, inserts.length > 0 ? inserts : sweep),
      closed,
      open,
    }
    console.log(printSend(result))
    await writeResult('send', result)
    await writePlot('send', sendPlot(result))
    if ([...closed, ...open].some((summary) => summary.void.length > 0)) process.exitCode = 1
  } finally {
    await Promise.all(targets.map((target) => target.stop()))
  }
  if (options.profile) console.log(`\n${await printProfile(options.profile)}`)
}

/** `--only 100x4-rest`, `--only middle`. */
function isWanted({ only }: Options, name: string): boolean {
  return only === undefined || only === name.toLowerCase().replace('×', 'x').replace(' ', '-')
}

const chosen = (options: Options) => closedLoads.filter(({ name }) => isWanted(options, name))

async function startTargets(stack: Stack, bareUrl: string, options: Options): Promise<Target[]> {
  const targets: Target[] = []
  if (options.without !== 'bare') {
    targets.push(await startBare(stack, bareUrl, 'shortest'))
    targets.push(await startBare(stack, bareUrl, 'bare'))
  }
  if (options.without !== 'product') targets.push(await startProduct(stack, options))
  return targets
}

/** Compilers and caches settle before anything counts. */
async function warmUp(stack: Stack, targets: readonly Target[], options: Options) {
  const measureMs = options.quick ? 1_000 : 5_000
  for (const target of targets) {
    await runRound(stack, target, { pairs: 50, depth: 4, warmupMs: 0, measureMs })
  }
}

/** b c b c …, so that a slow minute of the machine falls on both. */
async function inTurns(
  stack: Stack,
  targets: readonly Target[],
  load: Load,
  options: Options,
  between: () => Promise<void>,
): Promise<Round[]> {
  const rounds: Round[] = []
  for (let turn = 0; turn < options.rounds; turn++) {
    await between()
    for (const target of targets) {
      const measure = options.quick ? runRound : runQuietRound
      const round = await measure(stack, target, load)
      rounds.push(round)
      console.log(progress(load, round))
    }
  }
  return rounds
}

function progress(load: Load, round: Round): string {
  const door = load.door ? ' REST' : ''
  const what = load.rate ? `${short(load.rate)}/s` : `${load.pairs}×${load.depth}${door}`
  const { p50, p99 } = round.delivery
  const bad = round.void.length > 0 ? `  VOID: ${round.void.join('; ')}` : ''
  const others = `others ${round.coresOfOthers.toFixed(2)} cores`
  const speed = `${short(round.rate)}/s, ${short(p50)} / ${short(p99)} ms`
  return `${round.target} ${what}: ${speed}, ${others}${bad}`
}

/** The middle of the day, and half of what the product can carry; the same for both. */
async function openLoops(
  stack: Stack,
  targets: readonly Target[],
  closed: readonly LoadSummary[],
  options: Options,
): Promise<LoadSummary[]> {
  const measured = targets.at(-1)!.name
  const ceiling = closed.find(({ load, target }) => load === kneeLoad && target === measured)
  const half = ceiling ? [Math.round(ceiling.rate.median / 2)] : []
  const summaries: LoadSummary[] = []
  for (const rate of [...(isWanted(options, 'middle') ? middle : []), ...half]) {
    const load = {
      pairs: 100,
      depth: 0,
      rate,
      warmupMs: options.warmupMs,
      measureMs: options.quick ? options.measureMs : options.measureMs * 3,
    }
    const rounds = await inTurns(stack, targets, load, options, async () => {})
    summaries.push(...summarise(`${short(rate)}/s`, rounds))
  }
  return summaries
}
