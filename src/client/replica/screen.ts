// A conversation that somebody looks at, and its members: read when it comes onto the screen, then kept
// as the store is.
import type { GroupMember } from '../../protocol/groups.members.ts'
import type { Message } from '../../protocol/messages.ts'
import { keys, under, type Receipt, type Talk, type Waiting } from './keys.ts'
import { previewOf } from './replies.ts'
import type { Shown } from './shown.ts'
import type { Batch } from './store.ts'
import { View, type Observable } from './view.ts'

export interface Timeline {
  readonly conversation: number
  /** What is kept has been read. */
  readonly isLoaded: boolean
  /** In order, the newest last. */
  readonly messages: readonly Message[]
  /** Mine that are not among them yet, in the order of sending. */
  readonly waiting: readonly Waiting[]
  /** How far the other side has read. */
  readonly receipt: Receipt | undefined
  /** There are older ones: `more()`. */
  readonly hasMore: boolean
}

export interface ScreenPorts {
  readonly conversation: number
  talk(): Talk | undefined
  waiting(): readonly Waiting[]
  /** What is over it. */
  shown(): Shown | undefined
  /** What is kept, as far as it is to be shown. */
  messages(prefix: string): Promise<readonly Message[]>
  /** Reads what is not kept, if there is a line. */
  fill(): Promise<void>
  /** A page before a seq; whether there is more behind it. */
  older(before: number): Promise<{ list: readonly Message[]; has_more: boolean }>
  onError(error: unknown): void
}

export class Screen implements Observable<Timeline> {
  readonly view: View<Timeline>
  readonly #ports: ScreenPorts
  readonly #prefix: string
  readonly #messages = new Map<number, Message>()
  #isLoaded = false
  /** Up to where the window had reached when it was looked at last. */
  #after = Infinity
  /** All after this seq are here; beyond the window, as far as somebody has gone back. */
  #begin = Infinity

  constructor(ports: ScreenPorts) {
    this.#ports = ports
    this.#prefix = under.messages(ports.conversation)
    this.view = new View({
      compute: () => this.#compute(),
      looked: (isLooked) => void (isLooked && this.load()),
      onError: ports.onError,
    })
  }

  get current(): Timeline {
    return this.view.current
  }

  subscribe(listener: (value: Timeline) => void): () => void {
    return this.view.subscribe(listener)
  }

