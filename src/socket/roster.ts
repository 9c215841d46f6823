// Which connections live on this node, by account.
import type { Entry } from '../infra/registry.ts'
import type { Connection } from './connection.ts'

export class Roster {
  readonly #byUser = new Map<number, Connection[]>()
  #size = 0

  get size(): number {
    return this.#size
  }

  get users(): number[] {
    return [...this.#byUser.keys()]
  }

  /** A snapshot: `remove` makes a new array, so a loop may close what it walks over. */
  of(user: number): readonly Connection[] {
    return this.#byUser.get(user) ?? []
  }

  find(user: number, connectionId: string): Connection | undefined {
    return this.of(user).find(({ id }) => id === connectionId)
  }

  *all(): Iterable<Connection> {
    for (const connections of this.#byUser.values()) yield* connections
  }

  add(connection: Connection): void {
    const { id } = connection.actor
    const others = this.#byUser.get(id)
    if (others) others.push(connection)
    else this.#byUser.set(id, [connection])
    this.#size++
  }

  /** Answers whether the user has no other connection here. */
  remove(connection: Connection): boolean {
    const { id } = connection.actor
    const rest = this.of(id).filter((each) => each !== connection)
    if (rest.length < this.of(id).length) this.#size--
    if (rest.length > 0) this.#byUser.set(id, rest)
    else this.#byUser.delete(id)
    return rest.length === 0
  }
}

/** How the registry knows a connection. */
export function entryOf(connection: Connection): Entry {
  return {
    connectionId: connection.id,
    user: connection.actor.id,
    session: connection.actor.sessionId,
    device: connection.deviceId,
  }
}
