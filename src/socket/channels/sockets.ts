// The sockets of a channel on this node, and whom of them it is for; a frame is told to them by shards.
import type { ChannelFrame } from '../../infra/relay.ts'
import type { Connection } from '../connection.ts'
import { limits } from '../limits.ts'
import { Shard, type ShardParts } from './shard.ts'

export interface ChannelSocketsParts extends ShardParts {
  readonly topic: string
  onPlaced(connection: Connection): void
  onRemoved(connection: Connection): void
}

export class ChannelSockets {
  /** None is empty. */
  #shards: Shard[] = []
  #count = 0
  /** People here for whom it is from a seq that the order has not reached. */
  readonly #coming = new Set<number>()

  constructor(private readonly parts: ChannelSocketsParts) {}

  get isEmpty(): boolean {
    const { roster } = this.parts
    return (
      this.#shards.length === 0 && !this.#coming.values().some((user) => roster.of(user).length > 0)
    )
  }

  *users(): Iterable<number> {
    yield* this.#coming
    for (const shard of this.#shards) {
      for (const { actor } of shard.connections) yield actor.id
    }
  }

  /** Whether one of somebody's sockets has had its hello. */
  hasGreeted(user: number): boolean {
    return this.parts.roster.of(user).some((each) => each.isGreeted)
  }

  /**
   * Where somebody stands when the order has reached `last`; null: not in it. Who comes later has to wait for
   * that: the system message that says so asks again.
   */
  place(user: number, since: number | null, last: number): void {
    const isIn = since !== null && since <= last
    if (since === null || isIn) this.#coming.delete(user)
    else this.#coming.add(user)
    for (const connection of this.parts.roster.of(user)) {
      if (!isIn) this.remove(connection)
      else if (!connection.closed) this.#add(connection, since)
    }
  }

  /** Hello has left: from now on the topic is heard. */
  greeted(connection: Connection): void {
    this.#shardOf(connection)?.greeted(connection)
  }

  remove(connection: Connection): void {
    const shard = this.#shardOf(connection)
    if (!shard) return
    shard.remove(connection)
    if (shard.size === 0) this.#shards = this.#shards.filter((each) => each !== shard)
    this.parts.onRemoved(connection)
  }

  tell(frame: ChannelFrame): void {
    for (const shard of this.#shards) shard.tell(frame)
  }

  #add(connection: Connection, since: number): void {
    const known = this.#shardOf(connection)
    if (known) return known.add(connection, since)
    this.#shardWithRoom().add(connection, since)
    this.parts.onPlaced(connection)
  }

  #shardOf(connection: Connection): Shard | undefined {
    return this.#shards.find((shard) => shard.has(connection))
  }

  #shardWithRoom(): Shard {
    const found = this.#shards.find((shard) => shard.size < limits.socket.writesPerTurn)
    if (found) return found
    const shard = new Shard(this.parts, `${this.parts.topic}:${++this.#count}`)
    this.#shards.push(shard)
    return shard
  }
}
