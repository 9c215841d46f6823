// A page of events under way: it is full when it holds so many, or is so large.
import type { SyncEvent } from '../../protocol/sync.ts'
import { limits } from './limits.ts'

export class SyncPage {
  readonly events: SyncEvent[] = []
  #bytes = 0
  #hasRefused = false

  constructor(private readonly eventsMax: number) {}

  get room(): number {
    return Math.max(0, this.eventsMax - this.events.length)
  }

  /** Nothing that comes now would fit, as far as can be known. */
  get isFull(): boolean {
    return this.#hasRefused || this.room === 0
  }

  /** False when it did not fit. The first always does. */
  add(event: SyncEvent): boolean {
    const bytes = Buffer.byteLength(JSON.stringify(event)) + 1
    const isTooMuch = this.room === 0 || this.#bytes + bytes > limits.sync.pageBytes
    if (isTooMuch && this.events.length > 0) {
      this.#hasRefused = true
      return false
    }
    this.events.push(event)
    this.#bytes += bytes
    return true
  }

  /** What is not torn: a page that is empty takes it whatever its bounds, or nothing would ever be shown. */
  addTogether(events: readonly SyncEvent[]): boolean {
    if (this.events.length > 0) return this.addAll(events)
    this.events.push(...events)
    this.#bytes += Buffer.byteLength(JSON.stringify(events))
    return true
  }

  /** All or none of them. */
  addAll(events: readonly SyncEvent[]): boolean {
    const [length, bytes] = [this.events.length, this.#bytes]
    if (events.every((event) => this.add(event))) return true
    this.events.length = length
    this.#bytes = bytes
    return false
  }
}
