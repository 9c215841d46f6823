// Brings frames to people: finds their nodes, one publish per node, and says who was not reached.
import type { Registry } from './registry.ts'
import type { Envelope, Origin, Relay, Route } from './relay.ts'

export interface Parcel {
  readonly frame: string
  readonly users: readonly number[]
  readonly conversation: number
  readonly seq: number
  readonly follows: boolean
  readonly origin: Origin
  /** The node whose sockets have it already. */
  readonly except?: string | undefined
}

/** A frame outside any conversation's order. */
export function parcel(frame: string, users: readonly number[]): Parcel {
  return { frame, users, conversation: 0, seq: 0, follows: false, origin: '' }
}

interface NodeLoad {
  readonly routes: Route[]
  readonly frames: string[]
  readonly users: Set<number>
}

export class Courier {
  /** Settles when everything handed over so far has been published. */
  #turn: Promise<unknown> = Promise.resolve()

  constructor(
    private readonly registry: Registry,
    private readonly relay: Relay,
  ) {}

  /**
   * Delivers the parcels and answers the users nobody listened for. The turn is taken by the call
   * itself: whatever loading and looking up take, what was handed over first is published first,
   * so within one process a conversation's frames leave in the order of its commits.
   */
  deliver(
    parcels: readonly Parcel[] | Promise<readonly Parcel[]>,
    at: number,
  ): Promise<Set<number>> {
    const before = this.#turn
    const mine = this.#deliver(parcels, at, before)
    this.#turn = mine.catch(() => {})
    return mine
  }

  async #deliver(
    coming: readonly Parcel[] | Promise<readonly Parcel[]>,
    at: number,
    before: Promise<unknown>,
  ): Promise<Set<number>> {
    const parcels = await coming
    const users = [...new Set(parcels.flatMap((each) => each.users))]
    const found = await this.registry.connections(users)
    await before
    return this.#publish(parcels, at, users, found)
  }

  async #publish(
    parcels: readonly Parcel[],
    at: number,
    users: readonly number[],
    found: readonly string[][],
  ): Promise<Set<number>> {
    const connections = new Map(users.map((user, index) => [user, found[index] ?? []]))
    const { loads, reached } = load(parcels, connections, (id) => this.registry.nodeOf(id))
    await Promise.all(
      [...loads].map(async ([node, { routes, frames, users: there }]) => {
        const envelope: Envelope = { at, routes, frames }
        if ((await this.relay.publish(node, envelope)) === 0) return
        for (const user of there) reached.add(user)
      }),
    )
    return new Set(users.filter((user) => !reached.has(user)))
  }
}

/** The parcels sorted by the nodes that hold their users' connections, and who has theirs already. */
function load(
  parcels: readonly Parcel[],
  connections: ReadonlyMap<number, readonly string[]>,
  nodeOf: (connectionId: string) => string,
): { loads: Map<string, NodeLoad>; reached: Set<number> } {
  const loads = new Map<string, NodeLoad>()
  const reached = new Set<number>()
  for (const each of parcels) {
    const perNode = new Map<string, number[]>()
    for (const user of each.users) {
      for (const id of connections.get(user) ?? []) {
        if (id === each.origin) continue
        const node = nodeOf(id)
        if (node === each.except) {
          reached.add(user)
          continue
        }
        const there = perNode.get(node)
        if (!there) perNode.set(node, [user])
        else if (there.at(-1) !== user) there.push(user)
      }
    }
    for (const [node, there] of perNode) {
      let target = loads.get(node)
      if (!target) loads.set(node, (target = { routes: [], frames: [], users: new Set() }))
      target.routes.push({
        conversation: each.conversation,
        seq: each.seq,
        follows: each.follows,
        origin: each.origin,
        users: there,
      })
      target.frames.push(each.frame)
      for (const user of there) target.users.add(user)
    }
  }
  return { loads, reached }
}
