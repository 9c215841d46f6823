// Catches up by the cursor, and takes what comes live: never both at once.
//
// The socket hears before the cursor is asked, so the two overlap: what comes live during a round waits
// until the round is over. What was asked for on a line that broke is dropped, whatever it answers. The
// cursor is only ever what the server gave and the store has kept, together with what it stands for.
import type { Message } from '../../protocol/messages.ts'
import type { Sync, SyncEvent } from '../../protocol/sync.ts'
import { asCurlewError, CurlewError, isOver as isClosed } from '../error.ts'
import type { Clock } from '../ports.ts'
import type { Keeper } from './keeper.ts'
import { keys, under, type Conversation, type Talk } from './keys.ts'
import type { ReplicaLimits } from './limits.ts'
import { applyLive, byId, wantedBy, type Live } from './live.ts'
import { applyEvent } from './page.ts'
import { Sheet } from './picture.ts'

export interface RoundPorts {
  readonly keeper: Keeper
  readonly clock: Clock
  readonly random: () => number
  readonly limits: ReplicaLimits
  /** My `user_id`. */
  me(): string
  /** One page, by whatever door. */
  ask(cursor: string, isFirst: boolean, signal: AbortSignal): Promise<Sync>
  /** There is more to come: what somebody looks at is read before. */
  between(): Promise<void>
  /** Nothing more is to come. */
  done(): void
  /** Of a message too old to be kept: whoever shows it wants to know. */
  aside(message: Message): void
  /** Its time is over. */
  isOver(message: Message): boolean
  /** The cursor is about to be asked. */
  begins(): void
  /** Before a transaction: what else belongs into it; `isWhole`: with it a round is over. */
  closing(sheet: Sheet, isWhole: boolean): void
}

export class Rounds {
  readonly #ports: RoundPorts
  #line = new AbortController()
  #isOpen = false
  /** The last one begun. */
  #round: Promise<unknown> = Promise.resolve()
  #isLive = false
  #queue: Live[] = []
  #hasDropped = false
  #failures = 0
  readonly #timers = new Map<'ask' | 'settle', () => void>()
  #dueAt = Infinity

  constructor(ports: RoundPorts) {
    this.#ports = ports
  }

  /** Nothing is missing, as far as can be known, and what comes is applied. */
  get isLive(): boolean {
    return this.#isLive
  }

  /** Answers the conversations, once nothing is missing that was said before this was called. */
  async catchUp(heard: (message: Message) => void = () => {}): Promise<Conversation[]> {
    const line = this.#line.signal
    const turn = this.#round.then(() => this.#run(line, heard))
    this.#round = turn.catch(() => {})
    await turn
    return this.#ports.keeper.picture.under<Talk>(under.conversations).map(({ view }) => view)
  }

  /** The socket hears. */
  opened(): void {
    this.#isOpen = true
  }

  /** The line is gone: what it was asked and what it told comes to nothing. */
  broke(): void {
    this.#line.abort()
    this.#line = new AbortController()
    this.#isOpen = false
    this.#isLive = false
    this.#queue = []
    this.#hasDropped = false
    this.#stopTimers()
  }

