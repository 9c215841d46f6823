// What is kept of one account: read once, then changed one transaction after the other.
import { randomUuid, unixMilliseconds } from '../ports.ts'
import { inMemory, keys } from './keys.ts'
import { isEmpty, Picture } from './picture.ts'
import { merged, type Batch, type Fence, type Store } from './store.ts'

export interface KeeperPorts {
  readonly store: Store
  readonly space: string
  /** The picture is another one: by this keeper or by somebody else's. */
  changed(batch: Batch): void
  /** By this one. */
  written(batch: Batch): void
  /** Something else writes here now. */
  overtaken(): void
  onError(error: unknown): void
}

export class Keeper {
  readonly picture = new Picture()
  readonly #ports: KeeperPorts
  #lane: Promise<unknown> = Promise.resolve()
  #isOver = false
  #fence: Fence | undefined
  /** What the store would not take goes with the next transaction: nothing is kept without it. */
  #unwritten: Batch | undefined
  /** Counts what makes an answer of the time before worthless: deletions, and the like. */
  cuts = 0

  #order = 0

  constructor(ports: KeeperPorts) {
    this.#ports = ports
  }

  /** For what waits: after all that this tab has put there, and by the time of day among other tabs'. */
  next(): number {
    return (this.#order = Math.max(this.#order + 1, unixMilliseconds()))
  }

  get isOver(): boolean {
    return this.#isOver
  }

  get cursor(): string {
    return this.picture.get<string>(keys.cursor) ?? ''
  }

  /** One after the other; nothing any more once it is over. */
  run<T>(job: () => Promise<T>): Promise<T | undefined> {
    const turn = this.#lane.then(() => (this.#isOver ? undefined : job()))
    this.#lane = turn.catch(() => {})
    return turn
  }

  /** What was kept when somebody looked here last. */
  open(): Promise<void> {
    return this.run(async () => {
      const found = await Promise.all(inMemory.map((prefix) => this.list(prefix)))
      const all = { put: found.flat() }
      this.picture.take(all)
      this.#ports.changed(all)
    })
  }

  /** From now on this one writes, and whoever did before finds that out. */
  lead(): Promise<void> {
    return this.run(async () => {
      const fence = [keys.writer, randomUuid()] as const
      const { store, space, onError } = this.#ports
      try {
        await store.write(space, { put: [fence] })
        this.#fence = fence
      } catch (error) {
        onError(error)
      }
    })
  }

  /** Of messages and members, which are not in memory. */
  async list<T>(prefix: string): Promise<[key: string, value: T][]> {
    const { store, space, onError } = this.#ports
    try {
      const stored = new Map((await store.list(space, prefix)) as [string, T][])
      if (!this.#unwritten) return [...stored]
      // What is not written is read from where it is.
      const { isAll, dropUnder = [], drop = [], put = [] } = this.#unwritten
      for (const key of stored.keys()) {
        if (isAll || drop.includes(key) || dropUnder.some((each) => key.startsWith(each))) {
          stored.delete(key)
        }
      }
      for (const [key, value] of put) if (key.startsWith(prefix)) stored.set(key, value as T)
      return [...stored].toSorted(([a], [b]) => (a < b ? -1 : 1))
    } catch (error) {
      onError(error)
      return []
    }
  }

  /** Inside of `run`. By whoever writes, or by anybody where nobody else writes the same. */
  async commit(batch: Batch, isAnybodys = false): Promise<void> {
    if (isEmpty(batch)) return
    const { store, space, onError, overtaken } = this.#ports
    // Whoever clears all stays the one who writes.
    const own = batch.isAll && this.#fence ? [this.#fence] : []
    const next = { ...batch, put: [...(batch.put ?? []), ...own] }
    const whole = this.#unwritten ? merged(this.#unwritten, next) : next
    try {
      if (!(await store.write(space, whole, isAnybodys ? undefined : this.#fence))) {
        this.#isOver = true
        return overtaken()
      }
      this.#unwritten = undefined
    } catch (error) {
      this.#unwritten = whole
      onError(error)
    }
    // Stopped while it was written: it is kept, and of nobody's interest here.
    if (this.#isOver) return
    this.#ports.written(batch)
    this.take(batch)
  }

  /** Written by somebody else. */
  take(batch: Batch): void {
    this.picture.take(batch)
    this.#ports.changed(batch)
  }

  stop(): void {
    this.#isOver = true
  }

  /** Once nothing is being written any more. */
  async forget(): Promise<void> {
    this.#isOver = true
    await this.#lane
    await this.#ports.store.forget(this.#ports.space)
  }

  /** Resolves when what was to be written is. */
  async settled(): Promise<void> {
    await this.#lane
  }
}
