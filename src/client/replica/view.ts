// Something to look at: what it is now, and a word whenever it changes.

/** The shape that `useSyncExternalStore` of React takes, and anything else that subscribes. */
export interface Observable<T> {
  /** The same object until it changes. */
  readonly current: T
  /** Calls after every change, until the answer is called. */
  subscribe(listener: (value: T) => void): () => void
}

export interface ViewPorts<T> {
  compute(): T
  /** Somebody looks, and nobody did before; or nobody does any more. */
  looked?(isLooked: boolean): void
  onError(error: unknown): void
}

export class View<T> implements Observable<T> {
  readonly #ports: ViewPorts<T>
  readonly #listeners = new Set<(value: T) => void>()
  #value: { readonly is: T } | undefined
  /** Somebody looks who may have looked away for long. */
  returned: (() => void) | undefined

  constructor(ports: ViewPorts<T>) {
    this.#ports = ports
  }

  get isLookedAt(): boolean {
    return this.#listeners.size > 0
  }

  get current(): T {
    this.#value ??= { is: this.#ports.compute() }
    return this.#value.is
  }

  subscribe(listener: (value: T) => void): () => void {
    // A wrapper of its own, so that one function given twice is heard and removed twice.
    const entry = (value: T) => listener(value)
    this.#listeners.add(entry)
    if (this.#listeners.size === 1) {
      this.returned?.()
      this.#ports.looked?.(true)
    }
    return () => {
      if (!this.#listeners.delete(entry)) return
      if (this.#listeners.size === 0) this.#ports.looked?.(false)
    }
  }

  /** It is not what it was. */
  renew(): void {
    const before = this.#value
    this.#value = undefined
    if (this.#listeners.size === 0) return
    const value = this.current
    if (before?.is === value) return
    for (const listener of Array.from(this.#listeners)) {
      try {
        listener(value)
      } catch (error) {
        this.#ports.onError(error)
      }
    }
  }
}
