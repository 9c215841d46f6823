// The sockets of a channel on this node. A frame for all of them is encoded once and handed to Bun's own
// `publish`.
import type { ChannelFrame } from '../infra/relay.ts'
import { sentFrame } from '../protocol/codec.ts'
import type { Connection } from './connection.ts'
import { limits } from './limits.ts'
import type { Roster } from './roster.ts'

export interface ChannelSocketsParts {
  readonly topic: string
  readonly roster: Pick<Roster, 'of'>
  /** To all sockets that subscribe to the topic. */
  publish(frame: string): void
  onPlaced(connection: Connection): void
  onRemoved(connection: Connection): void
  /** Told of every frame how many had it. */
  onTold(sockets: number): void
}

export class ChannelSockets {
  /** After which seq it is for each socket. */
  readonly #since = new Map<Connection, number>()
  /** Those among them that are not subscribed yet: hello has to be their first frame. */
  readonly #greeting = new Set<Connection>()
  /** People here for whom it is from a seq that the order has not reached. */
  readonly #coming = new Set<number>()
  /** No socket's `since` is higher. */
  #newest = 0
  /** What has been published since sockets were last looked at. */
  #bytes = 0

  constructor(private readonly parts: ChannelSocketsParts) {}

  get isEmpty(): boolean {
    const { roster } = this.parts
    return (
      this.#since.size === 0 && !this.#coming.values().some((user) => roster.of(user).length > 0)
    )
  }

  *users(): Iterable<number> {
    yield* this.#coming
    for (const { actor } of this.#since.keys()) yield actor.id
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
    if (this.#greeting.delete(connection)) connection.raw?.subscribe(this.parts.topic)
  }

  remove(connection: Connection): void {
    this.#greeting.delete(connection)
    if (!this.#since.delete(connection)) return
    connection.raw?.unsubscribe(this.parts.topic)
    this.parts.onRemoved(connection)
  }

  tell(frame: ChannelFrame): void {
    if (frame.about > this.#newest) return this.#tellAll(frame)
    for (const [connection, since] of this.#since) {
      if (since < frame.about) connection.send(frame.frame)
    }
  }

  #add(connection: Connection, since: number): void {
    this.#newest = Math.max(this.#newest, since)
    const isNew = !this.#since.has(connection)
    this.#since.set(connection, since)
    if (!isNew) return
    if (connection.isGreeted) connection.raw?.subscribe(this.parts.topic)
    else this.#greeting.add(connection)
    this.parts.onPlaced(connection)
  }

  /** But for the socket it came by; the sockets of a session that sent it by REST hear that it was sent. */
  #tellAll({ frame, by, origin }: ChannelFrame): void {
    const { topic } = this.parts
    const own = this.#ownOf(by, origin)
    const [first, ...others] = own.filter((each) => !this.#greeting.has(each))
    for (const each of others) each.raw?.unsubscribe(topic)
    if (first?.raw) first.raw.publish(topic, frame)
    else this.parts.publish(frame)
    for (const each of others) each.raw?.subscribe(topic)
    for (const each of this.#greeting) if (!own.includes(each)) each.send(frame)
    if (typeof origin === 'number') for (const each of own) each.send(sentFrame(frame))
    this.parts.onTold(this.#since.size - own.length)
    this.#lookForSlow(frame.length)
  }

  #ownOf(by: number, origin: ChannelFrame['origin']): Connection[] {
    return this.parts.roster.of(by).filter((each) => {
      return (each.id === origin || each.actor.sessionId === origin) && this.#since.has(each)
    })
  }

  /** `publish` does not say who is too slow for it; from time to time each is asked. */
  #lookForSlow(length: number): void {
    this.#bytes += length
    if (this.#bytes < limits.channel.lookEveryBytes) return
    this.#bytes = 0
    for (const connection of this.#since.keys().toArray()) connection.closeIfSlow()
  }
}
