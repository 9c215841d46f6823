// An approximate LRU cache: a bounded map that forgets what was not used lately.

/**
 * Two generations: what is used moves to the young one; when that is full the old one is dropped
 * and the young takes its place. Costs one look-up where keeping an exact order of use costs a
 * delete and an insert each time (3.5 % of the API process under load).
 */
export class Recent<K, V> {
  #young = new Map<K, V>()
  #old = new Map<K, V>()

  /** Holds at least half of `sizeMax` most recently used entries and never more than all of it. */
  constructor(private readonly sizeMax: number) {}

  get size(): number {
    return this.#young.size + this.#old.size
  }

  get(key: K): V | undefined {
    const value = this.#young.get(key)
    if (value !== undefined) return value
    const old = this.#old.get(key)
    if (old !== undefined) this.set(key, old)
    return old
  }

  set(key: K, value: V): void {
    this.#old.delete(key)
    this.#young.set(key, value)
    if (this.#young.size < this.sizeMax / 2) return
    this.#old = this.#young
    this.#young = new Map()
  }

  /** Walks over all of them: for what happens seldom. */
  deleteWhere(fits: (value: V, key: K) => boolean): void {
    for (const entries of [this.#young, this.#old]) {
      for (const [key, value] of entries) if (fits(value, key)) entries.delete(key)
    }
  }

  delete(key: K): void {
    this.#young.delete(key)
    this.#old.delete(key)
  }
}
