// The channels that sockets of this node are in: joined with the first of them, left with the last.
import type { Context } from '../../context.ts'
import type { Timer } from '../../core/clock.ts'
import { Loader } from '../../core/loader.ts'
import {
  channelsOf,
  headsOf,
  standingOf,
  standingOfNamed,
} from '../../features/conversations/channels.ts'
import { loadMissedInChannel } from '../../features/messages/delivery/missed.ts'
import type { Broadcast } from '../../infra/relay.ts'
import type { Connection } from '../connection.ts'
import { limits } from '../limits.ts'
import type { Roster } from '../roster.ts'
import { Channel } from './channel.ts'
import { RoundRobin } from './round-robin.ts'
import { ChannelSockets } from './sockets.ts'

/** Bun's server, as far as it is needed here. */
export interface Publisher {
  publish(topic: string, text: string): unknown
}

const chunk = 1_000

export class Channels {
  readonly #channels = new Map<number, Channel>()
  /** By connection: where it is placed. */
  readonly #placed = new Map<Connection, Set<number>>()
  readonly #mine: Loader<number, readonly number[]>
  readonly #turns: RoundRobin
  #isReviewing = false

  constructor(
    private readonly ctx: Context,
    private readonly roster: Roster,
    private readonly publisher: () => Publisher | null,
  ) {
    this.#mine = new Loader((users: number[]) => this.#load(users))
    this.#turns = new RoundRobin((err) => ctx.log.error({ err }, 'a channel could not be told'))
  }

  start(): Timer {
    return this.ctx.clock.every(limits.beacon.intervalMs, () => void this.review())
  }

  /** Resolves when a new connection misses nothing more of its channels; rejects without a database. */
  async enter(connection: Connection): Promise<void> {
    const { id: user } = connection.actor
    const mine = (await this.#mine.get(user)) ?? []
    await Promise.all(mine.map((id) => this.#channel(id).enter(user)))
  }

  greeted(connection: Connection): void {
    for (const id of this.#placed.get(connection) ?? []) this.#channels.get(id)?.greeted(connection)
  }

  leave(connection: Connection): void {
    const placed = this.#placed.get(connection)
    this.#placed.delete(connection)
    for (const id of placed ?? []) this.#channels.get(id)?.drop(connection)
  }

  /** These have come into a channel; it may be none of a socket here yet. */
  entered(conversation: number, users: readonly number[]): void {
    const here = users.filter((user) => this.roster.of(user).length > 0)
    if (here.length > 0) this.#channel(conversation, true).review(here)
  }

  /** False where no socket here is in it. */
  receive({ conversation, frames }: Broadcast): boolean {
    const channel = this.#channels.get(conversation)
    channel?.receive(frames)
    return channel !== undefined
  }

  /**
   * Compares with the database, for a node may have missed that somebody came or went. Never rejects; the
   * next round makes up for one that failed.
   */
  async review(): Promise<void> {
    if (this.#isReviewing) return
    this.#isReviewing = true
    try {
      const { users } = this.roster
      for (let from = 0; from < users.length; from += chunk) {
        await this.#review(users.slice(from, from + chunk))
      }
      const heads = await headsOf(this.ctx.sql, [...this.#channels.keys()])
      for (const [id, head] of heads) this.#channels.get(id)?.sees(head)
    } catch (err) {
      this.ctx.log.debug({ err }, 'channels could not be looked at')
    } finally {
      this.#isReviewing = false
    }
  }

  /** The line was down: all channels are joined again, then looked at. */
  async restored(): Promise<void> {
    const { relay } = this.ctx
    await Promise.all([...this.#channels.keys()].map((id) => relay.join(id).catch(() => {})))
    await this.review()
  }

  async #review(users: readonly number[]): Promise<void> {
    const mine = await this.#load(users)
    for (const user of users) {
      const wanted = new Set(mine.get(user))
      for (const connection of this.roster.of(user)) {
        const placed = this.#placed.get(connection) ?? new Set()
        for (const id of wanted.symmetricDifference(placed)) this.#channel(id, true).review([user])
      }
    }
  }

  async #load(users: readonly number[]): Promise<Map<number, number[]>> {
    const found = new Map<number, number[]>()
    for (const { user_id, conversation_id } of await channelsOf(this.ctx.sql, users)) {
      const others = found.get(user_id)
      if (others) others.push(conversation_id)
      else found.set(user_id, [conversation_id])
    }
    return found
  }

  #channel(id: number, late = false): Channel {
    const known = this.#channels.get(id)
    if (known) return known
    const { ctx, roster } = this
    // Without Redis what this node commits itself is told all the same; the rest once it is back.
    const joined = ctx.relay.join(id).catch((err: unknown) => {
      ctx.log.debug({ err }, 'a channel is not joined yet')
    })
    const sockets = new ChannelSockets({
      topic: `conv:${id}`,
      roster,
      turns: this.#turns,
      publish: (topic, frame) => void this.publisher()?.publish(topic, frame),
      onPlaced: (connection) => this.#place(connection, id),
      onRemoved: (connection) => this.#placed.get(connection)?.delete(id),
      onTold: (count) => ctx.metrics.framesOut.inc(count),
    })
    const parts = {
      clock: ctx.clock,
      ask: {
        standing: (users: readonly number[]) => joined.then(() => standingOf(ctx.sql, id, users)),
        named: (names: readonly string[]) => standingOfNamed(ctx.sql, id, names),
        missed: (after: number) => loadMissedInChannel(ctx, id, after),
      },
      onMissed: (frames: number) => ctx.metrics.missedFrames.inc(frames),
      onError: (err: unknown) => ctx.log.debug({ err }, 'a channel waits for the database'),
      onEmpty: () => this.#close(id, channel),
    }
    const channel = new Channel(parts, sockets, late)
    this.#channels.set(id, channel)
    return channel
  }

  #place(connection: Connection, id: number): void {
    const others = this.#placed.get(connection)
    if (others) others.add(id)
    else this.#placed.set(connection, new Set([id]))
  }

  #close(id: number, channel: Channel): void {
    if (this.#channels.get(id) !== channel) return
    channel.close()
    this.#channels.delete(id)
    this.ctx.relay.leave(id).catch((err: unknown) => {
      this.ctx.log.debug({ err }, 'a channel is still joined')
    })
  }
}
