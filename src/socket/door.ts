// The WebSocket door of one node: welcomes sockets, keeps them registered, says goodbye.
import type { FailureDetails } from '../core/failure.ts'
import type { Caller, Locale } from '../core/actor.ts'
import { upgrades } from '../core/buckets.ts'
import type { Timer } from '../core/clock.ts'
import { limits } from '../core/limits.ts'
import { Meter } from '../core/meter.ts'
import { placeOf } from '../core/place.ts'
import type { Context } from '../context.ts'
import { bucketAt } from '../features/allowance.ts'
import type { Entry } from '../infra/registry.ts'
import { encode, encodeAnswer } from '../protocol/codec.ts'
import { errors, type ErrorName } from '../protocol/errors.ts'
import type { RequestId } from '../protocol/frames.ts'
import { messageOf } from '../texts/texts.ts'
import type { Connection } from './connection.ts'
import { deliverEnvelope, obey, Outgoing } from './deliver.ts'
import { Heads } from './heads.ts'
import { Lease } from './lease.ts'
import { recheck } from './recheck.ts'
import { entryOf, Roster } from './roster.ts'
import { Sequence, type SequencePlace } from './sequence.ts'

export class Door {
  readonly roster = new Roster()
  readonly outgoing = new Outgoing()
  readonly sequence: Sequence
  readonly lease: Lease
  readonly #heads: Heads
  readonly #upgrades: Meter
  readonly #timers: Timer[] = []
  #count = 0
  #stopListening: (() => Promise<void>) | null = null
  draining = false

  constructor(readonly ctx: Context) {
    this.sequence = new Sequence(ctx.clock, () => ctx.metrics.heldFrames.inc())
    this.lease = new Lease(this)
    this.#heads = new Heads(this)
    this.#upgrades = new Meter(ctx.clock)
  }

  async start(): Promise<void> {
    this.#stopListening = await this.ctx.relay.listen(this.ctx.nodeId, {
      onEnvelope: (envelope) => deliverEnvelope(this, envelope),
      onCommand: (command) => obey(this, command),
      onRestored: () => void this.#restored(),
    })
    await this.lease.start()
    this.#timers.push(this.#heads.start(), recheck(this))
  }

  /**
   * Told what this node committed for a socket of its own: no frame of it will come here for its
   * sender, unless the sender has another device here.
   */
  noteCommitted(place: SequencePlace): void {
    if (this.roster.of(place.user).length === 1) this.sequence.note(place)
  }

  /** Seconds until this caller may try to connect again; 0: now. */
  upgradeWait(caller: Caller): number {
    if (!this.ctx.config.rateLimits) return 0
    const wait = this.#upgrades.take(placeOf(caller.address), bucketAt(caller, upgrades))
    if (wait > 0) this.ctx.metrics.limited.inc({ limit: 'upgrade' })
    return wait
  }

  nextConnectionId(): string {
    return `${this.ctx.nodeId}.${++this.#count}`
  }

  seconds(): number {
    return Math.floor(this.ctx.clock.now().getTime() / 1000)
  }

  /** Registers first and says hello after: from hello on nothing live is missed. */
  async welcome(connection: Connection): Promise<void> {
    this.roster.add(connection)
    this.#limitDevices(connection)
    const entry = entryOf(connection)
    const cursor = await this.ctx.registry
      .join(this.ctx.nodeId, entry)
      .then((entries) => this.#replaceSameDevice(connection, entries))
      // Without Redis nothing live can arrive; `heads` still comes from the database.
      .catch((err) => {
        this.ctx.log.debug({ err }, 'a socket is not registered yet')
        this.lease.doubt()
      })
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
      this.seconds(),
    )
    connection.greet(hello)
  }

  farewell(connection: Connection): void {
    const last = this.roster.remove(connection)
    const entry = entryOf(connection)
    this.ctx.registry.leave(this.ctx.nodeId, entry, last).catch((err) => {
      this.ctx.log.debug({ err }, 'a socket is still registered')
      this.lease.owe(entry)
    })
  }

  /** SIGTERM: tell everyone to reconnect elsewhere. */
  async stop(): Promise<void> {
    this.draining = true
    for (const timer of this.#timers) timer.stop()
    for (const connection of this.roster.all()) connection.close('restart')
    await this.lease.stop()
    await this.#stopListening?.()
  }

  refusal(reason: ErrorName, locale: Locale, details: FailureDetails, id?: RequestId): string {
    const { code, retryable } = errors[reason]
    const data = { ...details, code, msg: messageOf(locale, reason, details), retryable }
    return encodeAnswer('error', data, this.seconds(), id)
  }

  /** The line to Redis was down: others may have sent what we did not hear. */
  async #restored(): Promise<void> {
    this.lease.doubt()
    await this.lease.check()
    await this.#heads.tell()
  }

  /** A second socket of a device closes the first, wherever that is. */
  async #replaceSameDevice(connection: Connection, entries: readonly Entry[]): Promise<void> {
    const { id: user } = connection.actor
    for (const entry of entries) {
      if (entry.device !== connection.deviceId || entry.connectionId === connection.id) continue
      const command = { do: 'replace', user, connectionId: entry.connectionId } as const
      const node = this.ctx.registry.nodeOf(entry.connectionId)
      if (node === this.ctx.nodeId) obey(this, command)
      else await this.ctx.relay.command(node, command)
    }
  }

  #limitDevices(connection: Connection): void {
    const mine = this.roster.of(connection.actor.id)
    if (mine.length <= limits.socket.perUserMax) return
    mine[0]?.kick('replaced', 'too many devices')
  }
}
