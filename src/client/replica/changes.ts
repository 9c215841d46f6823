// What waits to be changed, kept with everything else: whichever tab it was wanted in, and whenever the line
// is there again, it is made in the order in which it was wanted, and shown meanwhile.
//
// It is over what is kept and not in it. What the server has answered stays there until a round of the
// cursor that began after the answer is over: what is kept has it then.
import type { InputOf } from '../../protocol/operations.ts'
import type { Client } from '../client.ts'
import { asCurlewError, type CurlewError, isOver } from '../error.ts'
import { type Clock, randomUuid, unixMilliseconds } from '../ports.ts'
import {
  isOvertaken,
  laneOf,
  topicOf,
  type Change,
  type ChangeInput,
  type ChangeName,
} from './change.ts'
import type { Keeper } from './keeper.ts'
import { errorOf, keys, refusalOf, under, type Talk } from './keys.ts'
import type { ReplicaLimits } from './limits.ts'
import type { Sheet } from './picture.ts'
import { Promised } from './promises.ts'
import { Shown } from './shown.ts'
import type { Batch } from './store.ts'
import { named, noMessage, numberOf, reworded, seen, targeted, type Saying } from './wanted.ts'

export interface ChangePorts {
  readonly keeper: Keeper
  readonly client: Client
  readonly clock: Clock
  readonly random: () => number
  readonly limits: ReplicaLimits
  /** My `user_id`. */
  me(): string
  /** Whether this one makes them, or another tab does. */
  leads(): boolean
  isLive(): boolean
  /** What is kept is behind what was made. */
  ask(): void
  readonly saying: Saying
}

export class Changes {
  readonly #ports: ChangePorts
  readonly #all = new Map<string, Change>()
  readonly #promised = new Promised<void>()
  /** On their way, and what else is not to overtake them. */
  readonly #flying = new Map<string, string>()
  /** Made before the round began that is under way. */
  #made: ReadonlySet<string> = new Set()
  #sorted: readonly Change[] | undefined
  #shown: Shown | undefined
  #failures = 0
  #notBefore = 0
  #stopTimer = () => {}
  #dueAt = Infinity

  constructor(ports: ChangePorts) {
    this.#ports = ports
  }

  /** Shown at once. Settles when the server has it, or when another one took its place. */
  make<N extends ChangeName>(name: N, given: ChangeInput<N>): Promise<void> {
    const { keeper } = this.#ports
    const [id, at] = [randomUuid(), keeper.next()]
    const key = keys.change(at, id)
    const wanted = { id, key, at, name, input: given, state: 'waiting' } as unknown as Change
    void keeper.run(() => this.#add(wanted))
    return this.#promised.of(key)
  }

  /** Those that wait and those that were refused, in the order in which they were wanted. */
  get pending(): readonly Change[] {
    return this.#inOrder.filter(({ state }) => state !== 'sent')
  }

  get shown(): Shown {
    return (this.#shown ??= new Shown(this.#inOrder, unixMilliseconds))
  }

  /** What was refused, once more. */
  retry(id: string): Promise<void> {
    return this.#ofFailed(id, (change) => {
      const { error: _, ...rest } = change
      return { put: [[change.key, { ...rest, state: 'waiting' }]] }
    })
  }

  discard(id: string): Promise<void> {
    return this.#ofFailed(id, ({ key }) => ({ drop: [key] }))
  }

  /** What waited behind a message waits for itself, now that the message has a number. */
  bound(clientMsgId: string, message: number): [key: string, change: Change][] {
    return this.#behind(clientMsgId).map((change) => [change.key, named(change, message)])
  }

  /** What goes with a message that is not wanted any more. */
  behind(clientMsgId: string): string[] {
    return this.#behind(clientMsgId).map(({ key }) => key)
  }

