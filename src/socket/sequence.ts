// Puts the frames of a conversation in order for each of its people on this node.
//
// Workers handle jobs in parallel, so two batches of one conversation can overtake each other on
// the way; what this node hands over itself comes before what another node said earlier. A frame whose
// predecessor is missing waits for it a moment, then the database is asked for what did not come. This
// is a courtesy to clients that draw what they hear: correctness rests on `seq`.
import type { Clock, Timer } from '../core/clock.ts'
import { limits } from './limits.ts'
import { limits as messagesLimits } from '../features/messages/limits.ts'
import type { Gap, Missed } from '../features/messages/delivery/missed.ts'
import { Positions } from './positions.ts'

export interface SequenceKey {
  readonly conversation: number
  readonly user: number
  readonly seq: number
  readonly follows: boolean
}

export interface SequenceParts {
  readonly clock: Clock
  /** Told of every frame that waits. */
  onHeld(): void
  /** In rising seq; rejects when the database is away. */
  find(gap: Gap): Promise<readonly Missed[]>
  /** Gives somebody here a frame that was found. */
  give(user: number, frame: string): void
}

interface Position {
  readonly conversation: number
  readonly user: number
  last: number
  /** False while only frames came that follow others: where the order begins is not known. */
  sure: boolean
  at: number
  /** What waits, by seq; null for a seq that needs no frame here. */
  held: Map<number, (() => void) | null> | null
  timer: Timer | null
  /** The database is being asked for what is missing. */
  isAsking: boolean
  /** Seqs that were found there: their own frames, should they come, are told no more. */
  found: Set<number> | null
}

export class Sequence {
  /** By conversation and person: what reaches one of them need not reach the other here. */
  readonly #positions = new Positions<Position>(limits.order.positionsMax)

  constructor(private readonly parts: SequenceParts) {}

  /**
   * Runs `deliver` now, or once the frame before it has passed or was found in the database.
   * `follows` says that the one before was said a moment ago: then it is waited for even by somebody
   * of whom nothing is known here yet. `now` is given by who asks for many at once.
   */
  pass(place: SequenceKey, deliver: () => void, now = this.parts.clock.elapsed()): void {
    this.#pass(place, deliver, now)
  }

  /**
   * Notes a seq that brings its sender no frame here: its only socket got the acknowledgement. It
   * is early, by the whole lag of the relay, and tells nothing about what is late: nobody's
   * patience begins with it.
   */
  note(place: SequenceKey, now = this.parts.clock.elapsed()): void {
    this.#pass(place, null, now)
  }

  #pass(place: SequenceKey, deliver: (() => void) | null, now: number): void {
    const known = this.#known(place, now)
    const { seq } = place
    if (known.found?.delete(seq)) return
    if (!known.sure) {
      if (place.follows && seq > 1) return this.#hold(known, seq, deliver)
      // Nothing comes before this one: here the order begins.
      known.sure = true
      known.last = seq - 1
    }
    const isWaiting = known.timer !== null || known.isAsking
    const stale = now - known.at > messagesLimits.message.followsMs && !isWaiting
    if (seq > known.last + 1 && !stale) return this.#hold(known, seq, deliver)
    deliver?.()
    known.last = Math.max(known.last, seq)
    known.at = now
    this.#release(known)
  }

  #known({ conversation, user }: SequenceKey, at: number): Position {
    let known = this.#positions.get(conversation, user)
    if (!known) {
      const nothing = { held: null, timer: null, isAsking: false, found: null }
      known = { conversation, user, last: 0, sure: false, at, ...nothing }
      this.#positions.set(conversation, user, known)
    }
    return known
  }

  #hold(position: Position, seq: number, deliver: (() => void) | null): void {
    position.held ??= new Map()
    position.held.set(seq, deliver)
    if (deliver) this.parts.onHeld()
    const { heldMax } = limits.order
    if (position.isAsking) {
      // Too many for a database that takes its time: what it finds then is told no more.
      if (position.held.size >= 2 * heldMax) {
        this.#passHeld(position, Math.max(...position.held.keys()))
      }
      return
    }
    // So many waiting for one: it is lost.
    if (position.held.size >= heldMax) void this.#giveUp(position)
    else if (deliver) this.#beginPatience(position)
  }

  /** Where nothing but own words were noted nobody waits, and nothing is asked. */
  #giveUp(position: Position): Promise<void> | undefined {
    const { held } = position
    if (held?.values().some((each) => each !== null)) return this.#ask(position)
    position.last = Math.max(position.last, ...(held?.keys() ?? []))
    position.sure = true
    position.held = null
    return undefined
  }

  #beginPatience(position: Position): void {
    const { clock } = this.parts
    position.timer ??= clock.after(limits.order.holdMs, () => void this.#ask(position))
  }

  /** What follows without a gap goes out. */
  #release(position: Position): void {
    const { held } = position
    if (!held) return
    for (const [seq, deliver] of held) {
      if (seq > position.last) continue
      held.delete(seq)
      deliver?.()
    }
    let next: (() => void) | null | undefined
    while ((next = held.get(position.last + 1)) !== undefined) {
      position.last++
      held.delete(position.last)
      next?.()
    }
    if (held.values().some((each) => each !== null)) return
    position.timer?.stop()
    position.timer = null
    if (held.size === 0) position.held = null
  }

  /** What is missing did not come: it is told as the database has it, each in its place. */
  async #ask(position: Position): Promise<void> {
    position.timer?.stop()
    position.timer = null
    position.isAsking = true
    const before = Math.max(...(position.held?.keys() ?? []))
    const missed = await this.#missed(position, before)
    position.isAsking = false
    position.sure = true
    position.at = this.parts.clock.elapsed()
    // Nothing waits any longer for what is missing still: clients see the hole by its seq.
    this.#passHeld(position, before, missed)
    this.#release(position)
    if (position.held?.values().some((each) => each !== null)) this.#beginPatience(position)
  }

  /** What is held up to a seq goes out, and what was found of the rest in its place. */
  #passHeld(position: Position, upTo: number, missed: readonly Missed[] = []): void {
    const due = [...(position.held ?? [])].filter(([seq]) => seq <= upTo)
    const found = missed.flatMap(({ seq, frame }): typeof due => {
      const came = seq <= position.last || position.held?.has(seq)
      return came ? [] : [[seq, () => this.#tell(position, seq, frame)]]
    })
    for (const [seq, deliver] of [...found, ...due].toSorted(([a], [b]) => a - b)) {
      position.held?.delete(seq)
      position.last = Math.max(position.last, seq)
      deliver?.()
    }
  }

  async #missed(
    { conversation, user, sure, last }: Position,
    before: number,
  ): Promise<readonly Missed[]> {
    try {
      return await this.parts.find({ conversation, user, after: sure ? last : null, before })
    } catch {
      return []
    }
  }

  #tell(position: Position, seq: number, frame: string): void {
    position.found ??= new Set()
    position.found.add(seq)
    const [oldest] = position.found
    if (position.found.size > limits.order.heldMax && oldest !== undefined) {
      position.found.delete(oldest)
    }
    this.parts.give(position.user, frame)
  }
}
