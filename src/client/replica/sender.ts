// What waits to be sent, kept with everything else: whichever tab it was written in, and whenever the line
// is there again, it goes in the order in which it was written, each under its own `client_msg_id`.
import type { Sent } from '../../protocol/messages.told.ts'
import type { Client } from '../client.ts'
import { asCurlewError, closed, CurlewError, isOver } from '../error.ts'
import type { SendInput, Sending } from '../options.ts'
import { randomUuid, unixMilliseconds } from '../ports.ts'
import { sizedSource, type UploadSource } from '../source.ts'
import type { UploadOptions } from '../uploads.ts'
import type { Attachments } from './attachments.ts'
import type { Keeper } from './keeper.ts'
import { goesUp, keys, under } from './keys.ts'
import type { Conversation, Talk, Waiting, WaitingFile } from './keys.ts'
import type { ReplicaLimits } from './limits.ts'
import { Sheet } from './picture.ts'
import type { Batch } from './store.ts'

/** What is said with a file; its kind is the file's where no `message_type` is given. */
export type FileInput = Omit<SendInput, 'content' | 'media_id' | 'media_url'> &
  Omit<UploadOptions, 'resumeKey'> & { readonly content?: string }

export interface SenderPorts {
  readonly keeper: Keeper
  readonly client: Client
  readonly attachments: Attachments
  readonly limits: ReplicaLimits
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
    return this.#add(input)
  }

  /** Shown at once, sent when the file is on the server. Whoever writes meanwhile is not held up by it. */
  sendFile(given: UploadSource, { onProgress, signal, filename, ...said }: FileInput): Sending {
    const { attachments, limits } = this.#ports
    const { name, type, size } = sizedSource(given, filename)
    const { keptFileBytesMax: max, keptFilesBytesMax } = limits
    const sizes = [...this.waiting.map(({ file }) => file?.size ?? 0), size]
    const bytes = sizes.reduce((sum, each) => (each <= max ? sum + each : sum), 0)
    const isKept = size <= max && bytes <= keptFilesBytesMax
    const input = { message_type: kindOf(type), content: '', ...said }
    const begin = (id: string) => {
      attachments.hold(id, given, onProgress)
      const give = () => void this.discard(id)
      if (signal?.aborted) give()
      signal?.addEventListener('abort', give, { once: true })
    }
    const sending = this.#add(input, { file: { name, type, size, isKept: false }, begin })
    if (isKept) void this.#keep(sending.client_msg_id)
    return sending
  }

  #add(
    input: SendInput,
    attached?: { readonly file: WaitingFile; begin(id: string): void },
  ): Sending {
    const client_msg_id = (input.client_msg_id ?? randomUuid()).toLowerCase()
    this.#order = Math.max(this.#order + 1, unixMilliseconds())
    const key = keys.waiting(this.#order, client_msg_id)
    const message = { message_type: 1, ...input, client_msg_id }
    const file = attached ? { file: attached.file } : {}
    const waiting: Waiting = { key, message, at: this.#order, state: 'waiting', ...file }
    const promise = new Promise<Sent>((resolve, reject) => {
      this.#promised.set(client_msg_id, { resolve, reject })
      // It is there before it can be taken back.
      void this.#put(waiting)
      attached?.begin(client_msg_id)
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

  /** What was refused, or is going up still, is not wanted any more. */
  async discard(id: string): Promise<void> {
    const { keeper } = this.#ports
    await keeper.run(async () => {
      const waiting = this.#find(id)
      if (waiting?.state !== 'failed' && !(waiting && goesUp(waiting))) return
      await keeper.commit({ drop: [waiting.key] }, true)
    })
  }

  /** Its file is on the server: now it can be sent. */
  uploaded(id: string, media_id: number): Promise<void> {
    return this.#change(id, (waiting) => {
      return goesUp(waiting) ? { message: { ...waiting.message, media_id } } : {}
    })
  }

  lost(id: string, { code, msg, reason }: CurlewError): Promise<void> {
    return this.#change(id, (waiting) => {
      return goesUp(waiting) ? { state: 'failed', error: { code, msg, reason } } : {}
    })
  }

  async #change(id: string, to: (waiting: Waiting) => Partial<Waiting>): Promise<void> {
    const { keeper } = this.#ports
    await keeper.run(async () => {
      const waiting = this.#find(id)
      if (!waiting) return
      await keeper.commit({ put: [[waiting.key, { ...waiting, ...to(waiting) }]] }, true)
    })
  }

  /** Those of one conversation, however it was named. */
  waitingIn(view: Conversation | undefined): Waiting[] {
    if (!view) return []
    const isGroup = view.kind === 'group'
    const pair = isGroup ? [] : [view.user1_id, view.user2_id].map((each) => each.toLowerCase())
    const isHere = ({ message: { conversation_id, group_id, to_user_id } }: Waiting) => {
      if (conversation_id !== undefined) return conversation_id === view.id
      if (group_id !== undefined) return isGroup && group_id === view.group_id
      return pair.includes(to_user_id?.toLowerCase() ?? '')
    }
    return this.waiting.filter(isHere).map((each) => this.#ports.attachments.shown(each))
  }

  /** In the order of sending. */
  get waiting(): Waiting[] {
    return this.#ports.keeper.picture
      .under<Waiting>(under.waiting)
      .toSorted((a, b) => (a.key < b.key ? -1 : 1))
  }

  /** Gives what waits to the client, if this is the tab that sends. */
  pump(): void {
    const { client, leads, attachments } = this.#ports
    const all = this.waiting
    attachments.pump(all)
    if (!leads()) return
    for (const each of all) {
      const { message, state } = each
      const { client_msg_id: id } = message
      if (state !== 'waiting' || this.#flying.has(id) || goesUp(each)) continue
      this.#flying.add(id)
      client.send(message).then(
        (sent) => this.#ended(id, { state: 'sent', sent }),
        (thrown: unknown) => this.#failed(id, asCurlewError(thrown)),
      )
    }
  }

  /** Somebody else's or one's own: what came of what this tab has written. */
  heard({ put = [], drop = [] }: Batch): void {
    for (const key of drop) if (key.startsWith(under.waiting)) this.#gone(keys.waitingId(key))
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

  /** Sent, or taken back: whoever waits for the latter still hears of it. */
  #gone(id: string): void {
    void this.#ports.attachments.dropped(id)
    this.#promised.get(id)?.reject(new CurlewError({ reason: 'aborted', msg: 'Not wanted.' }))
    this.#promised.delete(id)
  }

  /** Said once all of it is there: other tabs can show it then, too. */
  async #keep(id: string): Promise<void> {
    if (!(await this.#ports.attachments.keep(id))) return
    await this.#change(id, ({ file }) => (file ? { file: { ...file, isKept: true } } : {}))
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

/** As the types of messages are numbered: what a page shows as such, and files of any kind. */
function kindOf(type: string): number {
  // A drawing may hold a program: the server hands it out as a file, not as an image.
  if (type === 'image/svg+xml') return 5
  const kinds: Readonly<Record<string, number>> = { image: 2, audio: 3, video: 4 }
  return kinds[type.split('/')[0] ?? ''] ?? 5
}
