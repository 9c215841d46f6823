// Sends on their way: kept in order, sent again under the same id until the server has answered.
import type { ClientData } from '../protocol/frames.ts'
import type { Sent } from '../protocol/messages.told.ts'
import { closed, CurlewError, isUnanswered } from './error.ts'
import { dropOldest, type Limits } from './limits.ts'
import type { Clock } from './ports.ts'
import type { Vault } from './vault.ts'

export type Outgoing = ClientData<'send_message'> & { readonly client_msg_id: string }

export interface OutboxPorts {
  readonly clock: Clock
  readonly random: () => number
  readonly limits: Limits
  /** Sends a frame; false when no socket is open. */
  socket(message: Outgoing): boolean
  /** Whether to go over REST now, because a socket is not to be had. */
  restInstead(): boolean
  rest(message: Outgoing): Promise<Sent>
  /** An acknowledgement is late: the line may be dead. */
  doubt(): void
  sent(sent: Sent, message: Outgoing, tries: number): void
  failed(message: Outgoing, error: CurlewError): void
}

interface Entry {
  readonly message: Outgoing
  readonly resolve: (sent: Sent) => void
  readonly reject: (error: CurlewError) => void
  via: 'socket' | 'rest' | undefined
  tries: number
  refusals: number
  notBefore: number
  stopTimer: (() => void) | undefined
}

export class Outbox {
  readonly #ports: OutboxPorts
  readonly #vault: Vault<Outgoing[]>
  /** In the order of sending. */
  readonly #entries = new Map<string, Entry>()
  /** Which conversation a person is talked to in, as far as answers have shown. */
  readonly #aliases = new Map<string, number>()
  #loaded = false
  #closed = false
  /** What was pending at the end, unless it was to be dropped. */
  #left: readonly Outgoing[] | undefined
  #stopPump: (() => void) | undefined

  constructor(ports: OutboxPorts, vault: Vault<Outgoing[]>) {
    this.#ports = ports
    this.#vault = vault
  }

  /** Brings back what an earlier run left, ahead of what was sent since. */
  async load(): Promise<void> {
    const stored = await this.#vault.read((late) => this.#takeBack(late))
    this.#loaded = true
    this.#takeBack(stored ?? [])
  }

