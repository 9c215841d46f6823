// What is kept of an account, as far as it is in memory: all but messages and members.
import { isRemote } from './keys.ts'
import { writeInto } from './memory.ts'
import type { Batch } from './store.ts'

export class Picture {
  readonly #things = new Map<string, unknown>()

  get<T>(key: string): T | undefined {
    return this.#things.get(key) as T | undefined
  }

  /** What begins so, in the order in which it came. */
  entries<T>(prefix: string): [key: string, value: T][] {
    const found: [string, T][] = []
    for (const [key, value] of this.#things) {
      if (key.startsWith(prefix)) found.push([key, value as T])
    }
    return found
  }

  under<T>(prefix: string): T[] {
    return this.entries<T>(prefix).map(([, value]) => value)
  }

  take({ put = [], ...batch }: Batch): void {
    writeInto(this.#things, { ...batch, put: put.filter(([key]) => !isRemote(key)) })
  }
}

/** A transaction in the making: shows what it has written so far above what is kept. */
export class Sheet {
  readonly #picture: Picture
  readonly #put = new Map<string, unknown>()
  readonly #drop = new Set<string>()
  readonly #under: string[] = []
  /** Of the picture, by what they begin with: it does not change meanwhile. */
  readonly #names = new Map<string, string[]>()
  #isAll = false

  /** `known`: what was read of messages and members. */
  constructor(
    picture: Picture,
    private readonly known: ReadonlyMap<string, unknown> = new Map(),
  ) {
    this.#picture = picture
  }

  get<T>(key: string): T | undefined {
    if (this.#put.has(key)) return this.#put.get(key) as T
    const isGone =
      this.#isAll || this.#drop.has(key) || this.#under.some((prefix) => key.startsWith(prefix))
    return isGone ? undefined : ((this.known.get(key) as T) ?? this.#picture.get<T>(key))
  }

  /** What is known under this: what was read, as far as it is not gone, and what is written here. */
  entries<T>(prefix: string): [key: string, value: T][] {
    return this.#those<T>(prefix, this.known.keys())
  }

  /** Of what is always in memory all that begins so, in no order. */
  inMemory<T>(prefix: string): [key: string, value: T][] {
    let kept = this.#names.get(prefix)
    if (!kept) this.#names.set(prefix, (kept = this.#picture.entries(prefix).map(([key]) => key)))
    return this.#those<T>(prefix, kept)
  }

  #those<T>(prefix: string, known: Iterable<string>): [key: string, value: T][] {
    const names = new Set([...known, ...this.#put.keys()])
    return [...names].flatMap((key): [string, T][] => {
      const value = key.startsWith(prefix) ? this.get<T>(key) : undefined
      return value === undefined ? [] : [[key, value]]
    })
  }

  put(key: string, value: unknown): void {
    this.#drop.delete(key)
    this.#put.set(key, value)
  }

  drop(key: string): void {
    this.#put.delete(key)
    this.#drop.add(key)
  }

  dropUnder(prefix: string): void {
    for (const key of this.#put.keys()) if (key.startsWith(prefix)) this.#put.delete(key)
    this.#under.push(prefix)
  }

  /** All but what begins so. */
  dropAll(leave: readonly string[]): void {
    const left = leave.flatMap((prefix) => this.#picture.entries(prefix))
    this.#isAll = true
    this.#put.clear()
    this.#drop.clear()
    this.#under.length = 0
    for (const [key, value] of left) this.#put.set(key, value)
  }

  batch(): Batch {
    return {
      isAll: this.#isAll,
      dropUnder: this.#under,
      drop: [...this.#drop],
      put: [...this.#put],
    }
  }
}

export function isEmpty({ isAll, dropUnder = [], drop = [], put = [] }: Batch): boolean {
  return !isAll && dropUnder.length + drop.length + put.length === 0
}
