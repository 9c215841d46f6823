// One value in the application's storage: written one after the other, the newest wins.
//
// Nothing waits for a storage beyond a deadline. One that does not answer, refuses or is full costs
// what it would have kept over a reload, and the application hears of it.
import { CurlewError } from './error.ts'
import type { Clock, Storage } from './ports.ts'

export interface StorageState {
  /** `kept`: what waits to be sent survives a reload. `memory`: it does not, for now. */
  readonly state: 'kept' | 'memory'
  /** Why not; its `cause` is what the storage threw, if it answered at all. */
  readonly error?: CurlewError
}

export interface VaultPorts {
  readonly storage: Storage | undefined
  readonly key: string
  readonly clock: Clock
  readonly deadlineMs: number
  state(event: StorageState): void
  onError(error: unknown): void
}

export class Vault<T extends readonly unknown[]> {
  readonly #ports: VaultPorts
  #next: { value: T } | undefined
  #writing: Promise<void> | undefined
  /** What is stored has not come yet: writing now would be writing over it. */
  #reading = false
  #state: StorageState['state'] = 'kept'
  readonly #timers = new Set<() => void>()

  constructor(ports: VaultPorts) {
    this.#ports = ports
  }

  /**
   * Resolves with what is stored, or without it at the deadline; `late` is given what comes after.
   * Nothing, when nothing or something unreadable is stored.
   */
  async read(late: (value: T) => void): Promise<T | undefined> {
    const { storage, key } = this.#ports
    if (!storage) return undefined
    this.#reading = true
    // A moment later, so that the application can listen to what a broken storage makes us say.
    await Promise.resolve()
    let over = false
    const reading = this.#ask(() => storage.getItem(key))
      .then(parse<T>)
      .catch((error: unknown) => this.#failed(error ?? 'nothing said'))
      .then((value) => {
        this.#reading = false
        if (over && value) late(value)
        this.#write()
        return value ?? undefined
      })
    const value = await this.#inTime(reading)
    over = true
    return value
  }

  /** Written before this returns if the storage is synchronous and idle. */
  write(value: T): void {
    if (!this.#ports.storage) return
    this.#next = { value }
    this.#write()
  }

  #write(): void {
    if (this.#reading || !this.#next) return
    this.#writing ??= this.#run().finally(() => (this.#writing = undefined))
  }

  async #run(): Promise<void> {
    const { storage, key } = this.#ports
    while (this.#next) {
      const { value } = this.#next
      this.#next = undefined
      try {
        if (value.length === 0) await this.#ask(() => storage?.removeItem(key))
        else await this.#ask(() => storage?.setItem(key, JSON.stringify(value)))
        if (!this.#next) this.#become({ state: 'kept' })
      } catch (error) {
        // The next write may be a shorter one, and fit.
        this.#failed(error ?? 'nothing said')
      }
    }
  }

  /** What is stored of earlier writes stays; those under way are waited for until the deadline. */
  async flushed(): Promise<void> {
    if (this.#writing) await this.#inTime(this.#writing)
    for (const stop of this.#timers) stop()
    this.#timers.clear()
  }

  /** Says so when the storage is late. What it answers then still counts. */
  #ask<R>(work: () => R | Promise<R>): Promise<R> {
    return new Promise((resolve, reject) => {
      const result = work()
      if (!isThenable(result)) return resolve(result)
      const stop = this.#after(() => this.#failed(undefined))
      void Promise.resolve(result).then(resolve, reject).finally(stop)
    })
  }

  #inTime<R>(work: Promise<R>): Promise<R | undefined> {
    return new Promise((resolve) => {
      const stop = this.#after(() => resolve(undefined))
      void work.then(resolve, () => resolve(undefined)).finally(stop)
    })
  }

  #after(run: () => void): () => void {
    const end = this.#ports.clock.after(this.#ports.deadlineMs, () => {
      this.#timers.delete(stop)
      run()
    })
    const stop = () => {
      this.#timers.delete(stop)
      end()
    }
    this.#timers.add(stop)
    return stop
  }

  #failed(cause: unknown): void {
    const msg = cause === undefined ? 'The storage does not answer.' : 'The storage failed.'
    const error = new CurlewError({ reason: 'storage', msg, cause })
    this.#ports.onError(cause ?? error)
    this.#become({ state: 'memory', error })
  }

  #become(event: StorageState): void {
    if (event.state === this.#state) return
    this.#state = event.state
    this.#ports.state(event)
  }
}

function parse<T>(text: string | null | undefined): T | undefined {
  const value: unknown = text ? JSON.parse(text) : undefined
  return Array.isArray(value) ? (value as unknown as T) : undefined
}

function isThenable<R>(value: R | Promise<R>): value is Promise<R> {
  return typeof (value as { then?: unknown } | null | undefined)?.then === 'function'
}
