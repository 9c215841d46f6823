// Something that carries messages from socket to socket, ready to be measured.
import type { Pair } from '../load/plan.ts'
import type { Watched } from './proc.ts'

export interface Target {
  readonly name: 'shortest' | 'bare' | 'product'
  readonly port: number
  /** Its own processes. */
  readonly watched: ReadonlyMap<string, Watched>
  /** That many pairs of devices, allowed to write to each other. */
  pairs(count: number): readonly Pair[]
  /** Rows in Postgres that carry the round's mark. */
  stored(mark: string): Promise<number>
  /** What its statements that store messages have taken, where it tells. */
  statements?(): Promise<Statements>
  stop(): Promise<void>
}

export interface Statements {
  readonly count: number
  readonly milliseconds: number
}

/** Pairs of people on either side; most of them stay silent, as they do anywhere. */
export const pairsMax = 5_000

/**
 * Messages each pair has exchanged before. Plans are made for tables in use: the first minute of a
 * new installation, when the planner believes its tables to be empty, is another question.
 */
export const historyEach = 20
