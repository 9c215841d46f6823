// Sockets to Postgres that give up on a peer who does not answer.
//
// postgres.js waits for ever in two cases that real networks know: the line falls silent without a
// reset (a partition, a router that forgot it), and somebody in between takes a connection and
// closes it again while the server is away (a proxy, a published container port).
import { connect, type Socket } from 'node:net'
import { systemClock } from '../core/clock.ts'

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
export class Lines {
  readonly #lines = new Set<Line>()

  constructor(private readonly silenceMs: number) {}

  /** For postgres.js, which writes at once; the socket keeps that until it is connected. */
  dial({ host, port }: Target): Socket {
    const socket = connect({ host: String([host].flat()[0]), port: Number([port].flat()[0]) })
    const line = new Line(socket)
    this.#lines.add(line)
    const timer = systemClock.every(lookMs, () => this.#look(line))
    socket.once('close', () => {
      timer.stop()
      this.#lines.delete(line)
    })
    return socket
  }

  /** What broke one line broke others: those that have been as silent are not tried one by one. */
  #look({ since }: Line): void {
    if (since === 0 || systemClock.elapsed() - since < this.silenceMs) return
    for (const each of this.#lines) {
      if (each.heardAt <= since) each.socket.destroy(broken(`no answer for ${this.silenceMs} ms`))
    }
  }
}

class Line {
  /** Since when an answer is due; 0 when none is. */
  since = 0
  heardAt = systemClock.elapsed()
  #heard = false

  constructor(readonly socket: Socket) {
    const write = socket.write.bind(socket) as (...args: unknown[]) => boolean
    socket.write = ((...args: unknown[]) => {
      this.since ||= systemClock.elapsed()
      return write(...args)
    }) as Socket['write']
    socket.on('data', (chunk: Buffer) => {
      this.#heard = true
      this.heardAt = systemClock.elapsed()
      this.since = isReady(chunk) ? 0 : this.heardAt
    })
    socket.once('end', () => {
      if (!this.#heard) socket.destroy(broken('closed before the server spoke'))
    })
  }
}

/** Whether a chunk ends with ReadyForQuery: 'Z', the length 5, and the transaction's state. */
function isReady(chunk: Buffer): boolean {
  const at = chunk.length - 6
  return at >= 0 && chunk[at] === 0x5a && chunk.readUInt32BE(at + 1) === 5
}
