// Some sockets of a channel on this node: so many as can be written to without holding the event loop. A
// frame for all of them is encoded once and handed to Bun's own `publish`.
//
// Frames wait here for their turn. Before a socket comes or goes all that waits is written, so who hears a
// frame is who was here when it was told.
import type { ChannelFrame } from '../../infra/relay.ts'
import { sentFrame } from '../../protocol/codec.ts'
import type { Connection } from '../connection.ts'
import { limits } from '../limits.ts'
import type { Roster } from '../roster.ts'
import type { Flushable, RoundRobin } from './round-robin.ts'

export interface ShardParts {
  readonly roster: Pick<Roster, 'of'>
  readonly turns: Pick<RoundRobin, 'add'>
  /** To all sockets that subscribe to the topic. */
  publish(topic: string, frame: string): void
  /** Told of every frame how many had it. */
  onTold(sockets: number): void
}

export class Shard implements Flushable {
  /** After which seq it is for each socket. */
  readonly #since = new Map<Connection, number>()
  /** Those among them that are not subscribed yet: hello has to be their first frame. */
  readonly #greeting = new Set<Connection>()
  /** No socket's `since` is higher. */
  #newest = 0
  #waiting: ChannelFrame[] = []
  /** What has been published since sockets were last looked at. */
  #bytes = 0

  constructor(
    private readonly parts: ShardParts,
    private readonly topic: string,
  ) {}

  get size(): number {
    return this.#since.size
  }

  get connections(): Iterable<Connection> {
    return this.#since.keys()
  }

  has(connection: Connection): boolean {
    return this.#since.has(connection)
  }

  /** Of one that is here already it only says since when. */
  add(connection: Connection, since: number): void {
    this.flush()
    const isNew = !this.#since.has(connection)
    this.#newest = Math.max(this.#newest, since)
    this.#since.set(connection, since)
    if (!isNew) return
    if (connection.isGreeted) connection.raw?.subscribe(this.topic)
    else this.#greeting.add(connection)
  }

  greeted(connection: Connection): void {
    if (this.#greeting.delete(connection)) connection.raw?.subscribe(this.topic)
  }

  remove(connection: Connection): void {
    this.flush()
    this.#greeting.delete(connection)
    if (this.#since.delete(connection)) connection.raw?.unsubscribe(this.topic)
  }

  tell(frame: ChannelFrame): void {
    this.#waiting.push(frame)
    if (this.#waiting.length === 1) this.parts.turns.add(this)
  }

  /** Writes what waits. */
  flush(): void {
    const waiting = this.#waiting
    if (waiting.length === 0) return
    this.#waiting = []
    for (const frame of waiting) this.#write(frame)
  }

  #write(frame: ChannelFrame): void {
    if (frame.about > this.#newest) return this.#writeToAll(frame)
    for (const [connection, since] of this.#since) {
      if (since < frame.about) connection.send(frame.frame)
    }
  }

  /** But for the socket it came by; the sockets of a session that sent it by REST hear that it was sent. */
  #writeToAll({ frame, by, origin }: ChannelFrame): void {
    const { topic } = this
    const own = this.#ownOf(by, origin)
    const [first, ...others] = own.filter((each) => !this.#greeting.has(each))
    for (const each of others) each.raw?.unsubscribe(topic)
    if (first?.raw) first.raw.publish(topic, frame)
    else this.parts.publish(topic, frame)
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
