// What is looked at, by name: each once, however many look, and told of what changes under it.
import { under, type Talk } from './keys.ts'
import type { Batch } from './store.ts'
import type { View } from './view.ts'

export interface Looked {
  // oxlint-disable-next-line typescript/no-explicit-any -- of whatever there is to see
  readonly view: View<any>
  /** What is kept under this is what it shows. */
  readonly prefix?: string
  /** Where it has more to do than to look again. */
  take?(batch: Batch): void
  reset?(): void
}

export class Views {
  readonly #looked = new Map<string, Looked>()

  constructor(private readonly idleMax: number) {}

  get<L extends Looked>(name: string, make: () => L): L {
    const known = this.#looked.get(name) as L | undefined
    if (known) return known
    const made = make()
    this.#looked.set(name, made)
    // Whoever kept one that had to go from here looks at it again.
    made.view.returned = () => {
      if (this.#looked.get(name) === made) return
      this.#looked.set(name, made)
      renew(made)
    }
    this.#trim()
    return made
  }

  find<L extends Looked>(name: string): L | undefined {
    return this.#looked.get(name) as L | undefined
  }

  take(batch: Batch): void {
    for (const looked of Array.from(this.#looked.values())) {
      if (looked.take) looked.take(batch)
      else if (looked.prefix !== undefined && touches(batch, looked.prefix)) looked.view.renew()
    }
  }

  /** Of this name, or of this name and whatever is behind it. */
  renew(name: string): void {
    for (const [each, { view }] of Array.from(this.#looked)) {
      if (each === name || each.startsWith(`${name} `)) view.renew()
    }
  }

  /** All is another's now, or nobody's. */
  reset(): void {
    for (const looked of Array.from(this.#looked.values())) renew(looked)
  }

  /** What somebody looks at, by what stands behind this in its name; the newest first. */
  seen(prefix: string): string[] {
    return [...this.#looked]
      .filter(([name, { view }]) => view.isLookedAt && name.startsWith(prefix))
      .map(([name]) => name.slice(prefix.length))
      .toReversed()
  }

  #trim(): void {
    const idle = [...this.#looked].filter(([, { view }]) => !view.isLookedAt)
    for (const [name] of idle.slice(0, Math.max(0, idle.length - this.idleMax))) {
      this.#looked.delete(name)
    }
  }
}

function renew(looked: Looked): void {
  if (looked.reset) looked.reset()
  else looked.view.renew()
}

const changeable = [under.conversations, under.favorites, under.scheduled]

function touches({ isAll, dropUnder = [], drop = [], put = [] }: Batch, prefix: string): boolean {
  // What waits to be changed is shown over what is kept of these.
  const isOver = changeable.some((each) => prefix.startsWith(each))
  const isUnder = (key: string) =>
    key.startsWith(prefix) || (isOver && key.startsWith(under.changes))
  return (
    isAll === true || dropUnder.some(isUnder) || drop.some(isUnder) || put.some(([k]) => isUnder(k))
  )
}

/** When something was said there, in milliseconds. */
export const activityOf = ({ last_message_time, created_at }: Talk['view']) =>
  Date.parse(last_message_time ?? created_at)
