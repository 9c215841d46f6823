// The WebSocket door of one node: welcomes sockets, keeps them registered, says goodbye.
import type { Caller } from '../core/actor.ts'
import { unixSeconds, type Clock, type Timer } from '../core/clock.ts'
import { limits, placesMax, upgrades } from './limits.ts'
import { Loader } from '../core/loader.ts'
import { LocalLimiter } from '../core/local-limiter.ts'
import { placeOf } from '../core/network-place.ts'
import type { Context } from '../context.ts'
import { bucketAt } from '../features/rate-limit.ts'
import { localSockets, type NodeSockets } from '../features/messages/delivery/local-sockets.ts'
import { limits as messagesLimits } from '../features/messages/limits.ts'
import { loadMissed, type Gap } from '../features/messages/delivery/missed.ts'
import { watchers } from '../features/presence/watchers.ts'
import type { Entry } from '../infra/registry.ts'
import type { Broadcast, Command, Envelope } from '../infra/relay.ts'
import { encode } from '../protocol/codec.ts'
import { Channels, type Publisher } from './channels/channels.ts'
import type { Connection, Host } from './connection.ts'
import { Delivery, obey } from './deliver.ts'
import { dispatch } from './dispatch.ts'
import { Heads } from './heads.ts'
import { Lease } from './lease.ts'
import { recheck } from './recheck.ts'
import { entryOf, Roster } from './roster.ts'

export class Door implements Host {
  readonly clock: Clock
  readonly metrics: Context['metrics']
  readonly rateLimits: boolean
  readonly roster = new Roster()
  readonly #delivery: Delivery
  readonly #channels: Channels
  readonly #lease: Lease
  readonly #heads: Heads
  readonly #upgrades: LocalLimiter
  readonly #timers: Timer[] = []
  #count = 0
  #stopListening: (() => Promise<void>) | null = null
  draining = false
  /** Bun's server, once a socket has come by it. */
  publisher: Publisher | null = null

  constructor(readonly ctx: Context) {
    this.clock = ctx.clock
    this.metrics = ctx.metrics
    this.rateLimits = ctx.config.rateLimits
    const missed = new Loader(
      (gaps: Gap[]) => loadMissed(ctx, gaps),
      messagesLimits.missed.gapsMax,
      1,
    )
    const find = async (gap: Gap) => (await missed.get(gap)) ?? []
    this.#delivery = new Delivery(ctx.clock, ctx.metrics, this.roster, find)
    this.#channels = new Channels(ctx, this.roster, () => this.publisher)
    this.#lease = new Lease(ctx, this.roster)
    this.#heads = new Heads(ctx, this.roster)
    this.#upgrades = new LocalLimiter(ctx.clock, placesMax)
  }