  /** Written by this tab or another one; before anybody looks. */
  take({ isAll, drop = [], put = [] }: Batch): void {
    let isTouched = isAll && this.#all.size > 0
    if (isAll) this.#all.clear()
    for (const key of drop) {
      if (!this.#all.delete(key)) continue
      isTouched = true
      this.#promised.keep(key, undefined)
    }
    for (const [key, value] of put) {
      if (!key.startsWith(under.changes)) continue
      const change = value as Change
      isTouched = true
      this.#all.set(key, change)
      if (change.state === 'sent') this.#promised.keep(key, undefined)
      if (change.state === 'failed') this.#promised.break(key, errorOf(change.error))
    }
    if (!isTouched) return
    this.#sorted = undefined
    this.#shown = undefined
    this.pump()
  }

  /** The cursor is about to be asked. */
  begins(): void {
    this.#made = new Set(this.#inOrder.flatMap(({ key, state }) => (state === 'sent' ? [key] : [])))
  }

  /** What is kept by now is shown by that. */
  closing(sheet: Sheet, isWhole: boolean): void {
    for (const { key, name, input, state } of this.#all.values()) {
      if (state !== 'sent') continue
      const isRead = ({ view }: Talk) =>
        name === 'conversations.read' && view.read_seq >= (input.seq ?? 0)
      const talk = 'id' in input && sheet.get<Talk>(keys.conversation(input.id))
      if ((isWhole && this.#made.has(key)) || (talk && isRead(talk))) sheet.drop(key)
    }
  }

  /** Nothing is missing: it is a good moment. */
  live(): void {
    this.#failures = 0
    this.#notBefore = 0
    this.pump()
  }

  /** Makes what waits, if this is the tab that does; `isTry`: whether or not there is a line. */
  pump(isTry = false): void {
    const { clock, limits, leads, isLive } = this.#ports
    const waiting = this.#inOrder.filter(({ state }) => state === 'waiting')
    if (waiting.length === 0 || !leads()) return
    if (clock.now() < this.#notBefore || (!isTry && !isLive())) return this.#later()
    const taken = new Set(this.#flying.values())
    for (const change of waiting) {
      const lane = laneOf(change)
      if (taken.has(lane)) continue
      taken.add(lane)
      const ready = this.#ready(change)
      if (!ready || this.#flying.size >= limits.changesFlyingMax) continue
      this.#flying.set(change.key, lane)
      void this.#make(ready)
    }
  }

  stop(): void {
    this.#stopTimer()
    this.#promised.stop()
  }

  get #inOrder(): readonly Change[] {
    return (this.#sorted ??= [...this.#all.values()].toSorted((a, b) => (a.key < b.key ? -1 : 1)))
  }

  #behind(clientMsgId: string): Change[] {
    return this.#inOrder.filter((change) => change.client_msg_id === clientMsgId)
  }

  #talk(id: number): Talk | undefined {
    return this.#ports.keeper.picture.get<Talk>(keys.conversation(id))
  }

  async #ofFailed(id: string, batchOf: (change: Change) => Batch): Promise<void> {
    const { keeper } = this.#ports
    await keeper.run(async () => {
      const change = this.#inOrder.find((each) => each.id === id)
      if (change?.state === 'failed') await keeper.commit(batchOf(change), true)
    })
  }

  /** In the place of others of its topic, behind all that waits. */
  async #add(wanted: Change): Promise<void> {
    const { keeper, limits, me, saying } = this.#ports
    const target = targeted(wanted, saying)
    const { key } = target
    if (target.error) return this.#promised.break(key, errorOf(target.error))
    const message = reworded(target, saying)
    if (message) {
      await keeper.commit({ put: [[message.key, message]] }, true)
      return this.#promised.keep(key, undefined)
    }
    const topic = topicOf(target)
    const olds = this.#inOrder.filter((each) => topicOf(each) === topic)
    const marks = olds.flatMap(({ name, input }) =>
      name === 'conversations.read' ? [input.seq ?? 0] : [],
    )
    const change = await seen(target, { keeper, me: me(), marks })
    if (olds.length === 0 && this.#isSo(change)) return this.#promised.keep(key, undefined)
    const isFull = olds.length === 0 && this.#all.size >= limits.changesMax
    if (isFull) return this.#promised.break(key, errorOf(tooMany))
    await keeper.commit({ drop: olds.map((each) => each.key), put: [[key, change]] }, true)
  }

  /** There is nothing new to be read. */
  #isSo({ name, input }: Change): boolean {
    if (name !== 'conversations.read') return false
    const view = this.#talk(input.id)?.view
    if (!view || view.read_seq < (input.seq ?? Infinity)) return false
    return !this.shown.conversation(view, this.#ports.me()).is_marked_unread
  }

  /** As it can be made now; nothing while its message waits. */
  #ready(change: Change): Change | undefined {
    const { key, client_msg_id: behind } = change
    if (behind === undefined) return change
    const { saying } = this.#ports
    const id = numberOf(behind, saying)
    if (id !== undefined) return named(change, id)
    if (!saying.find(behind)) void this.#ended(key, { state: 'failed', error: noMessage })
    return undefined
  }

  #isOver(change: Change): boolean {
    const view = 'id' in change.input ? this.#talk(change.input.id)?.view : undefined
    return isOvertaken(change, view && this.shown.conversation(view, this.#ports.me()))
  }

  async #make(change: Change): Promise<void> {
    const { key, name, input } = change
    if (this.#isOver(change)) return this.#ended(key)
    try {
      await this.#ports.client.call(name, input as InputOf<typeof name> as never, { tries: 1 })
    } catch (thrown) {
      return this.#failed(key, asCurlewError(thrown))
    }
    this.#failures = 0
    await this.#ended(key, { state: 'sent' })
    // A mark comes by a frame of its own.
    if (name !== 'conversations.read') this.#ports.ask()
  }

  /** Nothing of it, where another one has taken its place meanwhile. */
  async #ended(key: string, outcome?: Partial<Pick<Change, 'state' | 'error'>>): Promise<void> {
    const { keeper, limits } = this.#ports
    await keeper.run(async () => {
      const change = this.#all.get(key)
      if (!change) return
      const refused = this.#inOrder.filter(({ state }) => state === 'failed')
      const old = refused.slice(0, Math.max(0, refused.length + 1 - limits.refusedMax))
      const drop = outcome?.error ? old.map((each) => each.key) : outcome ? [] : [key]
      const put = outcome ? ([[key, { ...change, ...outcome }]] as const) : []
      await keeper.commit({ drop, put }, true)
    })
    this.#flying.delete(key)
    this.pump(true)
  }

  async #failed(key: string, error: CurlewError): Promise<void> {
    const { clock, limits, random } = this.#ports
    const { reason, code, retryable, retryAfter = 0 } = error
    // A proxy's refusal has no code of ours, and is nobody's word on this.
    const isFinal = reason === 'too_large' || (reason === 'refused' && code >= 0 && !retryable)
    if (isFinal) return this.#ended(key, { state: 'failed', error: refusalOf(error) })
    this.#flying.delete(key)
    if (isOver(error) || reason === 'aborted') return
    const pause = Math.min(limits.changeAgainMs, 1_000 * 2 ** Math.min(this.#failures++, 5))
    this.#notBefore = clock.now() + Math.max(pause * (0.5 + random() / 2), retryAfter * 1_000)
    this.#later()
  }

  #later(): void {
    const { clock, keeper, limits, isLive } = this.#ports
    const now = clock.now()
    const dueAt = Math.max(this.#notBefore, isLive() ? now : now + limits.changeAgainMs)
    if (dueAt >= this.#dueAt || keeper.isOver) return
    this.#stopTimer()
    this.#dueAt = dueAt
    this.#stopTimer = clock.after(dueAt - now, () => {
      this.#dueAt = Infinity
      this.pump(true)
    })
  }
}

const tooMany = { code: -1, msg: 'Too many changes wait to be made.', reason: 'full' } as const
