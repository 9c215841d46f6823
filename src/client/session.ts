// Everything live of one signed-in account: socket, order of messages, holes, pending sends.
import { closes } from '../protocol/closes.ts'
import type { Sent } from '../protocol/messages.told.ts'
import type { GroupMessage, Message } from '../protocol/messages.ts'
import { Catchup, pageOf } from './catchup.ts'
import { CurlewError, errorOfFrame, notSignedIn } from './error.ts'
import { type Deferred, deferred } from './deferred.ts'
import { deviceIdOf } from './device.ts'
import type { Emitter } from './events.ts'
import { listenForHints } from './hints.ts'
import type { Limits } from './limits.ts'
import type { ClientEvents, ClientOptions, Position } from './options.ts'
import { Outbox, type Outgoing } from './outbox.ts'
import { ownMessage, sentOf, targetOf, type Target } from './own.ts'
import type { Clock } from './ports.ts'
import { Requests } from './requests.ts'
import type { Rest } from './rest.ts'
import { type Frame, type Hello, Socket, type StateEvent } from './socket.ts'
import { Timeline } from './timeline.ts'
import type { TokenHolder } from './tokens.ts'
import { Vault } from './vault.ts'

export interface SessionPorts {
  readonly options: ClientOptions
  readonly limits: Limits
  readonly clock: Clock
  readonly random: () => number
  readonly rest: Rest
  readonly tokens: TokenHolder
  readonly emitter: Emitter<ClientEvents>
  /** The server ended the session. */
  over(error: CurlewError): void
  onError(error: unknown): void
}

export class Session {
  readonly #ports: SessionPorts
  readonly #socket: Socket
  readonly #timeline: Timeline
  readonly #catchup: Catchup
  readonly outbox: Outbox
  readonly requests: Requests
  #ready: Deferred | undefined
  #stopHints: (() => void) | undefined
  #usedToken: string | undefined
  #hello: Hello | undefined
  #epoch: string | undefined
  #closed = false
  /** With whom a conversation is. */
  readonly #targets = new Map<number, Target>()

