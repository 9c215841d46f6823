// Does a process grow with the messages it carries: resident size over a million of them.
import { fitLine, short } from '../lib/numbers.ts'
import type { Options } from '../lib/options.ts'
import { residentBytes } from '../lib/proc.ts'
import { writePlot, writeResult } from '../lib/results.ts'
import { runRound } from '../lib/round.ts'
import type { Stack } from '../lib/stack.ts'
import { table } from '../lib/table.ts'
import { bareDatabase, startBare } from '../bare/target.ts'
import { memoryPlot } from './plot.ts'
import { startProduct } from '../product/target.ts'
import type { Growth, MemoryResult } from '../measured.ts'

/** Compilers and buffers find their size in the first part, which the slope leaves out. */
const warmupShare = 0.2
const processes = ['api', 'worker'] as const

export async function benchMemory(stack: Stack, options: Options) {
  const bare = options.without === 'product'
  const target = bare
    ? await startBare(stack, await bareDatabase(stack), 'bare')
    : await startProduct(stack, options)
  try {
    const series: Record<string, number[]> = { api: [], worker: [] }
    const sample = () => {
      for (const name of processes) {
        series[name]!.push(residentBytes(target.watched.get(name)!.pid))
      }
    }
    let timer: Timer | undefined
    const load = {
      pairs: 100,
      depth: 0,
      rate: options.rate,
      warmupMs: 0,
      measureMs: 3_600_000,
      messagesMax: options.messages,
      anyPace: true,
    }
    const round = await runRound(stack, target, load, () => {
      timer = setInterval(sample, options.quick ? 100 : 1_000)
    }).finally(() => clearInterval(timer))
    const result: MemoryResult = {
      machine: stack.machine,
      partial: options.partial,
      target: target.name,
      messages: round.delivered,
      rate: round.rate,
      warmupShare,
      series,
      growth: processes.map((name) => growthOf(name, series[name]!, round.delivered)),
      void: round.void,
    }
    report(result)
    await writeResult('memory', result)
    await writePlot('memory', memoryPlot(result))
    if (round.void.length > 0) process.exitCode = 1
  } finally {
    await target.stop()
  }
}

type Timer = ReturnType<typeof setInterval>

function growthOf(process: string, sizes: readonly number[], messages: number): Growth {
  const from = Math.floor(sizes.length * warmupShare)
  const kept = sizes.slice(from)
  const perSample = messages / Math.max(1, sizes.length)
  const { slope, margin } = fitLine(
    kept.map((_, place) => (from + place) * perSample),
    kept,
  )
  return {
    process,
    bytesPerMessage: Math.round(slope * 100) / 100,
    margin: Math.round(margin * 100) / 100,
    startBytes: sizes[0] ?? 0,
    endBytes: sizes.at(-1) ?? 0,
  }
}

export function printMemory({ growth }: MemoryResult): string {
  return table(
    ['process', 'RSS MB at the start', 'at the end', 'bytes per message after warm-up, 95 %'],
    growth.map((one) => [
      one.process,
      short(one.startBytes / 2 ** 20),
      short(one.endBytes / 2 ** 20),
      `${short(one.bytesPerMessage)} ± ${short(one.margin)}`,
    ]),
  )
}

function report(result: MemoryResult) {
  console.log(
    `${short(result.messages)} messages at ${short(result.rate)}/s through ${result.target}`,
  )
  if (result.void.length > 0) console.log(`VOID: ${result.void.join('; ')}`)
  console.log(printMemory(result))
}
