// One value in the application's storage: written one after the other, the newest wins.
import type { Storage } from './ports.ts'

export class Vault<T extends readonly unknown[]> {
  readonly #storage: Storage | undefined
  readonly #key: string
  readonly #onError: (error: unknown) => void
  #next: { value: T } | undefined
  #writing: Promise<void> | undefined

  constructor(storage: Storage | undefined, key: string, onError: (error: unknown) => void) {
    this.#storage = storage
    this.#key = key
    this.#onError = onError
  }

  /** Nothing, when nothing or something unreadable is stored. */
  async read(): Promise<T | undefined> {
    try {
      const text = await this.#storage?.getItem(this.#key)
      const value = text ? JSON.parse(text) : undefined
      return Array.isArray(value) ? (value as unknown as T) : undefined
    } catch (error) {
      this.#onError(error)
      return undefined
    }
  }

  /** Written before this returns if the storage is synchronous and idle. */
  write(value: T): void {
    if (!this.#storage) return
    this.#next = { value }
    this.#writing ??= this.#run().finally(() => (this.#writing = undefined))
  }

  async #run(): Promise<void> {
    while (this.#next) {
      const { value } = this.#next
      this.#next = undefined
      try {
        if (value.length === 0) await this.#storage?.removeItem(this.#key)
        else await this.#storage?.setItem(this.#key, JSON.stringify(value))
      } catch (error) {
        // A full storage costs the reload its pending messages, not this run.
        this.#onError(error)
      }
    }
  }

  async flushed(): Promise<void> {
    await this.#writing
  }
}
