// What this tab was promised: kept or broken when it is written how it ended, by whichever tab.
import { closed, type CurlewError } from '../error.ts'

interface Ends<T> {
  resolve(value: T): void
  reject(error: CurlewError): void
}

export class Promised<T> {
  readonly #ends = new Map<string, Ends<T>>()

  /** Nobody has to listen: what is looked at tells the same. */
  of(id: string): Promise<T> {
    const promise = new Promise<T>((resolve, reject) => this.#ends.set(id, { resolve, reject }))
    promise.catch(() => {})
    return promise
  }

  keep(id: string, value: T): void {
    this.#take(id)?.resolve(value)
  }

  break(id: string, error: CurlewError): void {
    this.#take(id)?.reject(error)
  }

  stop(): void {
    for (const { reject } of this.#ends.values()) reject(closed())
    this.#ends.clear()
  }

  #take(id: string): Ends<T> | undefined {
    const ends = this.#ends.get(id)
    this.#ends.delete(id)
    return ends
  }
}
