// What one process keeps of each feature: caches, batchers, loaders. Made when first asked for.

/** How one is made, from what a process has, and taken down with it. */
export interface State<T, Base> {
  readonly name: string
  create(base: Base): T
  close?(value: T): Promise<void> | void
}

/** One of each for a process; a test with two nodes has two. */
export class States<Base> {
  readonly #values = new Map<State<never, Base>, unknown>()

  constructor(private readonly base: () => Base) {}

  /** The same each time: a look into a map, for this is on the way of every message. */
  of<T>(state: State<T, Base>): T {
    const found = this.#values.get(state as never) as T | undefined
    if (found !== undefined) return found
    const made = state.create(this.base())
    this.#values.set(state as never, made)
    return made
  }

  /** The youngest first: what stands on another is closed before it. */
  async close(): Promise<void> {
    for (const [state, value] of [...this.#values].toReversed()) {
      await state.close?.(value as never)
    }
    this.#values.clear()
  }
}
