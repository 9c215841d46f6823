// A clock a test moves by hand, and the wait for a state that every test here uses.
import type { Clock } from '../../src/client/ports.ts'

interface Alarm {
  readonly at: number
  readonly order: number
  readonly run: () => void
}

export class ManualClock implements Clock {
  #now = 1_000_000
  #count = 0
  readonly #alarms = new Set<Alarm>()

  now(): number {
    return this.#now
  }

  after(milliseconds: number, run: () => void): () => void {
    const alarm = { at: this.#now + Math.max(0, milliseconds), order: this.#count++, run }
    this.#alarms.add(alarm)
    return () => void this.#alarms.delete(alarm)
  }

  get pending(): number {
    return this.#alarms.size
  }

  /** Lets promises settle, goes to the next alarm and rings it. False when there is none. */
  async step(): Promise<boolean> {
    await settle()
    const [next] = [...this.#alarms].toSorted((a, b) => a.at - b.at || a.order - b.order)
    if (!next) return false
    this.#alarms.delete(next)
    this.#now = Math.max(this.#now, next.at)
    next.run()
    await settle()
    return true
  }

  /** Moves time by this much, ringing what falls due on the way. */
  async pass(milliseconds: number): Promise<void> {
    const end = this.#now + milliseconds
    for (;;) {
      await settle()
      const due = [...this.#alarms].some((alarm) => alarm.at <= end)
      if (!due) break
      await this.step()
    }
    this.#now = end
    await settle()
  }
}

/** Lets every promise that can settle do so, a response's body included. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve))
}

/** Waits for a state of the real world; fails with what it waited for. */
export async function until(
  what: string,
  holds: () => boolean | Promise<boolean>,
  deadlineMs = 15_000,
): Promise<void> {
  const end = performance.now() + deadlineMs
  while (!(await holds())) {
    if (performance.now() > end) throw new Error(`Waited in vain for: ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}
