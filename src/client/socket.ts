// One socket at a time: connect, hello, heartbeat, and again after a close that allows it.
import { closes } from '../protocol/closes.ts'
import type { ServerData } from '../protocol/frames.ts'
import { asCurlewError, CurlewError } from './error.ts'
import type { Limits } from './limits.ts'
import { type Clock, unixSeconds, type WebSocketConstructor, type WebSocketLike } from './ports.ts'
import { afterClose } from './reconnect.ts'

export type Hello = ServerData<'hello'>

export interface Frame {
  readonly type: string
  readonly data: unknown
  readonly id?: string | number
  /** The server's clock, in Unix seconds. */
  readonly timestamp?: number
}

export interface StateEvent {
  /** `closed` is for good, until `connect()` is called again. */
  readonly state: 'idle' | 'connecting' | 'open' | 'waiting' | 'closed'
  /** The close code that led here. */
  readonly code?: number
  readonly reason?: string
  /** While `waiting`. */
  readonly retryInMs?: number
}

export interface SocketPorts {
  readonly clock: Clock
  readonly random: () => number
  readonly limits: Limits
  readonly WebSocket: WebSocketConstructor | undefined
  /** Where to connect; `rejected` says that the last credentials were not accepted. */
  address(rejected: boolean): Promise<{ url: string; protocols: string[] }>
  hello(hello: Hello, serverSeconds: number): void
  frame(frame: Frame): void
  state(event: StateEvent): void
}

export class Socket {
  readonly #ports: SocketPorts
  #state: StateEvent = { state: 'idle' }
  #ws: WebSocketLike | undefined
  /** Counts attempts; what belongs to an earlier one is ignored. */
  #round = 0
  #attempt = 0
  #rejected = false
  /** The server has said on this line that it is about to close it. */
  #kicked = false
  #failures = 0
  #startedAt = -Infinity
  #pings = 0
  /** Timers of this round by purpose. */
  readonly #timers = new Map<'hello' | 'stable' | 'beat' | 'pong' | 'retry', () => void>()

  constructor(ports: SocketPorts) {
    this.#ports = ports
  }

  get state(): StateEvent {
    return this.#state
  }

  /** Attempts in a row that did not come to a hello. */
  get failures(): number {
    return this.#failures
  }

