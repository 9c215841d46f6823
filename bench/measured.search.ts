// What the bench of search measures: types only, as in measured.ts.
import type { Machine } from './lib/machine.ts'
import type { Spread } from './lib/numbers.ts'
import type { Times } from './lib/times.ts'

/** Turns of one kind, of the index of search. */
export interface CostSide {
  /** Delivered per second. */
  readonly rate: Spread
  /** Microseconds on the processors for each message, by process. */
  readonly cpuMicros: Readonly<Record<string, number>>
}

/** What those who send pay for the index of search: turns with it, and turns without. */
export interface SearchCost {
  readonly pairs: number
  /** With the index to without, pair by pair: messages per second, and time on the processors for each. */
  readonly rate: Spread
  readonly cpu: Spread
  readonly kept: CostSide
  readonly left: CostSide
  /** From the last answer until nothing was left to index. */
  readonly lagMs: Spread
  readonly coresOfOthers: number
  readonly void: readonly string[]
}

/** How long somebody takes to find what was said. */
export interface SearchResult {
  readonly machine: Machine
  readonly partial: boolean
  readonly rounds: number
  readonly messages: number
  /** Of the one who searches. */
  readonly conversations: number
  readonly questions: readonly {
    readonly name: string
    readonly times: Times
    readonly void: readonly string[]
  }[]
  /** Of a small installation alone. */
  readonly designs: readonly {
    readonly name: string
    readonly rare: Times
    readonly frequent: Times
    readonly size: number
  }[]
  /** Microseconds to index a new message. */
  readonly perMessage: number
  /** Kibibytes. */
  readonly sizes: Readonly<Record<'messages' | 'texts' | 'index', number>>
  readonly coresOfOthers: number
  readonly cost?: SearchCost
}
