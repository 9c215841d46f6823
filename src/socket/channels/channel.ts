// A channel on this node: the frames of a conversation with many members, in the order of their seq, whether
// this node committed them, a worker brought them or the database was asked for them.
//
// Who comes and who goes stands in that order, too, as system messages: with each of those the node looks who
// of them is in. So the sockets that hear a seq are those of the people it is for, however late it comes, and
// what cannot be put in order is told to nobody: clients see the hole.
import type { Clock, Timer } from '../../core/clock.ts'
import type { Standing } from '../../features/conversations/channels.ts'
import { toldOf } from '../../features/messages/system.ts'
import type { ChannelFrame } from '../../infra/relay.ts'
import type { Connection } from '../connection.ts'
import { limits } from '../limits.ts'
import type { ChannelSockets } from './sockets.ts'

/** What a channel asks the database; each rejects while that is away, and is asked again. */
export interface ChannelQuestions {
  standing(users: readonly number[]): Promise<Standing>
  named(names: readonly string[]): Promise<ReadonlyMap<number, number | null>>
  /** The first frames after a seq. */
  missed(after: number): Promise<readonly ChannelFrame[]>
}

export interface ChannelParts {
  readonly clock: Clock
  readonly ask: ChannelQuestions
  onMissed(frames: number): void
  onError(error: unknown): void
  /** Nobody is in it any more. */
  onEmpty(): void
}

type Waiting = PromiseWithResolvers<void>

export class Channel {
  /** The last seq that has passed; null until the channel is open. */
  #last: number | null = null
  /** The highest seq that is known of. */
  #head = 0
  readonly #held = new Map<number, ChannelFrame>()
  #signals: ChannelFrame[] = []
  /** People to ask about, and who waits for that. */
  #wanted = new Map<number, Waiting[]>()
  /** A question is under way: what comes meanwhile waits. */
  #isAsking = false
  #isClosed = false
  #timer: Timer | null = null

  /** `late`: this node should have hosted it for a moment already; what was said in that is told. */
  constructor(
    private readonly parts: ChannelParts,
    private readonly sockets: ChannelSockets,
    private readonly late: boolean,
  ) {}

  /** Resolves when somebody who is in it is heard by all their sockets here; rejects without a database. */
  enter(user: number): Promise<void> {
    const waiting = Promise.withResolvers<void>()
    this.#want(user, [waiting])
    this.#run()
    return waiting.promise
  }

  /** Looks whether these are in it still, or have come. */
  review(users: Iterable<number>): void {
    for (const user of users) this.#want(user, [])
    this.#run()
  }

  /** Its newest seq, as the database has it. */
  sees(head: number): void {
    this.#head = Math.max(this.#head, head)
    this.#run()
  }

