// Write coalescing: frames on their way out, how many writes they take, and when.
import type { Connection } from './connection.ts'
import { limits } from './limits.ts'

/**
 * One write carries all that one envelope has for a socket. An envelope for few sockets leaves at once. One
 * for many leaves in turns, so many sockets in each turn of the event loop: what others say meanwhile, and
 * the acknowledgements of what the socket itself has said, leave in the same write. Nobody waits for a
 * timer, and the busier the node the fewer its writes.
 */
export class WriteCoalescer {
  #frames: Map<Connection, string[]> | null = null
  /** Those whose turn has not come, in the order in which they began to wait. */
  readonly #waiting = new Set<Connection>()

  /** Runs the work; what it adds leaves in the order it was added. */
  collect(work: () => void): void {
    const frames = (this.#frames = new Map<Connection, string[]>())
    try {
      work()
    } finally {
      this.#frames = null
      const areFew = frames.size <= limits.socket.writesPerTurn
      for (const [connection, all] of frames) {
        if (areFew) connection.sendAll(all)
        else this.#add(connection, all)
      }
    }
  }

  /** At once when nobody collects: a frame that was held until its patience ended. */
  add(connection: Connection, frame: string): void {
    if (!this.#frames) return connection.send(frame)
    const frames = this.#frames.get(connection)
    if (frames) frames.push(frame)
    else this.#frames.set(connection, [frame])
  }

  #add(connection: Connection, frames: readonly string[]): void {
    connection.sendLater(frames)
    if (this.#waiting.size === 0) setImmediate(() => this.#turn())
    this.#waiting.add(connection)
  }

  #turn(): void {
    for (const connection of this.#waiting.values().take(limits.socket.writesPerTurn)) {
      this.#waiting.delete(connection)
      connection.flush()
    }
    if (this.#waiting.size > 0) setImmediate(() => this.#turn())
  }
}