  #takeBack(stored: readonly Outgoing[]): void {
    if (this.#closed) {
      // Too late for this run: what it did not send goes back together with it.
      if (this.#left) this.#vault.write([...stored, ...this.#left])
      return
    }
    const since = [...this.#entries]
    this.#entries.clear()
    for (const message of stored.slice(0, this.#ports.limits.pendingMax)) {
      if (typeof message?.client_msg_id !== 'string') continue
      // The earlier run may have sent it without living to hear the answer.
      this.#entry(message, ignore, ignore).tries = 1
    }
    for (const [id, entry] of since) this.#entries.set(id, entry)
    this.#store()
    this.pump()
  }

  get pending(): Outgoing[] {
    return [...this.#entries.values()].map((entry) => entry.message)
  }

  add(message: Outgoing): Promise<Sent> {
    const promise = new Promise<Sent>((resolve, reject) => {
      const refusal = this.#refusal(message)
      if (refusal) return reject(refusal)
      this.#entry(message, resolve, reject)
      this.#store()
      this.pump()
    })
    // Nobody has to listen: `sent` and `send_failed` tell the same.
    promise.catch(ignore)
    return promise
  }

  #refusal(message: Outgoing): CurlewError | undefined {
    const { limits } = this.#ports
    if (this.#closed) return closed()
    if (this.#entries.has(message.client_msg_id)) {
      return new CurlewError({ reason: 'refused', code: 4303, msg: 'This id is being sent.' })
    }
    if (this.#entries.size >= limits.pendingMax) {
      return new CurlewError({ reason: 'full', msg: 'Too many messages wait to be sent.' })
    }
    // The frame around it takes less than 200 bytes.
    const bytes = new TextEncoder().encode(JSON.stringify(message)).length + 200
    if (bytes <= limits.frameBytesMax) return undefined
    return new CurlewError({ reason: 'too_large', code: 4013, msg: 'The message is too large.' })
  }

  #entry(message: Outgoing, resolve: Entry['resolve'], reject: Entry['reject']): Entry {
    const entry: Entry = {
      message,
      resolve,
      reject,
      via: undefined,
      tries: 0,
      refusals: 0,
      notBefore: 0,
      stopTimer: undefined,
    }
    this.#entries.set(message.client_msg_id, entry)
    return entry
  }

  #lane(message: Outgoing): string | number {
    if (message.conversation_id !== undefined) return message.conversation_id
    if (message.group_id !== undefined) return message.group_id
    const person = `@${message.to_user_id?.toLowerCase()}`
    return this.#aliases.get(person) ?? person
  }

  /** Sends what may go now: first of its conversation, not waiting, within the bounds. */
  pump(): void {
    this.#stopPump?.()
    this.#stopPump = undefined
    if (!this.#loaded || this.#closed) return
    const { clock, limits } = this.#ports
    const now = clock.now()
    const taken = new Map<string | number, number>()
    let flying = 0
    for (const entry of this.#entries.values()) if (entry.via) flying++
    let wake = Infinity
    for (const entry of this.#entries.values()) {
      const lane = this.#lane(entry.message)
      const before = taken.get(lane) ?? 0
      if (before >= limits.flyingPerConversationMax) continue
      taken.set(lane, before + 1)
      if (entry.via) continue
      const blocked = entry.notBefore > now
      if (blocked) wake = Math.min(wake, entry.notBefore)
      if (blocked || flying >= limits.flyingMax || !this.#launch(entry)) {
        // What comes after it in this conversation waits with it.
        taken.set(lane, Infinity)
      } else flying++
    }
    if (wake < Infinity) this.#stopPump = clock.after(wake - now, () => this.pump())
  }

  #launch(entry: Entry): boolean {
    const { clock, limits, restInstead } = this.#ports
    if (this.#ports.socket(entry.message)) {
      entry.via = 'socket'
      entry.tries++
      entry.stopTimer = clock.after(limits.ackMs, () => this.#late(entry))
      return true
    }
    if (!restInstead()) return false
    entry.via = 'rest'
    entry.tries++
    void this.#overRest(entry)
    return true
  }

  #late(entry: Entry): void {
    land(entry)
    this.#ports.doubt()
    this.pump()
  }

  async #overRest(entry: Entry): Promise<void> {
    try {
      this.acked(await this.#ports.rest(entry.message))
    } catch (error) {
      this.refused(entry.message.client_msg_id, error as CurlewError)
    }
  }

  /** The server has it. Also for an answer that comes after its deadline. */
  acked(sent: Sent): boolean {
    const entry = this.#entries.get(sent.client_msg_id)
    if (!entry) return false
    const { to_user_id: person } = entry.message
    if (person !== undefined) this.#learn(`@${person.toLowerCase()}`, sent.conversation_id)
    this.#remove(entry)
    this.#ports.sent(sent, entry.message, entry.tries)
    entry.resolve(sent)
    this.pump()
    return true
  }

  #learn(person: string, conversation: number): void {
    this.#aliases.delete(person)
    this.#aliases.set(person, conversation)
    dropOldest(this.#aliases, this.#ports.limits.positionsMax)
  }

  /** The server said no, for now or for ever. False when no such send is pending. */
  refused(id: string, error: CurlewError): boolean {
    const entry = this.#entries.get(id)
    if (!entry) return false
    if (!isUnanswered(error.reason)) entry.refusals++
    const hopeless = !error.retryable || entry.refusals >= this.#ports.limits.refusalsMax
    if (hopeless) {
      this.#remove(entry)
      this.#fail(entry, error)
    } else {
      const { clock, random } = this.#ports
      const ceiling = Math.min(30_000, 500 * 2 ** Math.min(entry.tries, 8))
      land(entry)
      entry.notBefore = clock.now() + (error.retryAfter ?? 0) * 1000 + random() * ceiling
    }
    this.pump()
    return true
  }

  #fail(entry: Entry, error: CurlewError): void {
    this.#ports.failed(entry.message, error)
    entry.reject(error)
  }

  #remove(entry: Entry): void {
    entry.stopTimer?.()
    this.#entries.delete(entry.message.client_msg_id)
    this.#store()
  }

  /**
   * Some frame was refused unread for being one too many, and which is not said: all that are on
   * their way go again after a pause. Those that were read come to the same answer.
   */
  slowed(pauseMs: number): void {
    const now = this.#ports.clock.now()
    for (const entry of this.#entries.values()) {
      if (entry.via === 'socket') entry.notBefore = now + pauseMs
    }
    this.disconnected()
  }

  /** The socket is gone, and with it the answers to what went over it. */
  disconnected(): void {
    for (const entry of this.#entries.values()) {
      if (entry.via === 'socket') land(entry)
    }
    this.pump()
  }

  #store(): void {
    if (!this.#loaded || this.#closed) return
    this.#vault.write(this.pending)
  }

  /** Fails what is pending; what is stored stays for a later run unless it is to be dropped. */
  async close(error: CurlewError, drop = false): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    this.#stopPump?.()
    this.#stopPump = undefined
    if (drop) this.#vault.write([])
    else this.#left = this.pending
    const entries = [...this.#entries.values()]
    this.#entries.clear()
    for (const entry of entries) {
      entry.stopTimer?.()
      this.#fail(entry, error)
    }
    await this.#vault.flushed()
  }
}

/** No answer is waited for any more. */
function land(entry: Entry): void {
  entry.stopTimer?.()
  entry.stopTimer = undefined
  entry.via = undefined
}

function ignore(): void {}
