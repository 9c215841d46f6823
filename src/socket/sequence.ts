// Puts the frames of a conversation in order for each of its people on this node.
//
// Workers handle jobs in parallel, so two batches of one conversation can overtake each other on
// the way. A frame whose predecessor is missing waits for it a moment. This is a courtesy to
// clients that draw what they hear: correctness rests on `seq`, and nothing waits for long.
import type { Clock, Timer } from '../core/clock.ts'
import { limits } from './limits.ts'
import { limits as messagesLimits } from '../features/messages/limits.ts'
import { Recent } from '../core/recent.ts'

export interface SequenceKey {
  readonly conversation: number
  readonly user: number
  readonly seq: number
  readonly follows: boolean
}

interface Position {
  last: number
  /** False while only frames came that follow others: where the order begins is not known. */
  sure: boolean
  at: number
  /** What waits, by seq; null for a seq that needs no frame here. */
  held: Map<number, (() => void) | null> | null
  timer: Timer | null
}

export class Sequence {
  /** By conversation and person: what reaches one of them need not reach the other here. */
  readonly #positions = new Recent<string, Position>(limits.order.positionsMax)

  constructor(
    private readonly clock: Clock,
    private readonly onHeld: () => void,
  ) {}

  /**
   * Runs `deliver` now, or once the frame before it has passed, or after a short wait. `follows`
   * says that the one before was said a moment ago: then it is waited for even by somebody of
   * whom nothing is known here yet.
   */
  pass(place: SequenceKey, deliver: () => void): void {
    this.#pass(place, deliver)
  }

  /**
   * Notes a seq that brings its sender no frame here: its only socket got the acknowledgement. It
   * is early, by the whole lag of the relay, and tells nothing about what is late: nobody's
   * patience begins with it.
   */
  note(place: SequenceKey): void {
    this.#pass(place, null)
  }

  #pass(place: SequenceKey, deliver: (() => void) | null): void {
    const now = this.clock.elapsed()
    const known = this.#known(place)
    const { seq } = place
    if (!known.sure) {
      if (place.follows && seq > 1) return this.#hold(known, seq, deliver)
      // Nothing comes before this one: here the order begins.
      known.sure = true
      known.last = seq - 1
    }
    const stale = now - known.at > messagesLimits.message.followsMs && !known.timer
    if (seq > known.last + 1 && !stale) return this.#hold(known, seq, deliver)
    deliver?.()
    known.last = Math.max(known.last, seq)
    known.at = now
    this.#release(known)
  }

  #known({ conversation, user }: SequenceKey): Position {
    const key = `${conversation} ${user}`
    let known = this.#positions.get(key)
    if (!known) {
      known = { last: 0, sure: false, at: this.clock.elapsed(), held: null, timer: null }
      this.#positions.set(key, known)
    }
    return known
  }

  #hold(position: Position, seq: number, deliver: (() => void) | null): void {
    position.held ??= new Map()
    position.held.set(seq, deliver)
    if (deliver) this.onHeld()
    if (deliver)
      position.timer ??= this.clock.after(limits.order.holdMs, () => this.#giveUp(position))
    // So many waiting for one: it is lost.
    if (position.held.size >= limits.order.heldMax) this.#giveUp(position)
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

  /** The missing frame did not come: the rest goes out, and clients see the hole by its seq. */
  #giveUp(position: Position): void {
    const held = [...(position.held ?? [])].toSorted(([a], [b]) => a - b)
    position.timer?.stop()
    position.held = null
    position.timer = null
    position.sure = true
    position.at = this.clock.elapsed()
    for (const [seq, deliver] of held) {
      position.last = Math.max(position.last, seq)
      deliver?.()
    }
  }
}
