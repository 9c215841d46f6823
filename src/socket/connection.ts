// One device's socket: hello → live → closed. Bun calls it through Elysia's dispatch.
import type { Actor, Locale } from '../core/actor.ts'
import { unixSeconds, type Clock } from '../core/clock.ts'
import { Lane } from '../core/lane.ts'
import { limits } from './limits.ts'
import type { Metrics } from '../infra/metrics.ts'
import { closes, type CloseName } from '../protocol/closes.ts'
import { encode } from '../protocol/codec.ts'
import { say, texts } from '../texts/texts.ts'
import { Answers } from './answers.ts'
import { errorFrame } from './error-frame.ts'
import type { RawSocket } from './raw.ts'

/** What a connection needs around it; the door of a node is one. */
export interface Host {
  readonly clock: Clock
  readonly metrics: Pick<Metrics, 'sockets' | 'closes' | 'framesIn' | 'framesOut'>
  /** Whether frames are counted against the rate limit. */
  readonly rateLimits: boolean
  /** Lets it in: greets it, or closes it. Never rejects; frames wait until it is done. */
  welcome(connection: Connection): Promise<void>
  /** Handles one frame; a promise makes the later ones wait. */
  handle(connection: Connection, text: string): Promise<void> | undefined
  /** Told once, when it is gone. */
  farewell(connection: Connection): void
}

/** What one socket had to wait for is measured in frames it may still send at once. */
interface FrameBucket {
  frames: number
  at: number
  refused: number
}

export class Connection {
  raw: RawSocket | null = null
  closed = false
  /** Frames that came before hello had left; it must be the first. */
  #early: string[] | null = []
  /** What leaves with the next write. */
  #later: string[] | null = null
  /** Made by the first frame: most sockets are idle, and ten thousand must be cheap. */
  #lane: Lane<string> | null = null
  #answers: Answers | null = null
  #bucket: FrameBucket | null = null
  #ready: Promise<void> | null = null

  constructor(
    /** Starts with the node's id, see infra/registry. */
    readonly id: string,
    readonly actor: Actor,
    readonly deviceId: string,
    readonly locale: Locale,
    private readonly host: Host,
  ) {}

  open(raw: RawSocket): void {
    this.raw = raw
    this.host.metrics.sockets.inc()
    this.#ready = this.host.welcome(this)
  }

  message(_: RawSocket, text: string | Buffer): void {
    if (this.closed) return
    this.host.metrics.framesIn.inc()
    if (typeof text !== 'string') return this.close('protocolError')
    if (!this.#takeFrame()) return
    this.#lane ??= new Lane(
      (each) => this.#handle(each),
      (each) => each.length,
      limits.socket.laneFramesMax,
      limits.socket.laneBytesMax,
    )
    if (!this.#lane.push(text)) this.close('tooManyFrames')
  }

  drain(): void {}

  close(reason: CloseName | RawSocket): void {
    // Bun's own call, when the line is gone, passes the socket; ours says why.
    if (typeof reason !== 'string') return this.#gone()
    if (this.closed) return
    this.host.metrics.closes.inc({ reason })
    this.flush()
    const raw = this.raw
    this.#gone()
    raw?.close(closes[reason].code, texts[this.locale].closes[reason])
  }

  /** Says why before closing, by a phrase of src/texts: signed out, replaced. */
  kick(reason: CloseName, words: string): void {
    if (this.closed) return
    const data = { reason: say(this.locale, words) }
    this.send(encode('kicked', data, unixSeconds(this.host.clock)))
    this.close(reason)
  }

  get answers(): Answers {
    return (this.#answers ??= new Answers((frames) => this.sendAll(frames)))
  }

  send(frame: string): void {
    if (this.#early) {
      if (this.#early.length < limits.socket.laneFramesMax) this.#early.push(frame)
      return
    }
    if (this.#later) return this.sendAll([frame])
    if (this.closed || !this.raw) return
    this.host.metrics.framesOut.inc()
    this.#check(this.raw.sendText(frame))
  }

  /** Several frames in one write, behind those that wait. */
  sendAll(frames: readonly string[]): void {
    if (this.#early) return frames.forEach((frame) => this.send(frame))
    const all = this.#later ? [...this.#later, ...frames] : frames
    this.#later = null
    const [only] = all
    if (only === undefined) return
    if (all.length === 1) return this.send(only)
    const raw = this.raw
    if (this.closed || !raw) return
    this.host.metrics.framesOut.inc(all.length)
    let worst = 1
    raw.cork(() => {
      for (const frame of all) worst = Math.min(worst, raw.sendText(frame))
    })
    this.#check(worst)
  }

  /** They leave with what is written next; `flush` has to be called for the case that there is nothing. */
  sendLater(frames: readonly string[]): void {
    if (this.#early) return this.sendAll(frames)
    this.#later ??= []
    this.#later.push(...frames)
    if (this.#later.length >= limits.socket.laterFramesMax) this.flush()
  }

  /** Writes what waits for the next write. */
  flush(): void {
    if (this.#later) this.sendAll([])
  }

  /** Hello has left. */
  get isGreeted(): boolean {
    return this.#early === null
  }

  /** What was published went past `send`. */
  closeIfSlow(): void {
    if (this.raw && this.raw.getBufferedAmount() > limits.socket.outboundBytesMax) {
      this.close('tooSlow')
    }
  }

  /** Hello leaves first, then what came meanwhile. */
  greet(hello: string): void {
    const early = this.#early ?? []
    this.#early = null
    this.#ready = null
    this.sendAll([hello, ...early])
  }

  /**
   * Bun answers −1 when the kernel did not take everything and 0 when it dropped the frame. A
   * device that far behind reconnects and syncs; nothing is dropped silently.
   */
  #check(result: number): void {
    if (result === 0) this.close('tooSlow')
    else if (result < 0) this.closeIfSlow()
  }

  #handle(text: string): Promise<void> | undefined {
    if (this.closed) return undefined
    return this.#ready
      ? this.#ready.then(() => (this.closed ? undefined : this.host.handle(this, text)))
      : this.host.handle(this, text)
  }

  /** A token bucket of frames; a socket that goes on after many refusals is closed. */
  #takeFrame(): boolean {
    if (!this.host.rateLimits) return true
    const now = this.host.clock.elapsed()
    const { framesBurst, framesPerSecond, refusedFramesMax } = limits.socket
    this.#bucket ??= { frames: framesBurst, at: now, refused: 0 }
    const bucket = this.#bucket
    const earned = ((now - bucket.at) / 1000) * framesPerSecond
    bucket.frames = Math.min(framesBurst, bucket.frames + earned)
    bucket.at = now
    if (bucket.frames >= 1) {
      bucket.frames--
      bucket.refused = 0
      return true
    }
    if (++bucket.refused > refusedFramesMax) this.close('tooManyFrames')
    else this.#refuse()
    return false
  }

  #refuse(): void {
    const seconds = unixSeconds(this.host.clock)
    this.send(errorFrame('tooManyRequests', this.locale, { retry_after: 1 }, seconds))
  }

  #gone(): void {
    if (this.closed) return
    this.closed = true
    this.#lane?.clear()
    this.#later = null
    this.raw = null
    this.host.metrics.sockets.dec()
    this.host.farewell(this)
  }
}
