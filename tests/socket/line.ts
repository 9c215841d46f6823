// A raw socket as a plain object: it keeps what is written to it, a list of frames for each write.
import type { RawSocket } from '../../src/socket/raw.ts'

export interface Line extends RawSocket {
  readonly writes: string[][]
  closed: { code: number | undefined; reason: string | undefined } | null
  /** What Bun answers to a write: bytes, −1 when some wait, 0 when the frame was dropped. */
  answer: number
  /** Bytes the kernel has not taken. */
  buffered: number
}

/** Bun's server, as far as it publishes. */
export class Hub {
  readonly #topics = new Map<string, Set<Line>>()

  of(topic: string): Set<Line> {
    const lines = this.#topics.get(topic) ?? new Set()
    this.#topics.set(topic, lines)
    return lines
  }

  publish(topic: string, text: string, except?: Line): number {
    for (const line of this.of(topic)) if (line !== except) line.sendText(text)
    return text.length
  }
}

export function newLine(hub = new Hub()): Line {
  let corked: string[] | null = null
  return {
    writes: [],
    closed: null,
    answer: 1,
    buffered: 0,
    sendText(text) {
      if (corked) corked.push(text)
      else this.writes.push([text])
      return this.answer
    },
    cork(work) {
      corked = []
      work()
      this.writes.push(corked)
      corked = null
    },
    close(code, reason) {
      this.closed = { code, reason }
    },
    terminate() {},
    getBufferedAmount() {
      return this.buffered
    },
    subscribe(topic) {
      hub.of(topic).add(this)
    },
    unsubscribe(topic) {
      hub.of(topic).delete(this)
    },
    publish(topic, text) {
      return hub.publish(topic, text, this)
    },
  }
}
