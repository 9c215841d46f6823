// Dead-peer detection: sockets to Postgres that give up on a peer who does not answer.
//
// postgres.js waits for ever when a line falls silent without a reset (a partition, a router that
// forgot it). What it forgets of lines that end with a word is mended in patches/.
import { connect, type Socket } from 'node:net'
import { systemClock } from '../core/clock.ts'
import { PendingReplies } from './pending-replies.ts'

const lookMs = 1_000

interface Target {
  readonly host: string | readonly string[]
  readonly port: number | readonly number[]
}

/** The code is one that infra/db counts as "away". */
function broken(message: string): Error {
  return Object.assign(new Error(message), { code: 'CONNECTION_CLOSED' })
}

/** The lines of one pool. In real time, whatever clock the process has: lines break in it. */
export class WatchedConnections {
  readonly #connections = new Set<WatchedConnection>()

  constructor(private readonly silenceMs: number) {}

  /** For postgres.js, which writes at once; the socket keeps that until it is connected. */
  dial({ host, port }: Target): Socket {
    const socket = connect({ host: String([host].flat()[0]), port: Number([port].flat()[0]) })
    const line = new WatchedConnection(socket)
    this.#connections.add(line)
    const timer = systemClock.every(lookMs, () => this.#look(line))
    socket.once('close', () => {
      timer.stop()
      this.#connections.delete(line)
    })
    return socket
  }

  /** What broke one line broke others: those that have been as silent are not tried one by one. */
  #look({ since }: WatchedConnection): void {
    if (since === 0 || systemClock.elapsed() - since < this.silenceMs) return
    for (const each of this.#connections) {
      if (each.heardAt <= since) each.socket.destroy(broken(`no answer for ${this.silenceMs} ms`))
    }
  }
}

class WatchedConnection {
  /** Since when an answer is due; 0 when none is. */
  since = 0
  heardAt = systemClock.elapsed()
  readonly #pending = new PendingReplies()

  constructor(readonly socket: Socket) {
    const write = socket.write.bind(socket) as (...args: unknown[]) => boolean
    socket.write = ((...args: unknown[]) => {
      this.#pending.asked(args[0] as Buffer)
      if (this.#pending.open) this.since ||= systemClock.elapsed()
      return write(...args)
    }) as Socket['write']
    socket.on('data', (chunk: Buffer) => {
      this.heardAt = systemClock.elapsed()
      this.#pending.answered(chunk)
      this.since = this.#pending.open ? this.heardAt : 0
    })
  }
}