  receive(frames: readonly ChannelFrame[]): void {
    for (const frame of frames) this.#hold(frame)
    const { heldMax } = limits.channel
    if (this.#signals.length > heldMax) this.#signals.splice(0, this.#signals.length - heldMax)
    if (this.#held.size > heldMax) this.#skip()
    this.#run()
  }

  /** Hello has left: from now on the topic is heard. */
  greeted(connection: Connection): void {
    this.sockets.greeted(connection)
  }

  /** It is gone. */
  drop(connection: Connection): void {
    this.sockets.remove(connection)
    this.#run()
  }

  close(): void {
    this.#isClosed = true
    this.#stopTimer()
  }

  #hold(frame: ChannelFrame): void {
    const { kind, seq } = frame
    this.#head = Math.max(this.#head, seq)
    if (kind === 'signal') this.#signals.push(frame)
    else if (seq > (this.#last ?? 0) && !this.#held.has(seq)) this.#held.set(seq, frame)
  }

  #want(user: number, waiting: readonly Waiting[]): void {
    this.#wanted.set(user, [...(this.#wanted.get(user) ?? []), ...waiting])
  }

  #run(): void {
    if (this.#isAsking || this.#isClosed) return
    while (true) {
      if (this.#wanted.size > 0) return this.#admit()
      const next = this.#last === null ? undefined : this.#held.get(this.#last + 1)
      if (!next) break
      const names = next.kind === 'system' ? toldOf(next.frame) : []
      if (names.length > 0) return this.#move(next, names)
      this.#pass(next)
    }
    if (this.sockets.isEmpty) return this.parts.onEmpty()
    this.#signal()
    if (this.#head <= (this.#last ?? 0)) this.#stopTimer()
    else this.#timer ??= this.parts.clock.after(limits.channel.holdMs, () => this.#fill())
  }

  /** Asks one question at a time. After one that failed all waits a moment. */
  #ask(question: () => Promise<void>): void {
    this.#isAsking = true
    this.#stopTimer()
    question().then(
      () => this.#asked(),
      (error: unknown) => {
        this.parts.onError(error)
        this.parts.clock.after(limits.channel.holdMs, () => this.#asked())
      },
    )
  }

  #asked(): void {
    this.#isAsking = false
    this.#run()
  }

  #admit(): void {
    const wanted = this.#wanted
    this.#wanted = new Map()
    this.#ask(async () => {
      try {
        const { head, settled, since } = await this.parts.ask.standing([...wanted.keys()])
        this.#head = Math.max(this.#head, head)
        this.#last ??= this.late ? settled : head
        // Passed over meanwhile: who came or went since then the answer does not know.
        if (head < this.#last) return wanted.forEach((all, user) => this.#want(user, all))
        for (const user of wanted.keys())
          this.sockets.place(user, since.get(user) ?? null, this.#last)
        this.#forget()
        for (const all of wanted.values()) all.forEach((waiting) => waiting.resolve())
      } catch (error) {
        // Who waits is told; whoever is here already is asked about again.
        for (const [user, all] of wanted) {
          all.forEach((waiting) => waiting.reject(error))
          if (this.sockets.hasGreeted(user)) this.#want(user, [])
        }
        throw error
      }
    })
  }

  /** Somebody has come or gone with this seq. */
  #move(frame: ChannelFrame, names: readonly string[]): void {
    this.#ask(async () => {
      const found = await this.parts.ask.named(names)
      if (this.#last !== frame.seq - 1) return
      for (const [user, since] of found) this.sockets.place(user, since, frame.seq - 1)
      this.#pass(frame)
    })
  }

  #pass(frame: ChannelFrame): void {
    this.#held.delete(frame.seq)
    this.#last = frame.seq
    this.#stopTimer()
    this.sockets.tell(frame)
  }

  /** Signals whose time has come. */
  #signal(): void {
    if (this.#signals.length === 0 || this.#last === null) return
    const last = this.#last
    const due = this.#signals.filter((each) => each.seq <= last)
    this.#signals = this.#signals.filter((each) => each.seq > last)
    for (const each of due) this.sockets.tell(each)
  }

  /** What has not come is asked for. */
  #fill(): void {
    this.#timer = null
    const after = this.#last ?? 0
    if (this.#head - after > limits.channel.heldMax) {
      this.#skip()
      return this.#run()
    }
    this.#ask(async () => {
      const found = await this.parts.ask.missed(after)
      if (this.#last !== after) return
      const missing = found.filter(({ seq }) => !this.#held.has(seq))
      for (const frame of missing) this.#hold(frame)
      this.parts.onMissed(missing.length)
      // Not there either: it was erased.
      if (!this.#held.has(after + 1)) this.#skip()
    })
  }

  /**
   * Too much is missing to be told. Who came or went with it is not known: all are looked at again, and
   * the order begins where the next frame stands.
   */
  #skip(): void {
    const last = this.#last ?? 0
    const later = [...this.#held.keys()].filter((seq) => seq > last)
    const isTooMuch =
      later.length > limits.channel.heldMax || this.#head - last > limits.channel.heldMax
    this.#last = isTooMuch || later.length === 0 ? this.#head : Math.min(...later) - 1
    this.#forget()
    for (const user of this.sockets.users()) this.#want(user, [])
  }

  #forget(): void {
    const last = this.#last ?? 0
    for (const seq of this.#held.keys()) if (seq <= last) this.#held.delete(seq)
  }

  #stopTimer(): void {
    this.#timer?.stop()
    this.#timer = null
  }
}
