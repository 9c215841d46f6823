// How a job ends that is not done: put off by `retry`, or given up by `giveUp`. Both say why, in words
// that the board may show. Whatever else a handler throws nobody has foreseen: a fault of ours.
import { UnrecoverableError } from 'bullmq'
import { isFailure } from '../src/core/failure.ts'
import { isDatabaseAway } from '../src/infra/db.ts'
import { reasonText, type Reason } from '../src/infra/reasons.ts'
import { isRedisAway } from '../src/infra/redis.ts'

interface Told {
  /** A status or a reply code; see infra/reasons. */
  readonly detail?: string | number | null
  /** The handler has logged it, or complains of it once for many. */
  readonly logged?: boolean
  /** For the log alone. */
  readonly cause?: unknown
}

interface Asked extends Told {
  /** Seconds the other side wants to be left alone; longer than the queue's own pause, it counts. */
  readonly after?: number
  /** Attempts in all, if it does not pass by waiting. */
  readonly attemptsMax?: number
}

export class Retry extends Error {
  override readonly name = 'Retry'
  readonly logged: boolean
  readonly afterMs: number
  readonly attemptsMax: number

  constructor(reason: Reason, { detail, logged, after, attemptsMax, cause }: Asked) {
    super(reasonText(reason, detail), { cause })
    this.logged = logged ?? false
    this.afterMs = (after ?? 0) * 1000
    this.attemptsMax = attemptsMax ?? Infinity
  }
}

/** BullMQ knows it by its class, and does not try again. */
export class GiveUp extends UnrecoverableError {
  readonly logged: boolean

  constructor(reason: Reason, { detail, logged, cause }: Told) {
    super(reasonText(reason, detail))
    this.logged = logged ?? false
    this.cause = cause
  }
}

/** To be tried again, after the pause of its queue. */
export function retry(reason: Reason, asked: Asked = {}): Retry {
  return new Retry(reason, asked)
}

/** Never to be tried again by itself: it stays among the failed jobs for somebody to look at. */
export function giveUp(reason: Reason, told: Told = {}): GiveUp {
  return new GiveUp(reason, told)
}

export function isForeseen(error: unknown): error is Retry | GiveUp {
  return error instanceof Retry || error instanceof GiveUp
}

/** Any step of any handler may find Postgres or Redis away: that is said here, once. */
export function explained(error: unknown): unknown {
  if (isForeseen(error)) return error
  if (isRedisAway(error)) return retry('redisAway', { cause: error })
  const away = isFailure(error, 'databaseUnavailable') || isDatabaseAway(error)
  return away ? retry('databaseAway', { cause: error }) : error
}
