// What waits to be sent, kept with everything else: whichever tab it was written in, and whenever the line
// is there again, it goes in the order in which it was written, each under its own `client_msg_id`.
import type { Sent } from '../../protocol/messages.told.ts'
import type { Client } from '../client.ts'
import { asCurlewError, closed, CurlewError, isOver } from '../error.ts'
import type { SendInput, Sending } from '../options.ts'
import { randomUuid, unixMilliseconds } from '../ports.ts'
import type { Keeper } from './keeper.ts'
import { keys, under, type Conversation, type Talk, type Waiting } from './keys.ts'
import { Sheet } from './picture.ts'
import type { Batch } from './store.ts'

export interface SenderPorts {
  readonly keeper: Keeper
  readonly client: Client
  /** Whether this one sends, or another tab does. */
  leads(): boolean
}

interface Promised {
  resolve(sent: Sent): void
  reject(error: CurlewError): void
}

export class Sender {
  readonly #ports: SenderPorts
  /** Of this tab, by `client_msg_id`. */
  readonly #promised = new Map<string, Promised>()
  /** Handed to the client, which repeats it until there is an answer. */
  readonly #flying = new Set<string>()
  #order = 0

  constructor(ports: SenderPorts) {
    this.#ports = ports
  }

  send(input: SendInput): Sending {
    const client_msg_id = (input.client_msg_id ?? randomUuid()).toLowerCase()
    this.#order = Math.max(this.#order + 1, unixMilliseconds())
    const key = keys.waiting(this.#order, client_msg_id)
    const message = { message_type: 1, ...input, client_msg_id }
    const waiting: Waiting = { key, message, at: this.#order, state: 'waiting' }
    const promise = new Promise<Sent>((resolve, reject) => {
      this.#promised.set(client_msg_id, { resolve, reject })
      void this.#put(waiting)
    })
    promise.catch(() => {})
    return Object.assign(promise, { client_msg_id })
  }

  /** What was refused, once more. */
  async retry(id: string): Promise<void> {
    const { error: _, ...waiting } = this.#find(id) ?? {}
    if ('key' in waiting && waiting.state === 'failed') {
      await this.#put({ ...waiting, state: 'waiting' } as Waiting)
    }
  }

  /** What was refused is not wanted any more. */
  async discard(id: string): Promise<void> {
    const waiting = this.#find(id)
    if (waiting?.state !== 'failed') return
    const { keeper } = this.#ports
    await keeper.run(() => keeper.commit({ drop: [waiting.key] }, true))
  }

  /** Those of one conversation, however it was named. */
  waitingIn(view: Conversation | undefined): Waiting[] {
    if (!view) return []
    const isGroup = view.kind === 'group'
    const pair = isGroup ? [] : [view.user1_id, view.user2_id].map((each) => each.toLowerCase())
    return this.waiting.filter(({ message: { conversation_id, group_id, to_user_id } }) => {
      if (conversation_id !== undefined) return conversation_id === view.id
      if (group_id !== undefined) return isGroup && group_id === view.group_id
      return pair.includes(to_user_id?.toLowerCase() ?? '')
    })
  }

  /** In the order of sending. */
  get waiting(): Waiting[] {
    return this.#ports.keeper.picture
      .under<Waiting>(under.waiting)
      .toSorted((a, b) => (a.key < b.key ? -1 : 1))
  }

  /** Gives what waits to the client, if this is the tab that sends. */
  pump(): void {
    const { client, leads } = this.#ports
    if (!leads()) return
    for (const { message, state } of this.waiting) {
      const { client_msg_id: id } = message
      if (state !== 'waiting' || this.#flying.has(id)) continue
      this.#flying.add(id)
      client.send(message).then(
        (sent) => this.#ended(id, { state: 'sent', sent }),
        (thrown: unknown) => this.#failed(id, asCurlewError(thrown)),
      )
    }
  }

  /** Somebody else's or one's own: what came of what this tab has written. */
  heard({ put = [] }: Batch): void {
    for (const [key, value] of put) {
      if (!key.startsWith(under.waiting)) continue
      const { message, state, sent, error } = value as Waiting
      const promised = this.#promised.get(message.client_msg_id)
      if (!promised || state === 'waiting') continue
      this.#promised.delete(message.client_msg_id)
      if (sent) promised.resolve(sent)
      else promised.reject(new CurlewError({ reason: 'refused', msg: '', ...error }))
    }
    this.pump()
  }

  /** What is among the messages by now waits no longer. */
  closing(sheet: Sheet): void {
    for (const { key, sent } of this.waiting) {
      const talk = sent && sheet.get<Talk>(keys.conversation(sent.conversation_id))
      if (talk && talk.to >= sent.seq) sheet.drop(key)
    }
  }

  stop(): void {
    for (const { reject } of this.#promised.values()) reject(closed())
    this.#promised.clear()
  }

  #find(id: string): Waiting | undefined {
    return this.waiting.find(({ message }) => message.client_msg_id === id)
  }

  async #put(waiting: Waiting): Promise<void> {
    const { keeper } = this.#ports
    await keeper.run(() => keeper.commit({ put: [[waiting.key, waiting]] }, true))
  }

  /** It is said first that it is sent, then that it waits no longer: whoever listens hears both. */
  async #ended(id: string, outcome: Pick<Waiting, 'state' | 'sent' | 'error'>): Promise<void> {
    const { keeper } = this.#ports
    this.#flying.delete(id)
    const waiting = this.#find(id)
    if (!waiting) return
    await this.#put({ ...waiting, ...outcome })
    await keeper.run(async () => {
      const sheet = new Sheet(keeper.picture)
      this.closing(sheet)
      await keeper.commit(sheet.batch(), true)
    })
  }

  #failed(id: string, error: CurlewError): void {
    // Not now, but not never: it goes when there is room, or when somebody is signed in again.
    if (isOver(error) || error.reason === 'full') this.#flying.delete(id)
    else void this.#ended(id, { state: 'failed', error: { code: error.code, msg: error.msg } })
  }
}
