// A typed list of listeners.

export type Listener<T> = (value: T) => void

export class Emitter<Events extends object> {
  readonly #listeners = new Map<keyof Events, Set<Listener<never>>>()
  readonly #onError: (error: unknown) => void

  /** `onError` hears what a listener throws: one listener's fault must not cost another a frame. */
  constructor(onError: (error: unknown) => void) {
    this.#onError = onError
  }

  /** Listens until the returned function is called. */
  on<E extends keyof Events>(event: E, listener: Listener<Events[E]>): () => void {
    const listeners = this.#listeners.get(event) ?? new Set()
    this.#listeners.set(event, listeners)
    // A wrapper of its own, so that one function given twice is heard and removed twice.
    const entry: Listener<Events[E]> = (value) => listener(value)
    listeners.add(entry)
    return () => void listeners.delete(entry)
  }

  emit<E extends keyof Events>(event: E, value: Events[E]): void {
    // A copy: a listener may add and remove listeners.
    for (const listener of Array.from(this.#listeners.get(event) ?? [])) {
      try {
        ;(listener as Listener<Events[E]>)(value)
      } catch (error) {
        this.#onError(error)
      }
    }
  }

  clear(): void {
    this.#listeners.clear()
  }
}
