// What each bench measures: types only, so that tables and plots need no bench.
import type { Machine } from './lib/machine.ts'
import type { Spread } from './lib/numbers.ts'
import type { LoadSummary } from './lib/summary.ts'
import type { Times } from './lib/times.ts'
import type { Target } from './lib/target.ts'
import type { Percentiles } from './load/plan.ts'
import type { Community } from './timeline/seed.ts'

export type Name = 'bare' | 'product'

export interface Level {
  readonly sockets: number
  readonly residentBytes: number
}

export interface ConnectSide {
  /** The product, too, with owners who are in many groups. */
  readonly name: Name | 'grouped'
  readonly levels: readonly Level[]
  /** The slope over the steps. */
  readonly bytesPerSocket: number
  readonly connectsPerSecond: Spread
  /** Of the API process. */
  readonly cpuMicrosPerConnect: number
  readonly void: readonly string[]
}

export interface ConnectResult {
  readonly machine: Machine
  readonly partial: boolean
  readonly sides: readonly ConnectSide[]
}

export interface InsertRun {
  readonly connections: number
  readonly rate: number
  readonly cpuMicros: Readonly<Record<string, number>>
}

export interface InsertResult {
  readonly sweep: readonly InsertRun[]
  readonly best: number
  readonly rate: Spread
  readonly cpuMicros: Readonly<Record<string, number>>
}

export interface Growth {
  readonly process: string
  /** Bytes per message after warm-up, and half of the 95 % interval. */
  readonly bytesPerMessage: number
  readonly margin: number
  readonly startBytes: number
  readonly endBytes: number
}

export interface MemoryResult {
  readonly machine: Machine
  readonly partial: boolean
  readonly target: Target['name']
  readonly messages: number
  readonly rate: number
  readonly warmupShare: number
  /** One sample a second. */
  readonly series: Readonly<Record<string, readonly number[]>>
  readonly growth: readonly Growth[]
  readonly void: readonly string[]
}

interface Sizes {
  readonly api: number
  readonly worker: number
}

/** Resident bytes while files come. */
export interface UploadsRun {
  readonly way: 'form' | 'tus'
  readonly seconds: number
  readonly before: Sizes
  readonly highest: Sizes
  /** A little later. */
  readonly after: Sizes
}

export interface UploadsResult {
  readonly machine: Machine
  readonly partial: boolean
  readonly parallel: number
  /** Of each file. */
  readonly bytes: number
  readonly runs: readonly UploadsRun[]
}

export interface SendResult {
  readonly machine: Machine
  readonly partial: boolean
  readonly rounds: number
  readonly insert: InsertResult
  readonly closed: readonly LoadSummary[]
  readonly open: readonly LoadSummary[]
}

export interface ViewerResult {
  readonly viewer: string
  readonly friends: number
  /** Pages there were, at most as many as were asked for. */
  readonly pages: number
  readonly first: Times
  readonly walk: Times
  /** The last page, asked for as often as the first one. */
  readonly last: Times
  /** The same page by its number. */
  readonly numbered: Times
  readonly void: readonly string[]
}

export interface TimelineResult {
  readonly machine: Machine
  readonly partial: boolean
  readonly rounds: number
  readonly community: Community
  readonly pages: number
  readonly bare: Times
  readonly viewers: readonly ViewerResult[]
  readonly coresOfOthers: number
}

export interface ListsResult {
  readonly machine: Machine
  readonly partial: boolean
  readonly rounds: number
  readonly bare: Times
  readonly installations: readonly {
    /** All there are, those of others included. */
    readonly conversations: number
    readonly owners: readonly {
      readonly conversations: number
      readonly kind: 'people' | 'groups'
      readonly list: Times
      readonly unread: Times
      readonly void: readonly string[]
    }[]
  }[]
  readonly coresOfOthers: number
}

/** Microseconds of the mean message; the median of the rounds. */
export interface Stages {
  readonly target: Target['name']
  /** From the sending to the ack, and to the other socket. */
  readonly ack: number
  readonly arrival: number
  /** The statement, there and back; in Postgres: planning and executing; until it is on disk. */
  readonly statement: number
  readonly executing: number
  readonly flushing: number
}

export interface StagesResult {
  readonly machine: Machine
  readonly partial: boolean
  readonly rounds: number
  readonly targets: readonly Stages[]
  readonly coresOfOthers: number
  readonly void: readonly string[]
}

/** One load of a crowd of sockets, its rounds taken together. */
export interface CrowdSummary {
  readonly load: string
  readonly target: Name
  readonly sockets: number
  /** Per second. */
  readonly messages: Spread
  readonly deliveries: Spread
  /** Milliseconds to the acknowledgement, and to the last socket. */
  readonly ack: Percentiles
  readonly toLast: Percentiles
  /** Its messages to those between two people in the round before: turn by turn. */
  readonly ofDirect?: Spread
  /** Microseconds on the processors per delivered frame. */
  readonly cpuMicros: Readonly<Record<string, number>>
  readonly crowdCores: number
  readonly coresOfOthers: number
  readonly void: readonly string[]
}

export interface FanoutResult {
  readonly machine: Machine
  readonly partial: boolean
  readonly rounds: number
  readonly crowds: readonly CrowdSummary[]
  /** Between two people: the ceiling, and at a pace, alone and beside a big group. */
  readonly direct: readonly LoadSummary[]
  /** Messages per second in the big group meanwhile. */
  readonly beside: number
}

/** How long somebody takes to catch up, in installations of different sizes. */
export interface SyncResult {
  readonly machine: Machine
  readonly partial: boolean
  readonly rounds: number
  /** Of the one who asks. */
  readonly conversations: number
  readonly bare: Times
  readonly installations: readonly {
    readonly messages: number
    readonly questions: readonly {
      readonly name: string
      readonly times: Times
      readonly bytes: number
      /** Requests until there was no more. */
      readonly pages: number
      readonly void: readonly string[]
    }[]
  }[]
  readonly coresOfOthers: number
}

/** What it costs a node that people come and go, of whom some are watched there. */
export interface PresenceResult {
  readonly machine: Machine
  readonly partial: boolean
  readonly rounds: number
  readonly crowds: readonly {
    readonly online: number
    readonly watched: number
    readonly watchers: number
    /** Milliseconds on the processor of the API process, for one going and coming of all. */
    readonly cpuMs: Spread
    /** From their going, or coming, to the frame. */
    readonly gone: Times
    readonly back: Times
    readonly void: readonly string[]
  }[]
  readonly coresOfOthers: number
}

/** What a notification costs by what is looked at before it is sent. */
export interface PushResult {
  readonly machine: Machine
  readonly partial: boolean
  readonly rounds: number
  readonly jobs: number
  readonly sides: readonly {
    readonly name: string
    /** Jobs per second. */
    readonly rate: Spread
    /** Microseconds on the processors per job, by process. */
    readonly cpuMicros: Readonly<Record<string, number>>
    readonly void: readonly string[]
  }[]
  readonly coresOfOthers: number
}
