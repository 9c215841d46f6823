// A bounded first-in-first-out queue that runs one task at a time.

/**
 * Bun runs async socket handlers of one connection concurrently (oven-sh/bun#32483), so order
 * has to be made here: a task starts only when the one before it has settled. A task that returns
 * nothing settles at once, without a turn of the event loop.
 */
export class Lane<T> {
  readonly #tasks: T[] = []
  #running = false
  #weight = 0

  constructor(
    private readonly run: (task: T) => Promise<void> | undefined,
    private readonly weigh: (task: T) => number,
    private readonly lengthMax: number,
    private readonly weightMax: number,
  ) {}

  get length(): number {
    return this.#tasks.length
  }

  /** False when the bound is reached: the task was not taken. */
  push(task: T): boolean {
    if (this.#tasks.length >= this.lengthMax) return false
    const weight = this.weigh(task)
    if (this.#weight + weight > this.weightMax) return false
    this.#weight += weight
    this.#tasks.push(task)
    if (!this.#running) this.#drain()
    return true
  }

  clear(): void {
    this.#tasks.length = 0
    this.#weight = 0
  }

  #drain(): void {
    this.#running = true
    let task: T | undefined
    while ((task = this.#tasks.shift()) !== undefined) {
      this.#weight -= this.weigh(task)
      const pending = this.run(task)
      if (pending) {
        pending.finally(() => this.#drain())
        return
      }
    }
    this.#running = false
  }
}
