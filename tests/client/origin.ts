// Tabs of one browser, here without a browser: one store, one lock and one channel between them.
import { ProcessLocks } from '../../src/client/locks.ts'
import {
  MemoryStore,
  type Channel,
  type Replica,
  type ReplicaOptions,
} from '../../src/client/replica/replica.ts'
import type { Person } from '../support/people.ts'
import type { Line } from './line.ts'
import { deviceOf } from './replica.device.ts'

/** What all tabs of an origin share. */
export class Origin {
  readonly store = new MemoryStore('origin')
  readonly #locks = new ProcessLocks()
  readonly #listening = new Map<object, (event: { data: unknown }) => void>()

  constructor(private readonly line: Line) {}

  tab(who: Person, more: Partial<ReplicaOptions> = {}): Replica {
    return deviceOf(this.line.proxy, who, {
      store: this.store,
      locks: this.#locks,
      channel: () => this.#channel(),
      ...more,
    })
  }

  /** What goes through it is copied, as between processes. */
  #channel(): Channel {
    const me = {}
    return {
      postMessage: (note) => {
        const data = structuredClone(note)
        for (const [each, hear] of this.#listening) {
          if (each !== me) queueMicrotask(() => hear({ data }))
        }
      },
      addEventListener: (_, listener) => void this.#listening.set(me, listener),
      close: () => void this.#listening.delete(me),
    }
  }
}