  hear(live: Live): void {
    if (this.#queue.length < this.#ports.limits.queuedMax) this.#queue.push(live)
    else this.#hasDropped = true
    if (this.#queue.length === 1 && this.#isLive) void this.#drain()
  }

  /** Something is to be asked for, so soon. */
  askIn(delayMs: number): void {
    const { clock, random } = this.#ports
    const dueAt = clock.now() + delayMs * (1 + random())
    if (dueAt >= this.#dueAt) return
    this.#dueAt = dueAt
    this.#timer('ask', dueAt - clock.now(), () => {
      this.#dueAt = Infinity
      const line = this.#line
      // Where it broke meanwhile, whoever connects anew asks.
      this.catchUp().catch((error: unknown) => line === this.#line && this.#failed(error))
    })
  }

  #failed(thrown: unknown): void {
    const error = asCurlewError(thrown)
    if (isClosed(error) || !this.#isOpen || this.#ports.keeper.isOver) return
    const backoffMs = Math.min(30_000, 1_000 * 2 ** Math.min(this.#failures++, 5))
    this.askIn(Math.max(backoffMs, (error.retryAfter ?? 0) * 1000))
  }

  async #run(line: AbortSignal, heard: (message: Message) => void): Promise<void> {
    const { keeper, ask, begins, between, done } = this.#ports
    this.#check(line)
    this.#isLive = false
    begins()
    for (let isFirst = true, hasMore = true; hasMore; isFirst = false) {
      const page = await ask(keeper.cursor, isFirst, line)
      await keeper.run(async () => {
        this.#check(line)
        await this.#apply(page)
      })
      this.#check(line)
      for (const { type, data } of page.events) {
        if (type === 'message' || type === 'group_message') heard(data)
      }
      hasMore = page.has_more
      if (isFirst && hasMore) await between()
    }
    this.#check(line)
    this.#failures = 0
    this.#isLive = true
    this.#settleLater()
    if (this.#hasDropped) this.askIn(0)
    this.#hasDropped = false
    await this.#drain()
    done()
  }

  #check(line: AbortSignal): void {
    if (this.#isOpen && !line.aborted && !this.#ports.keeper.isOver) return
    throw new CurlewError({ reason: 'network', msg: 'The connection broke.' })
  }

  /** The events and the cursor behind them, in one transaction. */
  async #apply({ events, next_cursor, has_more, reset }: Sync): Promise<void> {
    const { keeper, limits, aside, closing } = this.#ports
    const sheet = new Sheet(keeper.picture, await this.#answering(events))
    if (reset) {
      keeper.cuts++
      sheet.dropAll([under.waiting, under.changes])
    }
    for (const event of events) {
      if (cuts.has(event.type)) keeper.cuts++
      applyEvent(sheet, event, limits.windowMax)
      if (event.type === 'message_updated') aside(event.data)
    }
    sheet.put(keys.cursor, next_cursor)
    closing(sheet, !has_more)
    await keeper.commit(sheet.batch())
  }

  async #drain(): Promise<void> {
    const { keeper, limits, me, aside, closing, isOver } = this.#ports
    await keeper.run(async () => {
      if (!this.#isLive || this.#queue.length === 0) return
      const all = this.#queue
      this.#queue = []
      const sheet = new Sheet(keeper.picture, await this.#known(all))
      let isLeft = false
      for (const live of all) {
        if (live.type === 'message_deleted' || live.type === 'message_updated') keeper.cuts++
        if (live.type === 'message_updated') aside(live.data)
        const reader = { me: me(), windowMax: limits.windowMax, isOver }
        if (applyLive(sheet, live, reader)) isLeft = true
      }
      closing(sheet, false)
      await keeper.commit(sheet.batch())
      if (isLeft) this.askIn(limits.soonMs)
    })
    if (this.#isLive && this.#queue.length > 0) await this.#drain()
  }

  /** What answers messages that have changed or are gone. */
  async #answering(events: readonly SyncEvent[]): Promise<ReadonlyMap<string, unknown>> {
    const { keeper } = this.#ports
    const changed = events.flatMap(({ type, data }) =>
      type === 'message_updated' || type === 'message_deleted' ? [data.conversation_id] : [],
    )
    const prefixes = [...new Set(changed)].map((id) => under.messages(id))
    return new Map((await Promise.all(prefixes.map((each) => keeper.list(each)))).flat())
  }

  /** The messages that they change. */
  async #known(all: readonly Live[]): Promise<ReadonlyMap<string, unknown>> {
    const { keeper } = this.#ports
    const wanted = new Set<string>()
    for (const live of all) {
      const talk = keeper.picture.get<Talk>(keys.conversation(live.data.conversation_id))
      const prefix = wantedBy(live, talk)
      if (prefix !== undefined) wanted.add(prefix)
    }
    const found = await Promise.all([...wanted].map((prefix) => keeper.list<Message>(prefix)))
    return new Map(
      found.flat().flatMap(([key, message]) => [
        [key, message],
        [byId(message.id), message],
      ]),
    )
  }

  /** What came live is known, and comes once more if the cursor stays behind it for long. */
  #settleLater(): void {
    const { random, limits } = this.#ports
    const delay = limits.settleMs * (1 + random())
    this.#timer('settle', delay, () => this.askIn(0))
  }

  #timer(purpose: 'ask' | 'settle', ms: number, run: () => void): void {
    this.#timers.get(purpose)?.()
    this.#timers.set(purpose, this.#ports.clock.after(ms, run))
  }

  #stopTimers(): void {
    for (const stop of this.#timers.values()) stop()
    this.#timers.clear()
    this.#dueAt = Infinity
  }
}

/** What was read of history or members before one of these may be too old. */
const cuts: ReadonlySet<SyncEvent['type']> = new Set([
  'message_updated',
  'message_deleted',
  'conversation_removed',
  'group_member',
  'group_member_removed',
])
