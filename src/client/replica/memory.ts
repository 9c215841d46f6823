// A replica in memory: gone with the page, and what tests and pages without a database have.
import { endOf, type Batch, type Fence, type Store } from './store.ts'

export class MemoryStore implements Store {
  readonly #spaces = new Map<string, Map<string, unknown>>()

  /** Named, several replicas of this process may hold it. */
  constructor(readonly shared?: string) {}

  async list(space: string, prefix: string): Promise<[string, unknown][]> {
    const end = endOf(prefix)
    return [...(this.#spaces.get(space) ?? [])]
      .filter(([key]) => key >= prefix && key < end)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
  }

  async write(space: string, batch: Batch, fence?: Fence): Promise<boolean> {
    const kept = this.#spaces.get(space) ?? new Map<string, unknown>()
    if (fence && kept.get(fence[0]) !== fence[1]) return false
    this.#spaces.set(space, kept)
    writeInto(kept, batch)
    return true
  }

  async forget(space: string): Promise<void> {
    this.#spaces.delete(space)
  }

  async close(): Promise<void> {}
}

export function writeInto(kept: Map<string, unknown>, { isAll, ...batch }: Batch): void {
  if (isAll) kept.clear()
  for (const prefix of batch.dropUnder ?? []) {
    for (const key of kept.keys()) if (key.startsWith(prefix)) kept.delete(key)
  }
  for (const key of batch.drop ?? []) kept.delete(key)
  for (const [key, value] of batch.put ?? []) kept.set(key, value)
}