  async start(): Promise<void> {
    this.#stopListening = await this.ctx.relay.listen(this.ctx.nodeId, {
      onEnvelope: (envelope) => this.#relayed(envelope),
      onCommand: (command) => this.#obey(command),
      onBroadcast: (broadcast) => this.#broadcast(broadcast),
      onRestored: () => void this.#restored(),
    })
    this.ctx.of(localSockets).attach(this.#offer())
    await this.#lease.start()
    this.#timers.push(this.#heads.start(), this.#channels.start(), recheck(this.ctx, this.roster))
  }

  #relayed(envelope: Envelope): void {
    this.#observeLag(envelope.at)
    this.#delivery.deliver(envelope)
  }

  #broadcast(broadcast: Broadcast): void {
    this.#observeLag(broadcast.at)
    this.#channels.receive(broadcast)
  }

  #observeLag(at: number): void {
    const lag = this.clock.now().getTime() - at
    this.metrics.relayLagSeconds.observe(Math.max(0, lag) / 1000)
  }

  #obey(command: Command): void {
    if (command.do === 'enter') this.#channels.entered(command.conversation, command.users)
    else if (command.do === 'recheck') this.#recheck(command.user)
    else obey(this.roster, command)
  }

  #recheck(user: number): void {
    this.ctx
      .of(watchers)
      .recheck(user)
      .catch((err) => this.ctx.log.debug({ err }, 'whom somebody watches could not be looked at'))
  }

  /** What messages may ask of the sockets here. */
  #offer(): NodeSockets {
    const [delivery, lease, { nodeId }] = [this.#delivery, this.#lease, this.ctx]
    /** Whatever is wrong, the workers have it, too. */
    const handed = (work: () => boolean): boolean => {
      try {
        return work()
      } catch (err) {
        this.ctx.log.error({ err }, 'a batch could not be handed to the sockets here')
        return false
      }
    }
    return {
      nodeId,
      get isAlone() {
        return lease.isAlone
      },
      deliver: (envelope) =>
        handed(() => {
          delivery.deliver(envelope)
          return true
        }),
      broadcast: (broadcast) => handed(() => this.#channels.receive(broadcast)),
      give: (user, socket, frame) => this.roster.find(user, socket)?.send(frame),
      isHere: (user, socket) => this.roster.find(user, socket) !== undefined,
      noteSent: (send) => delivery.noteSent(send),
    }
  }

  /** Seconds until this caller may try to connect again; 0: now. */
  upgradeWait(caller: Caller): number {
    if (!this.rateLimits) return 0
    const wait = this.#upgrades.take(placeOf(caller.address), bucketAt(caller, upgrades))
    if (wait > 0) this.ctx.metrics.limited.inc({ limit: 'upgrade' })
    return wait
  }

  nextConnectionId(): string {
    return `${this.ctx.nodeId}.${++this.#count}`
  }

  handle(connection: Connection, text: string): Promise<void> | undefined {
    return dispatch(this.ctx, connection, text)
  }

  welcome(connection: Connection): Promise<void> {
    return this.#welcome(connection).catch((err) => {
      this.ctx.log.error({ err }, 'a socket could not be welcomed')
      connection.close('busy')
    })
  }

  /** Registers first and says hello after: from hello on nothing live is missed. */
  async #welcome(connection: Connection): Promise<void> {
    this.roster.add(connection)
    this.#limitDevices(connection)
    const entry = entryOf(connection)
    const cursor = await this.ctx.registry
      .join(this.ctx.nodeId, entry)
      .then((entries) => this.#replaceSameDevice(connection, entries))
      // Without Redis nothing live can arrive; `heads` still comes from the database.
      .catch((err) => {
        this.ctx.log.debug({ err }, 'a socket is not registered yet')
        this.#lease.doubt()
      })
      .then(() => this.#channels.enter(connection))
      .then(() => this.ctx.position.get('now'))
    if (connection.closed) return
    const { actor } = connection
    const hello = encode(
      'hello',
      {
        session_id: actor.sessionId,
        device_id: connection.deviceId,
        user_id: actor.userId,
        node_id: this.ctx.nodeId,
        heartbeat_seconds: limits.socket.heartbeatSeconds,
        cursor: cursor?.cursor ?? '',
        epoch: cursor?.epoch ?? '',
      },
      unixSeconds(this.clock),
    )
    connection.greet(hello)
    this.#channels.greeted(connection)
  }

  farewell(connection: Connection): void {
    const last = this.roster.remove(connection)
    this.#channels.leave(connection)
    const entry = entryOf(connection)
    this.ctx.registry.leave(this.ctx.nodeId, entry, last).catch((err) => {
      this.ctx.log.debug({ err }, 'a socket is still registered')
      this.#lease.owe(entry)
    })
  }

  /** SIGTERM: tell everyone to reconnect elsewhere. */
  async stop(): Promise<void> {
    this.draining = true
    for (const timer of this.#timers) timer.stop()
    for (const connection of this.roster.all()) connection.close('restart')
    await this.#lease.stop()
    await this.#stopListening?.()
  }

  /** The line to Redis was down: others may have sent what we did not hear. */
  async #restored(): Promise<void> {
    this.#lease.doubt()
    await this.#lease.check()
    await this.#channels.restored()
    await this.#heads.tell()
  }

  /** A second socket of a device closes the first, wherever that is. */
  async #replaceSameDevice(connection: Connection, entries: readonly Entry[]): Promise<void> {
    const { id: user } = connection.actor
    for (const entry of entries) {
      if (entry.device !== connection.deviceId || entry.connectionId === connection.id) continue
      const command = { do: 'replace', user, connectionId: entry.connectionId } as const
      const node = this.ctx.registry.nodeOf(entry.connectionId)
      if (node === this.ctx.nodeId) obey(this.roster, command)
      else await this.ctx.relay.command(node, command)
    }
  }

  #limitDevices(connection: Connection): void {
    const mine = this.roster.of(connection.actor.id)
    if (mine.length <= limits.socket.perUserMax) return
    mine[0]?.kick('replaced', 'too many devices')
  }
}
