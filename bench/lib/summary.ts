// Rounds of one load, taken together: medians, spreads, and whether they may be used at all.
import type { Percentiles } from '../load/plan.ts'
import { median, spread, type Spread } from './numbers.ts'
import type { Round } from './round.ts'
import type { Target } from './target.ts'

export interface LoadSummary {
  readonly load: string
  readonly target: Target['name']
  readonly rounds: number
  readonly messages: number
  readonly rate: Spread
  readonly ack: Percentiles
  readonly delivery: Percentiles
  /** Of the median of each round, to show how much rounds differ. */
  readonly deliveryP50: Spread
  readonly cpuMicros: Readonly<Record<string, number>>
  readonly generatorCores: number
  readonly coresOfOthers: number
  readonly void: readonly string[]
}

export function summarise(load: string, rounds: readonly Round[]): LoadSummary[] {
  const names = [...new Set(rounds.map((round) => round.target))]
  return names.map((name) =>
    summary(
      load,
      rounds.filter((round) => round.target === name),
    ),
  )
}

function summary(load: string, rounds: readonly Round[]): LoadSummary {
  const processes = Object.keys(rounds[0]!.cpuMicros)
  return {
    load,
    target: rounds[0]!.target,
    rounds: rounds.length,
    messages: rounds.reduce((sum, round) => sum + round.delivered, 0),
    rate: spread(rounds.map((round) => round.rate)),
    ack: medians(rounds.map((round) => round.ack)),
    delivery: medians(rounds.map((round) => round.delivery)),
    deliveryP50: spread(rounds.map((round) => round.delivery.p50)),
    cpuMicros: Object.fromEntries(
      processes.map((process) => [
        process,
        median(rounds.map((round) => round.cpuMicros[process]!)),
      ]),
    ),
    generatorCores: median(rounds.map((round) => round.cores)),
    coresOfOthers: median(rounds.map((round) => round.coresOfOthers)),
    void: [...new Set(rounds.flatMap((round) => round.void))],
  }
}

/** Each percentile the median of those of the rounds; the greatest is the greatest of all. */
export function medians(all: readonly Percentiles[]): Percentiles {
  const of = (pick: (one: Percentiles) => number) => median(all.map(pick))
  return {
    p50: of((one) => one.p50),
    p95: of((one) => one.p95),
    p99: of((one) => one.p99),
    p999: of((one) => one.p999),
    max: Math.max(...all.map((one) => one.max)),
    mean: of((one) => one.mean),
  }
}