  constructor(ports: SessionPorts, account: string, position: Position | undefined) {
    this.#ports = ports
    this.#epoch = position?.epoch
    const { clock, random, limits, options } = ports
    const shared = { clock, random, limits }
    this.#timeline = new Timeline(limits, position?.seqs)
    this.#socket = new Socket({
      ...shared,
      WebSocket: options.WebSocket ?? globalThis.WebSocket,
      address: (rejected) => this.#address(rejected),
      hello: (hello, serverSeconds) => this.#greeted(hello, serverSeconds),
      frame: (frame) => this.#frame(frame),
      state: (event) => this.#moved(event),
    })
    this.requests = new Requests({ clock, limits, send: (frame) => this.#socket.send(frame) })
    this.#catchup = new Catchup({
      ...shared,
      timeline: this.#timeline,
      range: (conversation, after, limit) => this.#range(conversation, after, limit),
      conversations: (cursor, limit) => this.#list(cursor, limit),
      deliver: (messages) => this.#deliver(messages),
      compared: () => this.#ready?.resolve(),
    })
    // Per account, so that nobody sends what another typed; per device, so that two tabs do not
    // write over each other.
    const key = `curlew:outbox:${account}:${options.deviceId ?? ''}`
    this.outbox = new Outbox(
      {
        ...shared,
        socket: (message) =>
          this.#socket.send({ type: 'send_message', data: message, id: message.client_msg_id }),
        restInstead: () => this.#restInstead(),
        rest: (message) => this.#sendOverRest(message),
        doubt: () => this.#socket.probe(),
        sent: (sent, message, tries) => this.#sent(sent, message, tries),
        failed: ({ client_msg_id }, error) =>
          ports.emitter.emit('send_failed', { client_msg_id, error }),
      },
      new Vault<Outgoing[]>({
        storage: options.storage,
        key,
        clock,
        deadlineMs: limits.storageMs,
        state: (event) => ports.emitter.emit('storage', event),
        onError: ports.onError,
      }),
    )
    void this.outbox.load()
  }

  get state(): StateEvent {
    return this.#socket.state
  }

  position(): Position {
    return { epoch: this.#epoch, seqs: this.#timeline.positions() }
  }

  messages(conversation: number): Message[] {
    return this.#timeline.messages(conversation)
  }

  /** Resolves when connected and compared with the server: nothing from then on is missed. */
  connect(): Promise<void> {
    if (!this.#ready) {
      this.#ready = deferred()
      this.#stopHints = listenForHints(() => this.#socket.nudge())
      this.#catchup.start()
      this.#socket.start()
    }
    return this.#ready.promise
  }

  disconnect(): void {
    this.#socket.stop()
  }

  nudge(): void {
    this.#socket.nudge()
  }

  async close(error: CurlewError, dropStored = false): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    const closing = this.outbox.close(error, dropStored)
    this.#socket.stop()
    this.#rest(error)
    await closing
  }

  /** No socket is wanted any more: nothing may run on. */
  #rest(error: CurlewError): void {
    this.#catchup.stop()
    this.requests.fail(error)
    this.#stopHints?.()
    this.#stopHints = undefined
    this.#ready?.reject(error)
    this.#ready = undefined
  }

  async #address(rejected: boolean): Promise<{ url: string; protocols: string[] }> {
    const { options, tokens, rest } = this.#ports
    if (rejected && this.#usedToken) await tokens.renew(this.#usedToken)
    const token = await tokens.current()
    if (!token) throw notSignedIn()
    this.#usedToken = token
    const url = new URL(`${options.url.replace(/\/+$/, '')}/api/v1/messages/ws`)
    url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:'
    if (options.deviceId !== undefined) {
      url.searchParams.set('device_id', deviceIdOf(options.deviceId))
    }
    if (options.socketAuth !== 'ticket') return { url: url.href, protocols: ['bearer', token] }
    const { ticket } = await rest.call('messages.ticket', undefined)
    url.searchParams.set('ticket', ticket)
    return { url: url.href, protocols: [] }
  }

  #greeted(hello: Hello, serverSeconds: number): void {
    if (serverSeconds > 0) this.#ports.options.follower?.greeted?.(serverSeconds)
    const rolledBack = this.#epoch !== undefined && this.#epoch !== hello.epoch
    this.#hello = hello
    this.#epoch = hello.epoch
    if (rolledBack) {
      this.#timeline.reset()
      this.#ports.emitter.emit('reset', { epoch: hello.epoch })
    }
    this.#catchup.connected(rolledBack)
    this.outbox.pump()
  }

  #moved(event: StateEvent): void {
    if (event.state !== 'open') {
      this.requests.fail(new CurlewError({ reason: 'network', msg: 'The connection broke.' }))
      this.outbox.disconnected()
    }
    this.#ports.emitter.emit('state', event)
    if (event.state !== 'closed') return
    const { code, reason } = event
    const lost = code === closes.unauthenticated.code || code === closes.sessionEnded.code
    const error = new CurlewError({
      reason: lost ? 'signed_out' : 'closed',
      msg: reason || 'The socket is closed.',
      data: { close: code },
    })
    this.#rest(error)
    if (lost) this.#ports.over(error)
  }

  #frame({ type, data, id }: Frame): void {
    if (type === 'ack') {
      const answered = this.requests.settle(String(id), { data })
      if (!answered && isSent(data)) this.outbox.acked(data)
    } else if (type === 'error') {
      const error = errorOfFrame(data)
      if (id !== undefined) {
        if (this.requests.settle(String(id), { error })) return
        if (this.outbox.refused(String(id), error)) return
      } else if (error.retryAfter) this.outbox.slowed(error.retryAfter * 1000)
      this.#ports.emitter.emit('error', error)
    } else if (type === 'message' || type === 'message_sent' || type === 'group_message') {
      this.#arrived(data as Message)
    } else if (type === 'message_updated') this.#changed(data as ClientEvents['message_updated'])
    else if (type === 'message_deleted') this.#deleted(data as ClientEvents['message_deleted'])
    else {
      if (type === 'heads') this.#catchup.heads(data as ClientEvents['heads'])
      if (type === 'reacted') this.#timeline.reacted(data as ClientEvents['reacted'])
      // Types of a newer server have no listeners.
      this.#ports.emitter.emit(type as keyof ClientEvents, data as never)
    }
  }

  #arrived(message: Message): void {
    this.#deliver(this.#timeline.offer(message))
    this.#catchup.want(message.conversation_id)
  }

  /** What is missing is not asked for: it is not there for us. */
  #deleted(where: ClientEvents['message_deleted']): void {
    this.#deliver(this.#timeline.remove(where.conversation_id, where.seq))
    this.#ports.emitter.emit('message_deleted', where)
  }

  #changed(message: ClientEvents['message_updated']): void {
    const { news, ready } = this.#timeline.update(message)
    this.#deliver(ready)
    if (news) this.#ports.emitter.emit('message_updated', news)
    this.#catchup.want(message.conversation_id)
  }

  #deliver(messages: readonly Message[]): void {
    for (const message of messages) {
      if (message.group_id === undefined) this.#ports.emitter.emit('message', message)
      else this.#ports.emitter.emit('group_message', message as GroupMessage)
    }
  }

  async #range(conversation: number, after: number, limit: number) {
    const input = { id: conversation, after_seq: after, limit }
    return pageOf(await this.#ports.rest.call('messages.history', input))
  }

  async #list(cursor: string, limit: number) {
    const { limits, options, rest } = this.#ports
    const input = { cursor, limit, kind: 'all' as const, archived: 'all' as const }
    const followed = await options.follower?.catchUp((message) => this.#arrived(message))
    const page = pageOf(followed ?? (await rest.call('conversations.list', input)))
    for (const each of page.list) {
      if (this.#targets.size >= limits.positionsMax) break
      this.#targets.set(each.id, targetOf(each, this.#hello?.user_id))
    }
    return page
  }

  /** Not wanted, closed for good, or not reached twice in a row. */
  #restInstead(): boolean {
    const { state } = this.#socket.state
    return state === 'idle' || state === 'closed' || this.#socket.failures >= 2
  }

  async #sendOverRest(message: Outgoing): Promise<Sent> {
    const { group_id, ...body } = message
    const { to_user_id: _, conversation_id: __, ...said } = body
    const { rest } = this.#ports
    const whole = await (group_id === undefined
      ? rest.call('messages.send', body, { tries: 1 })
      : rest.call('groups.send', { ...said, group_id }, { tries: 1 }))
    // Without a socket nothing has its place yet, and the first connect decides it.
    if (this.#timeline.has(whole.conversation_id)) this.#arrived(whole)
    return sentOf(whole)
  }

  #sent(sent: Sent, message: Outgoing, tries: number): void {
    const { conversation_id: id } = sent
    const me = this.#hello?.user_id
    const own = tries === 1 && me ? ownMessage(sent, message, me, this.#targets.get(id)) : null
    if (own && this.#ready) this.#arrived(own)
    else if (this.#ready) {
      this.#timeline.head(id, sent.seq)
      this.#catchup.want(id)
    }
    this.#ports.emitter.emit('sent', sent)
  }
}

function isSent(data: unknown): data is Sent {
  return typeof (data as Sent | null)?.client_msg_id === 'string'
}
