// One person on one socket: says things, says them again after an unknown outcome, and applies
// what it hears in order, as a careful client does.
import { Device, type Frame } from '../support/device.ts'
import type { Person } from '../support/people.ts'
import { countLate, type Placed, type Said } from '../support/history.ts'

export interface TalkerOptions {
  /** Sends that may be without an answer at once. */
  readonly window: number
  /** Milliseconds between two sends at best. */
  readonly paceMs: number
  /** Milliseconds after which a hole is asked for. */
  readonly holeMs: number
}

/** No request may stay open longer; the server's own deadline is 10 s. */
const answerMs = 15_000

export class Talker {
  readonly said: Said[] = []
  readonly applied: Placed[] = []
  /** Codes of refusals with what came with them. */
  readonly refusals: { code: number; retryAfter: number | undefined; at: number }[] = []
  readonly closes: number[] = []
  readonly troubles: string[] = []
  late = 0
  reconnects = 0
  holesFilled = 0
  /** Said and not answered for good, in the order they are to be said again. */
  readonly #open: Said[] = []
  readonly #inFlight = new Map<string, { said: Said; timer: Timer }>()
  readonly #ahead = new Map<number, number>()
  readonly #seqs: number[] = []
  #device: Device | null = null
  #talking = false
  #running = false
  #listening = true
  #pauseUntil = 0
  #count = 0
  #base: number
  #holeTimer: Timer | null = null
  #catching: Promise<void> | null = null

  constructor(
    readonly person: Person,
    readonly conversation: number,
    /** The nodes it may use; the first one is its own. */
    private readonly bases: readonly string[],
    private readonly options: TalkerOptions,
  ) {
    this.#base = 0
  }

  get acked(): number {
    return this.said.filter((each) => each.acks.length > 0).length
  }

  /** Everything it said has been acknowledged. */
  get settled(): boolean {
    return this.#open.length === 0 && this.#inFlight.size === 0
  }

  get lastApplied(): number {
    return this.applied.at(-1)?.seq ?? 0
  }

  get connected(): boolean {
    return this.#device !== null && this.#device.closed === null
  }