  start(): void {
    if (this.#state.state !== 'idle' && this.#state.state !== 'closed') return
    this.#attempt = 0
    this.#failures = 0
    this.#rejected = false
    void this.#connect()
  }

  stop(code: number = closes.bye.code, reason = 'bye'): void {
    if (this.#state.state === 'closed') return
    this.#detach(code, reason)
    this.#become({ state: 'closed', code, reason })
  }

  /** False when the socket is not open. */
  send(frame: Frame): boolean {
    if (this.#state.state !== 'open' || !this.#ws) return false
    try {
      this.#ws.send(JSON.stringify({ ...frame, timestamp: unixSeconds() }))
      return true
    } catch {
      this.#drop(closes.broken.code)
      return false
    }
  }

  /** The network may have come back, or the machine woke up. */
  nudge(): void {
    const { clock } = this.#ports
    if (this.#state.state === 'open') this.probe()
    else if (this.#state.state === 'waiting' && clock.now() - this.#startedAt > 1_000) {
      void this.#connect()
    }
  }

  /** Asks for a sign of life; without one the socket counts as broken. */
  probe(deadlineMs = this.#ports.limits.probeMs): void {
    if (!this.send({ type: 'ping', data: {}, id: `ping-${++this.#pings}` })) return
    if (!this.#timers.has('pong')) {
      this.#timer('pong', deadlineMs, () => this.#drop(closes.broken.code))
    }
  }

  async #connect(): Promise<void> {
    const { address, clock, limits } = this.#ports
    const mine = ++this.#round
    this.#stopTimers()
    this.#startedAt = clock.now()
    this.#kicked = false
    this.#become({ state: 'connecting' })
    try {
      const { url, protocols } = await address(this.#rejected)
      if (mine !== this.#round) return
      if (!this.#ports.WebSocket) throw new TypeError('This runtime has no WebSocket: pass one.')
      this.#ws = new this.#ports.WebSocket(url, protocols) as WebSocketLike
    } catch (thrown) {
      if (mine === this.#round) this.#unreachable(thrown)
      return
    }
    this.#ws.addEventListener('message', (event) => {
      if (mine === this.#round) this.#receive(event.data)
    })
    this.#ws.addEventListener('close', (event) => {
      if (mine === this.#round) this.#lost(event.code, event.reason)
    })
    // A close follows every error; without a listener `ws` would throw it at the process.
    this.#ws.addEventListener('error', () => {})
    this.#timer('hello', limits.helloMs, () => this.#drop(closes.broken.code))
  }

  #unreachable(thrown: unknown): void {
    const error = asCurlewError(thrown)
    // Anything but ours is a fault of the surroundings (no WebSocket, a URL that is none).
    if (error.reason === 'signed_out' || !(thrown instanceof CurlewError)) {
      this.#round++
      this.#become({ state: 'closed', code: closes.unauthenticated.code, reason: error.msg })
    } else this.#lost(closes.broken.code, error.msg)
  }

  #receive(text: unknown): void {
    this.#timers.get('pong')?.()
    this.#timers.delete('pong')
    let frame: Frame
    try {
      frame = JSON.parse(String(text))
    } catch {
      return
    }
    if (typeof frame?.type !== 'string') return
    if (frame.type === 'kicked') this.#kicked = true
    if (frame.type === 'hello') this.#greeted(frame.data as Hello, Number(frame.timestamp))
    else if (frame.type !== 'pong') this.#ports.frame(frame)
  }

  #greeted(hello: Hello, serverSeconds: number): void {
    const { limits } = this.#ports
    this.#timers.get('hello')?.()
    this.#timers.delete('hello')
    this.#failures = 0
    this.#rejected = false
    this.#timer('stable', limits.stableMs, () => (this.#attempt = 0))
    const seconds = Number(hello.heartbeat_seconds) || 30
    this.#beat(Math.min(Math.max(seconds, 1), 300) * 1000)
    this.#become({ state: 'open' })
    this.#ports.hello(hello, serverSeconds)
  }

  #beat(everyMs: number): void {
    this.#timer('beat', everyMs, () => {
      this.#beat(everyMs)
      this.probe(this.#ports.limits.pongMs)
    })
  }

  /** Gives the socket up without waiting for a close frame that a dead line never brings. */
  #drop(code: number): void {
    this.#detach(closes.bye.code, 'no answer')
    this.#lost(code, 'no answer')
  }

  #detach(code: number, reason: string): void {
    this.#round++
    this.#stopTimers()
    const ws = this.#ws
    this.#ws = undefined
    if (!ws) return
    try {
      // Browsers allow an application only 1000 and 3000–4999.
      ws.close(code === closes.bye.code || code >= 3000 ? code : closes.bye.code, reason)
    } catch {
      // Closing already.
    }
  }

  #lost(code: number, reason: string): void {
    const { random } = this.#ports
    this.#round++
    this.#stopTimers()
    this.#ws = undefined
    if (this.#state.state === 'connecting') this.#failures++
    const after = afterClose(code, this.#attempt, random, this.#kicked)
    if (after.next === 'stop' || (after.next === 'renew' && this.#rejected)) {
      this.#become({ state: 'closed', code, reason })
      return
    }
    this.#attempt++
    if (after.next === 'renew') {
      // With other credentials this is another caller, not the one that was turned away.
      this.#rejected = true
      this.#become({ state: 'waiting', code, reason, retryInMs: 0 })
      void this.#connect()
      return
    }
    this.#timer('retry', after.delayMs, () => void this.#connect())
    this.#become({ state: 'waiting', code, reason, retryInMs: after.delayMs })
  }

  #timer(purpose: 'hello' | 'stable' | 'beat' | 'pong' | 'retry', ms: number, run: () => void) {
    this.#timers.get(purpose)?.()
    const stop = this.#ports.clock.after(ms, () => {
      this.#timers.delete(purpose)
      run()
    })
    this.#timers.set(purpose, stop)
  }

  #stopTimers(): void {
    for (const stop of this.#timers.values()) stop()
    this.#timers.clear()
  }

  #become(state: StateEvent): void {
    if (state.state === this.#state.state && state.state !== 'waiting') return
    this.#state = state
    this.#ports.state(state)
  }
}
