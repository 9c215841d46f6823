// Every message of a round by its number: when it was due, what became of it, how long that took.
import type { Percentiles } from './plan.ts'

const state = { acked: 1, delivered: 2, refused: 4 } as const

/** A list of measurements that grows without boxing its numbers. */
export class Samples {
  #values = new Float64Array(16_384)
  #length = 0

  add(value: number) {
    if (this.#length === this.#values.length) {
      const wider = new Float64Array(this.#length * 2)
      wider.set(this.#values)
      this.#values = wider
    }
    this.#values[this.#length++] = value
  }

  percentiles(): Percentiles {
    const sorted = this.#values.subarray(0, this.#length).toSorted()
    const at = (share: number) => {
      const value = sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]
      return Math.round((value ?? 0) * 1000) / 1000
    }
    const mean = sorted.reduce((sum, value) => sum + value, 0) / Math.max(1, sorted.length)
    return { p50: at(0.5), p95: at(0.95), p99: at(0.99), p999: at(0.999), max: at(1), mean }
  }
}

export class Ledger {
  readonly ack = new Samples()
  readonly delivery = new Samples()
  readonly lateness = new Samples()
  measuring = false
  sent = 0
  acked = 0
  refused = 0
  delivered = 0
  repeated = 0
  deliveredInWindow = 0
  #due = new Float64Array(65_536)
  #state = new Uint8Array(65_536)

  /** The number of the next message, which was due at `due` and leaves at `now`. */
  begin(due: number, now: number): number {
    const number = this.sent++
    if (number === this.#due.length) this.#grow()
    this.#due[number] = due
    if (this.measuring) this.lateness.add(now - due)
    return number
  }

  /** Whether this was news. */
  ackedAt(number: number, now: number): boolean {
    if (!this.#mark(number, state.acked)) return false
    this.acked++
    if (this.measuring) this.ack.add(now - this.#due[number]!)
    return true
  }

  deliveredAt(number: number, now: number): boolean {
    if (!this.#mark(number, state.delivered)) {
      this.repeated++
      return false
    }
    this.delivered++
    if (this.measuring) {
      this.deliveredInWindow++
      this.delivery.add(now - this.#due[number]!)
    }
    return true
  }

  refuse(number: number): boolean {
    if (!this.#mark(number, state.refused)) return false
    this.refused++
    return true
  }

  /** Acknowledged and with the other side: the pair may say the next thing. */
  settled(number: number): boolean {
    return (this.#state[number]! & 3) === (state.acked | state.delivered)
  }

  get outstanding(): number {
    return this.sent - this.delivered - this.refused
  }

  get quiet(): boolean {
    return this.outstanding <= 0 && this.acked + this.refused >= this.sent
  }

  #mark(number: number, bit: number): boolean {
    if (number >= this.sent || (this.#state[number]! & bit) !== 0) return false
    this.#state[number]! |= bit
    return true
  }

  #grow() {
    const due = new Float64Array(this.#due.length * 2)
    due.set(this.#due)
    const next = new Uint8Array(due.length)
    next.set(this.#state)
    this.#due = due
    this.#state = next
  }
}
