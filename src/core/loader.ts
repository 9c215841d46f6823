// A batching loader: many keys with few questions: what is asked while a question is under way goes into the
// next one. The reading twin of the writer's group commit.

interface Waiting<V> {
  resolve(value: V | undefined): void
  reject(error: unknown): void
}

export class Loader<K, V> {
  #waiting = new Map<K, Waiting<V>[]>()
  #running = 0
  #scheduled = false

  constructor(
    private readonly load: (keys: K[]) => Promise<Map<K, V>>,
    private readonly batchMax = 500,
    private readonly runningMax = 2,
  ) {}

  /** The value of a key, or undefined when there is none. */
  get(key: K): Promise<V | undefined> {
    return new Promise((resolve, reject) => {
      const others = this.#waiting.get(key)
      if (others) others.push({ resolve, reject })
      else this.#waiting.set(key, [{ resolve, reject }])
      if (this.#scheduled) return
      this.#scheduled = true
      queueMicrotask(() => {
        this.#scheduled = false
        this.#pump()
      })
    })
  }

  #pump(): void {
    while (this.#waiting.size > 0 && this.#running < this.runningMax) {
      const batch = new Map([...this.#waiting].slice(0, this.batchMax))
      for (const key of batch.keys()) this.#waiting.delete(key)
      this.#running++
      this.load([...batch.keys()])
        .then(
          (found) => batch.forEach((all, key) => all.forEach((one) => one.resolve(found.get(key)))),
          (error) => batch.forEach((all) => all.forEach((one) => one.reject(error))),
        )
        .finally(() => {
          this.#running--
          this.#pump()
        })
    }
  }
}