  async connect(): Promise<void> {
    const base = this.bases[this.#base % this.bases.length] as string
    const device = await this.#dial(base)
    this.#device = device
    this.#seqs.length = 0
    device.socket.addEventListener('close', ({ code }) => this.#closed(device, code))
    device.socket.addEventListener('message', ({ data }) =>
      this.#hear(device, JSON.parse(String(data)) as Frame),
    )
    // Whatever came since its last connection, asked for once it hears live frames again.
    this.#fill()
    await this.#catching
    if (device.closed) this.#closed(device, device.closed.code)
  }

  async #dial(base: string): Promise<Device> {
    const name = `${this.person.userId}-device`.slice(-60)
    const device = Device.dial(base, this.person.token, name)
    const end = performance.now() + answerMs
    while (device.all('hello').length === 0) {
      if (device.closed) throw new Error(`closed with ${device.closed.code}`)
      if (performance.now() > end) {
        drop(device)
        throw new Error('no hello in time')
      }
      await Bun.sleep(5)
    }
    return device
  }

  talk(): void {
    this.#talking = true
    void this.#run()
  }

  /** Says nothing new; what is open is said again until it has its answer. */
  hush(): void {
    this.#talking = false
  }

  async leave(): Promise<void> {
    this.hush()
    this.#listening = false
    clearTimeout(this.#holeTimer ?? undefined)
    const device = this.#device
    this.#device = null
    for (const { timer } of this.#inFlight.values()) clearTimeout(timer)
    if (device && !device.closed) drop(device)
    await this.#catching
  }

  async #run(): Promise<void> {
    if (this.#running) return
    this.#running = true
    while (this.#listening && (this.#talking || !this.settled)) {
      this.#step()
      await Bun.sleep(this.options.paceMs * (0.5 + Math.random()))
    }
    this.#running = false
  }

  /** One send, if there is room: what failed before goes first, and alone in its order. */
  #step(): void {
    if (!this.connected || performance.now() < this.#pauseUntil) return
    if (this.#open.length > 0) {
      // All answers are in before the first is said again, so that the order is known.
      if (this.#inFlight.size > 0) return
      for (const each of this.#open.splice(0)) this.#send(each)
      return
    }
    if (this.#talking && this.#inFlight.size < this.options.window) this.greet()
  }

  /** Says something new; should it be refused for now, it is said again. */
  greet(): void {
    const said: Said = {
      sender: this.person.userId,
      conversation: this.conversation,
      clientMsgId: crypto.randomUUID(),
      content: `${this.person.userId} ${++this.#count}`,
      invoked: [],
      acks: [],
      refusals: 0,
    }
    this.said.push(said)
    this.#send(said)
    void this.#run()
  }

  #send(said: Said): void {
    const id = `${said.clientMsgId} ${said.invoked.length}`
    said.invoked.push(performance.now())
    const timer = setTimeout(() => {
      this.troubles.push(`${said.content} had no answer within ${answerMs} ms`)
      if (this.#device) drop(this.#device)
    }, answerMs)
    this.#inFlight.set(id, { said, timer })
    const data = {
      conversation_id: said.conversation,
      message_type: 1,
      content: said.content,
      client_msg_id: said.clientMsgId,
    }
    this.#device?.frame('send_message', data, id)
  }

  #hear(device: Device, frame: Frame): void {
    if (device !== this.#device) return
    if (frame.type === 'ack' || frame.type === 'error') return this.#answered(frame)
    if (frame.type === 'message') {
      const { id, seq } = frame.data as { id: number; seq: number }
      this.#seqs.push(seq)
      this.#apply(id, seq)
    }
    if (frame.type === 'heads') {
      const head = (frame.data as Record<string, number>)[String(this.conversation)]
      if (head !== undefined && head > this.lastApplied) this.#noteHole()
    }
  }

  #answered(frame: Frame): void {
    const waiting = this.#inFlight.get(String(frame.id))
    if (!waiting) return
    this.#inFlight.delete(String(frame.id))
    clearTimeout(waiting.timer)
    const { said } = waiting
    if (frame.type === 'ack') {
      const { id, seq } = frame.data as { id: number; seq: number }
      said.acks.push({ id, seq, at: performance.now() })
      this.#apply(id, seq)
      return
    }
    const { code, retryable, retry_after } = frame.data as {
      code: number
      retryable: boolean
      retry_after?: number
    }
    said.refusals++
    this.refusals.push({ code, retryAfter: retry_after, at: performance.now() })
    if (!retryable) this.troubles.push(`${said.content} was refused with ${code}`)
    else this.#open.push(said)
    this.#pauseUntil = performance.now() + (retry_after ?? 1) * 1000 * (0.5 + Math.random() / 2)
  }

  #apply(id: number, seq: number): void {
    if (seq <= this.lastApplied) return
    this.#ahead.set(seq, id)
    for (let next = this.lastApplied + 1; this.#ahead.has(next); next++) {
      this.applied.push({ seq: next, id: this.#ahead.get(next) as number })
      this.#ahead.delete(next)
    }
    if (this.#ahead.size > 0) this.#noteHole()
  }

  /** An answer of its own may be about to fill it. */
  #noteHole(): void {
    this.#holeTimer ??= setTimeout(() => {
      this.#holeTimer = null
      this.#fill()
    }, this.options.holeMs)
  }

  #fill(): void {
    this.#catching ??= this.#fetchMissing()
      .catch(() => {
        if (this.#listening) this.#noteHole()
      })
      .finally(() => (this.#catching = null))
  }

  async #fetchMissing(): Promise<void> {
    for (let more = true; more && this.#listening;) {
      const base = this.bases[this.#base % this.bases.length] as string
      const url = `${base}/api/v1/messages/conversations/${this.conversation}/messages`
      const answer = await fetch(`${url}?after_seq=${this.lastApplied}&limit=100`, {
        headers: { authorization: `Bearer ${this.person.token}` },
        signal: AbortSignal.timeout(answerMs),
      })
      const { data } = (await answer.json()) as {
        data: { list: Placed[]; has_more: boolean } | null
      }
      if (!data) throw new Error(`${answer.status}`)
      for (const each of data.list) {
        if (each.seq > this.lastApplied) this.holesFilled++
        this.#apply(each.id, each.seq)
      }
      more = data.has_more
    }
  }

  #closed(device: Device, code: number): void {
    if (device !== this.#device) return
    this.#device = null
    this.late += countLate(this.#seqs.splice(0))
    if (!this.#listening) return
    this.closes.push(code)
    const unknown = [...this.#inFlight.values()]
    this.#inFlight.clear()
    for (const { timer } of unknown) clearTimeout(timer)
    // Refused ones and unknown ones in the order in which they were first said.
    this.#open.push(...unknown.map(({ said }) => said))
    this.#open.sort((a, b) => this.said.indexOf(a) - this.said.indexOf(b))
    void this.#return()
  }

  /** Connects again, to the other node when its own is gone. */
  async #return(): Promise<void> {
    while (this.#listening) {
      await Bun.sleep(100 + Math.random() * 200)
      try {
        await this.connect()
        this.reconnects++
        return
      } catch {
        this.#base++
      }
    }
  }

  /** Frames out of order so far, on the present socket too. */
  get lateFrames(): number {
    return this.late + countLate(this.#seqs)
  }
}

/** Cuts the line without a goodbye, as when the network goes; only Bun's WebSocket can. */
function drop(device: Device): void {
  ;(device.socket as unknown as { terminate(): void }).terminate()
}
