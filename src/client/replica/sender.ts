// What waits to be sent, kept with everything else: whichever tab it was written in, and whenever the line
// is there again, it goes in the order in which it was written, each under its own `client_msg_id`.
import type { Sent } from '../../protocol/messages.told.ts'
import type { Client } from '../client.ts'
import { asCurlewError, CurlewError, isOver } from '../error.ts'
import { dropOldest } from '../limits.ts'
import type { SendInput, Sending } from '../options.ts'
import { randomUuid } from '../ports.ts'
import { sizedSource, type UploadSource } from '../source.ts'
import type { UploadOptions } from '../uploads.ts'
import type { Attachments } from './attachments.ts'
import type { Changes } from './changes.ts'
import type { Keeper } from './keeper.ts'
import { errorOf, goesUp, keys, refusalOf, under } from './keys.ts'
import type { Conversation, Talk, Waiting, WaitingFile } from './keys.ts'
import type { ReplicaLimits } from './limits.ts'
import { Sheet } from './picture.ts'
import { Promised } from './promises.ts'
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
  /** What may wait behind a message. */
  changes(): Pick<Changes, 'bound' | 'behind'>
}

export class Sender {
  readonly #ports: SenderPorts
  /** Of this tab, by `client_msg_id`. */
  readonly #promised = new Promised<Sent>()
  /** Handed to the client, which repeats it until there is an answer. */
  readonly #flying = new Set<string>()
  /** What of it was said lately, under which number. */
  readonly #said = new Map<string, number>()

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
    const at = this.#ports.keeper.next()
    const key = keys.waiting(at, client_msg_id)
    const message = { message_type: 1, ...input, client_msg_id }
    const file = attached ? { file: attached.file } : {}
    const waiting: Waiting = { key, message, at, state: 'waiting', ...file }
    const promise = this.#promised.of(client_msg_id)
    // It is there before it can be taken back.
    void this.#put(waiting)
    attached?.begin(client_msg_id)
    return Object.assign(promise, { client_msg_id })
  }

  /** What was refused, once more. */
  async retry(id: string): Promise<void> {
    const { error: _, ...waiting } = this.find(id) ?? {}
    if ('key' in waiting && waiting.state === 'failed') {
      await this.#put({ ...waiting, state: 'waiting' } as Waiting)
    }
  }

  /** What was refused, or is going up still, is not wanted any more. */
  async discard(id: string): Promise<void> {
    const { keeper, changes } = this.#ports
    await keeper.run(async () => {
      const waiting = this.find(id)
      if (waiting?.state !== 'failed' && !(waiting && goesUp(waiting))) return
      await keeper.commit({ drop: [waiting.key, ...changes().behind(id)] }, true)
    })
  }

  /** Its file is on the server: now it can be sent. */
  uploaded(id: string, media_id: number): Promise<void> {
    return this.#change(id, (waiting) => {
      return goesUp(waiting) ? { message: { ...waiting.message, media_id } } : {}
    })
  }

  lost(id: string, error: CurlewError): Promise<void> {
    return this.#change(id, (waiting) => {
      return goesUp(waiting) ? { state: 'failed', error: refusalOf(error) } : {}
    })
  }

  async #change(id: string, to: (waiting: Waiting) => Partial<Waiting>): Promise<void> {
    const { keeper } = this.#ports
    await keeper.run(async () => {
      const waiting = this.find(id)
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

  /** Which message it has become, of what was said lately. */
  said(id: string): number | undefined {
    return this.#said.get(id)
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
      const { client_msg_id: id } = message
      if (sent) {
        this.#said.set(id, sent.id)
        dropOldest(this.#said, this.#ports.limits.saidMax)
        this.#promised.keep(id, sent)
      } else if (state === 'failed') {
        this.#promised.break(id, errorOf(error))
      }
    }
    this.pump()
  }

  /** Sent, or taken back: whoever waits for the latter still hears of it. */
  #gone(id: string): void {
    void this.#ports.attachments.dropped(id)
    this.#promised.break(id, new CurlewError({ reason: 'aborted', msg: 'Not wanted.' }))
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
    this.#promised.stop()
  }

  find(id: string): Waiting | undefined {
    return this.waiting.find(({ message }) => message.client_msg_id === id)
  }

  async #put(waiting: Waiting): Promise<void> {
    const { keeper, changes } = this.#ports
    const { key, message, sent } = waiting
    await keeper.run(() => {
      const behind = sent ? changes().bound(message.client_msg_id, sent.id) : []
      return keeper.commit({ put: [[key, waiting], ...behind] }, true)
    })
  }

  /** It is said first that it is sent, then that it waits no longer: whoever listens hears both. */
  async #ended(id: string, outcome: Pick<Waiting, 'state' | 'sent' | 'error'>): Promise<void> {
    const { keeper } = this.#ports
    this.#flying.delete(id)
    const waiting = this.find(id)
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
    else void this.#ended(id, { state: 'failed', error: refusalOf(error) })
  }
}

/** As the types of messages are numbered: what a page shows as such, and files of any kind. */
function kindOf(type: string): number {
  // A drawing may hold a program: the server hands it out as a file, not as an image.
  if (type === 'image/svg+xml') return 5
  const kinds: Readonly<Record<string, number>> = { image: 2, audio: 3, video: 4 }
  return kinds[type.split('/')[0] ?? ''] ?? 5
}
