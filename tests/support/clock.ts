// A clock whose repeating timers a test can fire, and one that a test sets forward.
import { systemClock, type Clock, type Timer } from '../../src/core/clock.ts'
import { limits } from '../../src/limits.ts'

export class FiringClock implements Clock {
  readonly #repeating = new Map<number, Set<() => void>>()
  #ahead = 0

  /** What repeats with one of these periods runs when it is fired and never by itself. */
  constructor(private readonly byHand: readonly number[] = []) {}

  now(): Date {
    return systemClock.now()
  }

  elapsed(): number {
    return systemClock.elapsed() + this.#ahead
  }

  /** For those who measure time; nothing is fired. */
  passes(milliseconds: number): void {
    this.#ahead += milliseconds
  }

  after(milliseconds: number, run: () => void): Timer {
    return systemClock.after(milliseconds, run)
  }

  every(milliseconds: number, run: () => void): Timer {
    const runs = this.#repeating.get(milliseconds) ?? new Set()
    this.#repeating.set(milliseconds, runs.add(run))
    const timer = this.byHand.includes(milliseconds) ? null : systemClock.every(milliseconds, run)
    return {
      stop() {
        timer?.stop()
        runs.delete(run)
      },
    }
  }

  /** Runs what repeats with this period once, now. */
  fire(milliseconds: number): void {
    const runs = this.#repeating.get(milliseconds)
    if (!runs || runs.size === 0) throw new Error(`nothing repeats every ${milliseconds} ms`)
    for (const run of runs) run()
  }
}

/**
 * With it nodes never look at sessions by themselves: a socket closes because they were told. The
 * sweeper, which has the same period, rests too.
 */
export const trustingClock: Clock = {
  ...systemClock,
  every: (milliseconds, run) =>
    milliseconds === limits.recheck.everyAloneMs
      ? { stop() {} }
      : systemClock.every(milliseconds, run),
}

/** The time of day can be set forward, and one chosen wait made shorter or longer. */
export class ShiftedClock implements Clock {
  ahead = 0
  shortens = false

  constructor(private readonly wait: { readonly shorten: number; readonly to: number }) {}

  now(): Date {
    return new Date(systemClock.now().getTime() + this.ahead)
  }

  elapsed(): number {
    return systemClock.elapsed()
  }

  after(milliseconds: number, run: () => void): Timer {
    const short = this.shortens && milliseconds === this.wait.shorten
    return systemClock.after(short ? this.wait.to : milliseconds, run)
  }

  every(milliseconds: number, run: () => void): Timer {
    return systemClock.every(milliseconds, run)
  }
}
