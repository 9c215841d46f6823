// Fair queueing: heavy work is done for one place after the other, however many wait at one of them.
import { Failure } from './failure.ts'

export interface FairBounds {
  /** Pieces of work that run at once. */
  readonly parallelMax: number
  /** Those that wait, of all places together. */
  readonly waitingMax: number
  /** About how long one takes: what those who are refused are told to wait goes by it. */
  readonly workMs: number
}

interface Waiting {
  readonly begin: () => void
  readonly refuse: (failure: Failure) => void
}

/**
 * Round robin: each place has a line of its own, and the lines have their turns. Whoever comes
 * alone waits for what runs and for one piece of work of every other place at most. Beyond the
 * bounds nobody waits: an answer that comes too late is work in vain.
 */
export class FairQueue {
  /** By place, those whose turn is next first. A line that is empty is not in it. */
  readonly #lines = new Map<string, Waiting[]>()
  #running = 0
  /** Whose turn it was last. */
  #last = ''
  #waiting = 0

  constructor(private readonly bounds: FairBounds) {}

  /** Throws `tooManyRequests` when so many of this place wait that one more would be refused. */
  expectRoom(place: string, lineMax: number): void {
    const length = this.#lines.get(place)?.length ?? 0
    if (length >= lineMax) throw this.#refusal('tooManyRequests', length)
  }

  /**
   * Rejects with `tooManyRequests` when so many of this place wait already, which is its own doing,
   * and with `busy` when too many of all do.
   */
  async run<T>(place: string, lineMax: number, work: () => Promise<T>): Promise<T> {
    if (this.#running < this.bounds.parallelMax) this.#begin(place)
    else await this.#queue(place, lineMax)
    try {
      return await work()
    } finally {
      this.#passOn()
    }
  }

  #queue(place: string, lineMax: number): Promise<void> {
    this.expectRoom(place, lineMax)
    const line = this.#lines.get(place) ?? []
    if (this.#waiting >= this.bounds.waitingMax && !this.#makeRoom(line.length)) {
      throw this.#refusal('busy', line.length)
    }
    this.#waiting++
    this.#lines.set(place, line)
    return new Promise((begin, refuse) => line.push({ begin, refuse }))
  }

  /** Whose line is the longest gives way to one who has less; a crowd of places is no way in. */
  #makeRoom(mine: number): boolean {
    let longest: Waiting[] = []
    for (const line of this.#lines.values()) if (line.length > longest.length) longest = line
    if (longest.length <= mine + 1) return false
    const failure = this.#refusal('busy', longest.length)
    longest.pop()?.refuse(failure)
    this.#waiting--
    return true
  }

  #begin(place: string): void {
    this.#running++
    this.#last = place
  }

  /** To the first of the next line, which then stands behind all others. */
  #passOn(): void {
    this.#running--
    const place = this.#next()
    const line = place === undefined ? undefined : this.#lines.get(place)
    if (place === undefined || !line) return
    const first = line.shift()
    this.#waiting--
    this.#lines.delete(place)
    if (line.length > 0) this.#lines.set(place, line)
    this.#begin(place)
    first?.begin()
  }

  /** Not the same again while others wait: they may have come after it was put behind them. */
  #next(): string | undefined {
    const [first, second] = this.#lines.keys()
    return first === this.#last ? (second ?? first) : first
  }

  /** When those who wait at this place have had their turns. */
  #refusal(reason: 'busy' | 'tooManyRequests', ahead: number): Failure {
    const { parallelMax, workMs } = this.bounds
    const turns = Math.min(this.#waiting, ahead * this.#lines.size) / parallelMax
    return new Failure(reason, { retry_after: Math.max(1, Math.ceil((turns * workMs) / 1000)) })
  }
}
