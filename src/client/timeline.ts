// The order of messages: per conversation by seq, each once, none that exists left out. Pure.
//
// Frames are hints and may be lost, doubled or overtaken. A seq is handed on only when every seq
// before it was handed on or is known not to exist for this account; what comes after a hole
// waits until a page from the server has filled it.
import type { ServerData } from '../protocol/frames.ts'
import type { Message } from '../protocol/messages.ts'
import { dropOldest, type Limits } from './limits.ts'
import { reacted, withMine } from './mine.ts'

interface Track {
  /** Everything up to here was handed on; undefined until the first place is known. */
  applied: number | undefined
  /** The newest seq known to exist. */
  head: number
  /** Came early, by seq. */
  readonly held: Map<number, Message>
  /** A page ended before the head; it is asked for once more before that is believed. */
  doubt: Hole | undefined
}

export interface Hole {
  /** The page to ask for starts after this seq. */
  readonly after: number
  /** What is known to exist at the time of asking. */
  readonly head: number
}

export class Timeline {
  readonly #limits: Limits
  readonly #tracks = new Map<number, Track>()
  /** Newest messages for the application, least recently touched conversation first. */
  readonly #kept = new Map<number, Message[]>()
  #positioned = false
  /** Some positions were given up, so an unknown conversation need not be a new one. */
  #forgetful = false

  /** With positions of an earlier run, what is not among them has come since. */
  constructor(limits: Limits, positions?: Readonly<Record<string, number>>) {
    this.#limits = limits
    for (const [id, seq] of Object.entries(positions ?? {})) this.place(Number(id), seq)
    this.#positioned = positions !== undefined
  }

  /** True once the conversations that existed at the beginning have their places. */
  get positioned(): boolean {
    return this.#positioned
  }

  has(conversation: number): boolean {
    return this.#tracks.has(conversation)
  }

