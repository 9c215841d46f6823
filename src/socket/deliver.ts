// Relay → local connections.
import type { Clock } from '../core/clock.ts'
import type { LocalSend } from '../features/messages/commit/draft.ts'
import type { Gap, Missed } from '../features/messages/delivery/missed.ts'
import type { Metrics } from '../infra/metrics.ts'
import type { Command, Envelope, Route } from '../infra/relay.ts'
import { sentFrame } from '../protocol/codec.ts'
import { WriteCoalescer } from './coalescer.ts'
import type { Roster } from './roster.ts'
import { Sequence } from './sequence.ts'

/** Hands each frame to its people's connections here, those of a conversation in order. */
export class Delivery {
  readonly #outgoing = new WriteCoalescer()
  readonly #sequence: Sequence

  constructor(
    private readonly clock: Clock,
    metrics: Pick<Metrics, 'heldFrames' | 'missedFrames'>,
    private readonly roster: Roster,
    find: (gap: Gap) => Promise<readonly Missed[]>,
  ) {
    this.#sequence = new Sequence({
      clock,
      onHeld: () => metrics.heldFrames.inc(),
      find,
      give: (user, frame) => {
        metrics.missedFrames.inc()
        for (const connection of roster.of(user)) this.#outgoing.add(connection, frame)
      },
    })
  }

  deliver(envelope: Envelope): void {
    const now = this.clock.elapsed()
    this.#outgoing.collect(() => {
      envelope.routes.forEach((route, index) => {
        const frame = envelope.frames[index]
        if (frame === undefined) return
        for (const user of route.users) this.#deliverTo(user, route, frame, now)
      })
    })
  }

  /**
   * Told what this node committed for a socket of its own: no frame of it will come here for its
   * sender, unless the sender has another device here.
   */
  noteSent(send: LocalSend): void {
    if (this.roster.of(send.user).length === 1) this.#sequence.note(send)
  }

  #deliverTo(user: number, route: Route, frame: string, now: number): void {
    const here = this.roster.of(user)
    // Nothing is kept of who is not here: of most, where this node has committed.
    if (here.length === 0) return
    // Whoever said it on their only socket here has the acknowledgement, and needs no frame.
    if (here.every((each) => each.id === route.origin)) {
      const { conversation, seq, follows } = route
      if (seq > 0) this.#sequence.note({ conversation, user, seq, follows }, now)
      return
    }
    const give = () => {
      for (const connection of this.roster.of(user)) {
        if (connection.id === route.origin) continue
        const isSender = connection.actor.sessionId === route.origin
        this.#outgoing.add(connection, isSender ? sentFrame(frame) : frame)
      }
    }
    if (route.seq === 0) give()
    else {
      const { conversation, seq, follows } = route
      this.#sequence.pass({ conversation, user, seq, follows }, give, now)
    }
  }
}

/** What concerns single sockets. */
export function obey(roster: Roster, command: Exclude<Command, { do: 'enter' | 'recheck' }>): void {
  if (command.do === 'end') {
    for (const connection of roster.of(command.user)) {
      if (command.sessions.includes(connection.actor.sessionId)) {
        connection.kick('sessionEnded', command.why)
      }
    }
    return
  }
  for (const connection of roster.of(command.user)) {
    if (connection.id === command.connectionId) {
      connection.kick('replaced', 'this device connected again')
    }
  }
}
