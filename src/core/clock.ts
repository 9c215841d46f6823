// The only reader of time and the only setter of timers, so that a test can move both.

export interface Timer {
  stop(): void
}

export interface Clock {
  /** Wall time; expiry and everything shown to people. */
  now(): Date
  /** Monotonic milliseconds; durations, deadlines and buckets in one process. */
  elapsed(): number
  after(milliseconds: number, run: () => void): Timer
  /** Runs again and again; a run that throws or rejects must be handled by the caller. */
  every(milliseconds: number, run: () => void): Timer
}

export const systemClock: Clock = {
  now: () => new Date(),
  elapsed: () => performance.now(),
  after(milliseconds, run) {
    const timer = setTimeout(run, milliseconds)
    return { stop: () => clearTimeout(timer) }
  },
  every(milliseconds, run) {
    const timer = setInterval(run, milliseconds)
    return { stop: () => clearInterval(timer) }
  },
}

/** Unix time in whole seconds, the `timestamp` of every frame. */
export function unixSeconds(clock: Clock): number {
  return Math.floor(clock.now().getTime() / 1000)
}

/** Rejects with `late()` when the work is not settled in time; the work itself goes on. */
export function withDeadline<T>(
  clock: Clock,
  milliseconds: number,
  work: Promise<T>,
  late: () => Error,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = clock.after(milliseconds, () => reject(late()))
    work.then(resolve, reject).finally(() => timer.stop())
  })
}
