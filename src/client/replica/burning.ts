// What is said under a timer goes when its time has come, with or without a line: whoever keeps it takes it
// away, by the server's clock as far as that is known.
import type { Message } from '../../protocol/messages.ts'
import type { Clock } from '../ports.ts'
import type { Keeper } from './keeper.ts'
import { keys, under, type Talk } from './keys.ts'
import { Sheet } from './picture.ts'
import { change, withoutLast } from './page.ts'
import { answered } from './replies.ts'
import type { Batch } from './store.ts'
import { burned } from './unread.ts'

/** A page's timers take no longer ones. */
const waitMsMax = 3_600_000

export interface EndPorts {
  readonly clock: Clock
  /** Unix milliseconds, as this device has them. */
  today(): number
  readonly keeper: Keeper
  /** My `user_id`. */
  me(): string
  /** What conversations show is written by one alone. */
  leads(): boolean
}

type Ending = Pick<Message, 'conversation_id' | 'seq' | 'id'> & { readonly at: number }

export class Ends {
  readonly #ports: EndPorts
  readonly #endings = new Map<number, Ending>()
  #aheadMs = 0
  #stop = () => {}
  #dueAt = Infinity

  constructor(ports: EndPorts) {
    this.#ports = ports
  }

  /** Of a frame that has just come: in whole seconds, so that it may be a second more. */
  told(serverSeconds: number): void {
    const aheadMs = serverSeconds * 1000 + 500 - this.#ports.today()
    // A difference within the rounding is none.
    this.#aheadMs = Math.abs(aheadMs) < 2_000 ? 0 : aheadMs
    // The same moment is another wait now.
    this.#dueAt = -1
    this.#schedule()
  }

  /** Those that are to be shown still. */
  living<M extends Message>(messages: readonly M[]): M[] {
    for (const message of messages) this.#see(message)
    this.#schedule()
    return messages.filter((message) => !this.isOver(message))
  }

  /** What is kept from now on. */
  take({ put = [] }: Batch): void {
    for (const [key, value] of put) {
      if (key.startsWith('message/')) this.#see(value as Message)
      else if (key.startsWith(under.conversations)) this.#see((value as Talk).view.last_message)
    }
    this.#schedule()
  }

  stop(): void {
    this.#stop()
    this.#endings.clear()
    this.#dueAt = Infinity
  }

  /** By any tab: what is over is over for all, and nothing is lost by saying it twice. */
  async #burn(): Promise<void> {
    const { keeper, leads, me } = this.#ports
    await keeper.run(async () => {
      const over = [...this.#endings.values()].filter(({ at }) => at <= this.#now())
      if (over.length === 0) return
      const talks = [...new Set(over.map((each) => under.messages(each.conversation_id)))]
      const known = (await Promise.all(talks.map((each) => keeper.list(each)))).flat()
      const sheet = new Sheet(keeper.picture, new Map(known))
      for (const { conversation_id: id, seq, id: message } of over) {
        this.#endings.delete(message)
        const kept = sheet.get<Message>(keys.message(id, seq))
        sheet.drop(keys.message(id, seq))
        answered(sheet, id, message, null)
        if (!leads()) continue
        change(sheet, id, ({ view: was }) => {
          const view = kept ? burned(was, kept, me()) : was
          return { view: view.last_message?.id === message ? withoutLast(view) : view }
        })
      }
      keeper.cuts++
      await keeper.commit(sheet.batch(), true)
    })
  }

  #now(): number {
    return this.#ports.today() + this.#aheadMs
  }

  isOver({ expires_at: end }: Message): boolean {
    return typeof end === 'string' && Date.parse(end) <= this.#now()
  }

  #see(message: Message | null | undefined): void {
    if (typeof message?.expires_at !== 'string') return
    const { conversation_id, seq, id, expires_at } = message
    this.#endings.set(id, { conversation_id, seq, id, at: Date.parse(expires_at) })
  }

  #schedule(): void {
    let next = Infinity
    for (const { at } of this.#endings.values()) next = Math.min(next, at)
    if (next === this.#dueAt && next > this.#now()) return
    this.#stop()
    this.#dueAt = next
    if (next === Infinity) return
    const wait = Math.min(waitMsMax, Math.max(0, next - this.#now()))
    this.#stop = this.#ports.clock.after(wait, () => {
      this.#dueAt = Infinity
      void this.#burn().then(() => this.#schedule())
    })
  }
}
