// A reorder buffer: answers of one socket leave in the order of its requests, however their work overlaps.

export interface Slot {
  frame: string | null | undefined
}

export class Answers {
  #slots: Slot[] = []
  #scheduled = false
  #waiting: { below: number; resolve: () => void }[] = []

  constructor(private readonly send: (frames: readonly string[]) => void) {}

  get open(): number {
    return this.#slots.length
  }

  /** Takes the next place in the order. */
  take(): Slot {
    const slot: Slot = { frame: undefined }
    this.#slots.push(slot)
    return slot
  }

  /** Gives the answer of a place; null for none. */
  fill(slot: Slot, frame: string | null): void {
    slot.frame = frame
    if (this.#scheduled || this.#slots[0]?.frame === undefined) return
    this.#scheduled = true
    // Not at once: a batch answers many requests of one socket in a row, and one write carries
    // them all.
    queueMicrotask(() => this.#flush())
  }

  /** Resolves when fewer than `below` answers are outstanding. */
  async until(below: number): Promise<void> {
    if (this.#slots.length < below) return
    await new Promise<void>((resolve) => this.#waiting.push({ below, resolve }))
  }

  #flush(): void {
    this.#scheduled = false
    const done = this.#slots.findIndex((slot) => slot.frame === undefined)
    const ready = this.#slots.splice(0, done === -1 ? this.#slots.length : done)
    const frames = ready.flatMap((slot) => (typeof slot.frame === 'string' ? [slot.frame] : []))
    if (frames.length > 0) this.send(frames)
    if (this.#waiting.length === 0) return
    const free = this.#waiting.filter((each) => this.#slots.length < each.below)
    this.#waiting = this.#waiting.filter((each) => this.#slots.length >= each.below)
    for (const each of free) each.resolve()
  }
}