  async load(): Promise<void> {
    const { talk, messages, fill, onError } = this.#ports
    if (!this.#isLoaded) {
      const found = await messages(this.#prefix)
      const { after = Infinity } = talk() ?? {}
      this.#after = after
      this.#begin = after
      this.#messages.clear()
      for (const message of found) this.#messages.set(message.seq, message)
      this.#isLoaded = true
      this.view.renew()
    }
    await fill().catch(onError)
  }

  /** Older ones, which are shown and not kept. */
  async more(): Promise<void> {
    const { older } = this.#ports
    const begin = Math.min(this.#begin, this.#ports.talk()?.after ?? Infinity)
    if (!this.#isLoaded || begin === 0 || begin === Infinity) return
    const { list, has_more } = await older(begin + 1)
    for (const message of list) this.#messages.set(message.seq, message)
    this.#begin = has_more && list[0] ? list[0].seq - 1 : 0
    this.view.renew()
  }

  /** Too old to be kept, and maybe shown. */
  aside(message: Message): void {
    for (const each of this.#messages.values()) {
      if (each.reply_to_id !== message.id || each.seq > this.#after) continue
      this.#messages.set(each.seq, { ...each, reply_to: previewOf(message) })
      this.view.renew()
    }
    const shown = this.#messages.get(message.seq)
    if (!shown || message.seq > this.#after || shown.updated_at > message.updated_at) return
    this.#messages.set(message.seq, message)
    this.view.renew()
  }

  take({ isAll, dropUnder = [], drop = [], put = [] }: Batch): void {
    const { conversation } = this.#ports
    let isTouched = isAll === true
    if (isAll || dropUnder.includes(this.#prefix)) {
      this.#messages.clear()
      this.#begin = Infinity
      isTouched = true
    }
    const after = this.#ports.talk()?.after ?? Infinity
    for (const key of drop) {
      if (isBeside(key, conversation)) isTouched = true
      if (!key.startsWith(this.#prefix)) continue
      const seq = Number(key.slice(this.#prefix.length))
      // What there is no more room for stays on the screen; what was deleted does not.
      if (seq > this.#after && seq <= after) continue
      const gone = this.#messages.get(seq)
      this.#messages.delete(seq)
      for (const each of this.#messages.values()) {
        if (!gone || each.reply_to_id !== gone.id) continue
        this.#messages.set(each.seq, { ...each, reply_to: null })
      }
      isTouched = true
    }
    for (const [key, value] of put) {
      if (isBeside(key, conversation)) isTouched = true
      if (!key.startsWith(this.#prefix)) continue
      const message = value as Message
      this.#messages.set(message.seq, message)
      isTouched = true
    }
    this.#after = after
    if (isTouched) this.view.renew()
  }

  /** Another account, or none. */
  reset(): void {
    this.#isLoaded = false
    this.#messages.clear()
    this.#after = Infinity
    this.#begin = Infinity
    this.view.renew()
    if (this.view.isLookedAt) void this.load()
  }

  #compute(): Timeline {
    const { conversation, talk } = this.#ports
    const shown = this.#ports.shown()
    const all = [...this.#messages.values()].toSorted((a, b) => a.seq - b.seq)
    const here = new Set(all.map(({ client_msg_id }) => client_msg_id))
    const waiting = this.#ports.waiting().filter(({ message }) => !here.has(message.client_msg_id))
    const begin = Math.min(this.#begin, talk()?.after ?? Infinity)
    return {
      conversation,
      isLoaded: this.#isLoaded,
      messages: shown ? all.flatMap((each) => shown.message(each) ?? []) : all,
      waiting: shown ? waiting.flatMap((each) => shown.waiting(each) ?? []) : waiting,
      receipt: talk()?.receipt,
      hasMore: begin > 0 && begin < Infinity,
    }
  }
}

const isBeside = (key: string, conversation: number) =>
  key === keys.conversation(conversation) ||
  key.startsWith(under.waiting) ||
  key.startsWith(under.changes)

export interface MemberPorts extends Pick<ScreenPorts, 'conversation' | 'fill' | 'onError'> {
  list<T>(prefix: string): Promise<[key: string, value: T][]>
}

/** Who is in a group. */
export class Members {
  readonly view: View<readonly GroupMember[]>
  readonly #ports: MemberPorts
  readonly #prefix: string
  readonly #members = new Map<string, GroupMember>()
  #isLoaded = false

  constructor(ports: MemberPorts) {
    this.#ports = ports
    this.#prefix = under.members(ports.conversation)
    this.view = new View({
      compute: (): readonly GroupMember[] =>
        [...this.#members.values()].toSorted((a, b) => b.role - a.role || a.id - b.id),
      looked: (isLooked) => void (isLooked && this.load()),
      onError: ports.onError,
    })
  }

  async load(): Promise<void> {
    const { list, fill, onError } = this.#ports
    if (!this.#isLoaded) {
      for (const [key, member] of await list<GroupMember>(this.#prefix)) {
        this.#members.set(key, member)
      }
      this.#isLoaded = true
      this.view.renew()
    }
    await fill().catch(onError)
  }

  take({ isAll, dropUnder = [], drop = [], put = [] }: Batch): void {
    const mine = [...drop, ...put.map(([key]) => key)].filter((key) => key.startsWith(this.#prefix))
    const isGone = isAll || dropUnder.includes(this.#prefix)
    if (isGone) this.#members.clear()
    for (const key of drop) this.#members.delete(key)
    for (const [key, value] of put) {
      if (key.startsWith(this.#prefix)) this.#members.set(key, value as GroupMember)
    }
    if (isGone || mine.length > 0) this.view.renew()
  }

  reset(): void {
    this.#isLoaded = false
    this.#members.clear()
    this.view.renew()
    if (this.view.isLookedAt) void this.load()
  }
}