  /** Positions handed on so far, for a later start from here. */
  positions(): Record<number, number> {
    const all: Record<number, number> = {}
    for (const [id, track] of this.#tracks) if (track.applied !== undefined) all[id] = track.applied
    return all
  }

  /** `from`: where a conversation starts that was known once and given up for want of room. */
  #track(conversation: number, from: number): Track {
    let track = this.#tracks.get(conversation)
    if (track) return track
    const applied = !this.#positioned ? undefined : this.#forgetful ? from : 0
    track = { applied, head: 0, held: new Map(), doubt: undefined }
    this.#tracks.set(conversation, track)
    if (dropOldest(this.#tracks, this.#limits.positionsMax)) this.#forgetful = true
    return track
  }

  /** A message by whatever way; answers what is to be handed on now, in order. */
  offer(message: Message): Message[] {
    const { seq } = message
    const track = this.#track(message.conversation_id, seq - 1)
    if (track.applied !== undefined && seq <= track.applied) return []
    track.head = Math.max(track.head, seq)
    const other = track.held.get(seq)
    if (!other || other.updated_at <= message.updated_at) track.held.set(seq, message)
    const ready = this.#drain(track)
    // What is dropped is above the hole and comes back with the pages that fill it.
    if (track.held.size > this.#limits.heldMax) track.held.delete(Math.max(...track.held.keys()))
    return ready
  }

  /**
   * A changed message. News when it was handed on before, with what is known of mine; otherwise it
   * takes the place of the unchanged one and `ready` is to be handed on.
   */
  update<M extends Message>(message: M): { news?: M; ready: Message[] } {
    const track = this.#track(message.conversation_id, message.seq)
    if (track.applied === undefined || message.seq > track.applied) {
      return { ready: this.offer(message) }
    }
    const kept = this.#kept.get(message.conversation_id) ?? []
    const at = kept.findIndex((one) => one.seq === message.seq)
    const known = kept[at]
    // One change may overtake another: what is older than what is shown is no news.
    if (known && known.updated_at > message.updated_at) return { ready: [] }
    const news = withMine(message, known)
    if (known) kept[at] = news
    return { news, ready: [] }
  }

  /** Which of the reactions to a message are mine, for a change that all hear does not say it. */
  reacted({ conversation_id, message_id, emoji, is_mine }: ServerData<'reacted'>): void {
    const kept = this.#kept.get(conversation_id) ?? []
    const at = kept.findIndex((one) => one.id === message_id)
    if (at >= 0) kept[at] = reacted(kept[at]!, emoji, is_mine)
  }

  /** Deleted for us: shown no more, nor waited for; answers what waited for it alone. */
  remove(conversation: number, seq: number): Message[] {
    const kept = this.#kept.get(conversation)
    const at = kept?.findIndex((one) => one.seq === seq) ?? -1
    if (at >= 0) kept?.splice(at, 1)
    const track = this.#tracks.get(conversation)
    track?.held.delete(seq)
    if (!track || track.applied !== seq - 1) return []
    track.applied = seq
    track.head = Math.max(track.head, seq)
    return this.#drain(track)
  }

  /** This seq exists. True when something is missing now. */
  head(conversation: number, seq: number): boolean {
    const track = this.#track(conversation, seq)
    track.head = Math.max(track.head, seq)
    return this.hole(conversation) !== undefined
  }

  /**
   * Where a conversation starts that has no place yet: at the given seq, or before the first
   * message that already came by itself.
   */
  place(conversation: number, seq: number): Message[] {
    const track = this.#track(conversation, seq)
    if (track.applied !== undefined) return []
    track.applied = track.held.size === 0 ? seq : Math.min(seq, Math.min(...track.held.keys()) - 1)
    track.head = Math.max(track.head, track.applied)
    return this.#drain(track)
  }

  /**
   * From now on a conversation never heard of is new, and starts at its first message. One that
   * was heard of but not listed starts with what came by itself: it moved while the list was read.
   */
  settle(): Message[] {
    this.#positioned = true
    const ready: Message[] = []
    for (const [id, track] of this.#tracks) {
      if (track.applied === undefined) ready.push(...this.place(id, track.head))
    }
    return ready
  }

  /** What to ask the server for, if something is missing. */
  hole(conversation: number): Hole | undefined {
    const track = this.#tracks.get(conversation)
    if (!track || track.applied === undefined || track.applied >= track.head) return undefined
    return { after: track.applied, head: track.head }
  }

  /** The page that was asked for with `hole`; answers what is to be handed on now. */
  page(conversation: number, hole: Hole, list: readonly Message[], more: boolean): Message[] {
    const track = this.#tracks.get(conversation)
    // Asked for before a reset: nothing of it fits any more.
    if (track?.applied === undefined || track.applied < hole.after) return []
    const last = list.reduce((seq, message) => Math.max(seq, message.seq), hole.after)
    const inPage = new Map(list.map((message) => [message.seq, message]))
    // Up to its last message a page is complete: what it leaves out does not exist for us.
    const ready = this.#advance(track, last, inPage)
    if (!more && track.applied < hole.head) ready.push(...this.#skipTail(track, hole.head))
    else track.doubt = undefined
    return ready
  }

  /**
   * The page ended below what existed when it was asked for: the rest was deleted for this
   * account, or a replica lags behind. Only the second such answer is believed.
   */
  #skipTail(track: Track, head: number): Message[] {
    const { doubt, applied = 0 } = track
    track.doubt = undefined
    if (doubt?.after === applied) return this.#advance(track, doubt.head)
    track.doubt = { after: applied, head }
    return []
  }

  /** Goes on to a seq; what is neither in the page nor came early is passed over. */
  #advance(track: Track, to: number, page?: ReadonlyMap<number, Message>): Message[] {
    const ready: Message[] = []
    for (let seq = (track.applied ?? 0) + 1; seq <= to; seq++) {
      const message = newer(page?.get(seq), track.held.get(seq))
      track.held.delete(seq)
      track.applied = seq
      if (!message) continue
      ready.push(message)
      this.#keep(message)
    }
    track.head = Math.max(track.head, to)
    return [...ready, ...this.#drain(track)]
  }

  #drain(track: Track): Message[] {
    const ready: Message[] = []
    if (track.applied === undefined) return ready
    for (;;) {
      const next = track.held.get(track.applied + 1)
      if (!next) break
      track.held.delete(++track.applied)
      ready.push(next)
      this.#keep(next)
    }
    return ready
  }

  #keep(message: Message): void {
    const { keepMax, keptConversationsMax } = this.#limits
    if (keepMax === 0) return
    const id = message.conversation_id
    const kept = this.#kept.get(id) ?? []
    this.#kept.delete(id)
    this.#kept.set(id, kept)
    kept.push(message)
    if (kept.length > keepMax) kept.shift()
    dropOldest(this.#kept, keptConversationsMax)
  }

  /** The newest messages handed on, in order; a copy. */
  messages(conversation: number): Message[] {
    return [...(this.#kept.get(conversation) ?? [])]
  }

  /** The conversation is not ours any more: what is missing stays missing. */
  abandon(conversation: number): void {
    const track = this.#tracks.get(conversation)
    if (!track) return
    track.held.clear()
    if (track.applied !== undefined) track.applied = track.head
  }

  /** The server's history was rolled back: what is known of positions is worth nothing. */
  reset(): void {
    this.#tracks.clear()
    this.#kept.clear()
    this.#positioned = false
    this.#forgetful = false
  }
}

function newer(one: Message | undefined, other: Message | undefined): Message | undefined {
  if (!one || !other) return one ?? other
  // The other one came by a frame for all.
  return one.updated_at >= other.updated_at ? one : withMine(other, one)
}
