// Bodies of uploads that come at the same time: few are read at once, so what they hold does not grow
// with their number. Who waits is not asked for more, and so neither is who sends.
import type { State } from '../../context.ts'
import type { Clock, Timer } from '../../core/clock.ts'
import type { Metrics } from '../../infra/metrics.ts'
import { limits } from './limits.ts'

const bounds = limits.media.intake

export class Intake {
  #reading = 0
  /** In the order in which they came. */
  readonly #waiting = new Set<() => void>()

  constructor(
    private readonly clock: Clock,
    private readonly metrics: Pick<Metrics, 'uploadBytes'>,
  ) {}

  /** The same pieces. They are opened by the first who asks, once it is their turn. */
  async *read(open: () => AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, undefined> {
    const turn = new Turn(this, this.clock)
    await turn.begin()
    const pieces = open()[Symbol.asyncIterator]()
    try {
      for (;;) {
        const { done, value } = await turn.while(pieces.next())
        if (done) return undefined
        await turn.begin()
        // Whoever takes it may give its memory back: then it has no length any more.
        const bytes = value.length
        this.metrics.uploadBytes.inc(bytes)
        try {
          yield value
        } finally {
          this.metrics.uploadBytes.dec(bytes)
        }
        turn.read(bytes)
      }
    } finally {
      turn.end()
      await pieces.return?.()
    }
  }

  async enter(): Promise<void> {
    if (this.#reading < bounds.turns) return void this.#reading++
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#waiting.add(resolve)
    const timer = this.clock.after(bounds.waitMs, () => this.#admit(resolve))
    await promise
    timer.stop()
  }

  leave(): void {
    this.#reading--
    const [next] = this.#waiting
    if (next && this.#reading < bounds.turns) this.#admit(next)
  }

  #admit(waiting: () => void): void {
    if (!this.#waiting.delete(waiting)) return
    this.#reading++
    waiting()
  }
}

/** Of one body. Whoever sends or stores slowly keeps nobody waiting: theirs ends while they do. */
class Turn {
  #timer: Timer | null = null
  #bytes = 0

  constructor(
    private readonly intake: Intake,
    private readonly clock: Clock,
  ) {}

  async begin(): Promise<void> {
    if (this.#timer) return
    await this.intake.enter()
    this.#bytes = 0
    this.#timer = this.clock.after(bounds.turnMs, () => this.end())
  }

  async while<T>(next: Promise<T>): Promise<T> {
    const timer = this.clock.after(bounds.idleMs, () => this.end())
    try {
      return await next
    } finally {
      timer.stop()
    }
  }

  read(bytes: number): void {
    this.#bytes += bytes
    if (this.#bytes >= bounds.turnBytes) this.end()
  }

  end(): void {
    if (!this.#timer) return
    this.#timer.stop()
    this.#timer = null
    this.intake.leave()
  }
}

export const intake: State<Intake> = {
  name: 'intake',
  create: ({ clock, metrics }) => new Intake(clock, metrics),
}
