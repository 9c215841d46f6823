// Relay → local connections.
import type { Command, Envelope, Route } from '../infra/relay.ts'
import { sentFrame } from '../protocol/codec.ts'
import type { Connection } from './connection.ts'
import type { Door } from './door.ts'

/** Frames on their way out, by connection: one write carries all of one envelope. */
export class Outgoing {
  #frames: Map<Connection, string[]> | null = null

  /** Runs the work; what it adds leaves at the end, in the order it was added. */
  collect(work: () => void): void {
    const frames = (this.#frames = new Map<Connection, string[]>())
    try {
      work()
    } finally {
      this.#frames = null
      for (const [connection, all] of frames) connection.sendAll(all)
    }
  }

  /** At once when nobody collects: a frame that was held until its patience ended. */
  add(connection: Connection, frame: string): void {
    if (!this.#frames) return connection.send(frame)
    const frames = this.#frames.get(connection)
    if (frames) frames.push(frame)
    else this.#frames.set(connection, [frame])
  }
}

/** Hands each frame to its people's connections here. */
export function deliverEnvelope(door: Door, envelope: Envelope): void {
  const lag = door.ctx.clock.now().getTime() - envelope.at
  door.ctx.metrics.relayLagSeconds.observe(Math.max(0, lag) / 1000)
  door.outgoing.collect(() => {
    envelope.routes.forEach((route, index) => {
      const frame = envelope.frames[index]
      if (frame === undefined) return
      for (const user of route.users) deliverTo(door, user, route, frame)
    })
  })
}

function deliverTo(door: Door, user: number, route: Route, frame: string): void {
  const give = () => {
    for (const connection of door.roster.of(user)) {
      if (connection.id === route.origin) continue
      const isSender = connection.actor.sessionId === route.origin
      door.outgoing.add(connection, isSender ? sentFrame(frame) : frame)
    }
  }
  if (route.seq === 0) give()
  else {
    const { conversation, seq, follows } = route
    door.sequence.pass({ conversation, user, seq, follows }, give)
  }
}

export function obey(door: Door, command: Command): void {
  if (command.do === 'end') {
    for (const connection of door.roster.of(command.user)) {
      if (command.sessions.includes(connection.actor.sessionId)) {
        connection.kick('sessionEnded', command.why)
      }
    }
    return
  }
  for (const connection of door.roster.of(command.user)) {
    if (connection.id === command.connectionId) {
      connection.kick('replaced', 'this device connected again')
    }
  }
}
