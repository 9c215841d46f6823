// The SDK: one client for one account at a time, over REST and the socket.
/// <reference lib="esnext.disposable" preserve="true" />
import type { ClientAnswer, ClientData } from '../protocol/frames.ts'
import type { Media } from '../protocol/media.ts'
import type { Message } from '../protocol/messages.ts'
import type { InputOf, OperationName, OutputOf } from '../protocol/operations.ts'
import { closed, CurlewError, notSignedIn } from './error.ts'
import { Emitter, type Listener } from './events.ts'
import { defaults, type Limits } from './limits.ts'
import type { ClientEvents, ClientOptions, Position, Sending, SendInput } from './options.ts'
import { locksOfRuntime } from './locks.ts'
import { type Clock, randomUuid, systemClock } from './ports.ts'
import type { RequestType } from './requests.ts'
import { type CallOptions, Rest } from './rest.ts'
import { Session } from './session.ts'
import type { StateEvent } from './socket.ts'
import type { UploadSource } from './source.ts'
import { TokenHolder, type Tokens } from './tokens.ts'
import { type Remembered, Uploads, type UploadOptions } from './uploads.ts'
import { Vault } from './vault.ts'

export { CurlewError } from './error.ts'
export type { Reason } from './error.ts'
export type { Follower } from './follower.ts'
export type { ClientEvents, ClientOptions, Position, Sending, SendInput } from './options.ts'
export type { Storage } from './ports.ts'
export type { CallOptions } from './rest.ts'
export type { StateEvent } from './socket.ts'
export type { ByteSource, UploadSource } from './source.ts'
export type { Tokens } from './tokens.ts'
export type { Progress, UploadOptions } from './uploads.ts'
export type { StorageState } from './vault.ts'

/** Input and options of a call; the input may be left out where the operation takes none. */
type CallArguments<N extends OperationName> =
  Record<never, never> extends InputOf<N>
    ? [input?: InputOf<N>, options?: CallOptions]
    : [input: InputOf<N>, options?: CallOptions]

export function createClient(options: ClientOptions): Client {
  return new Client(options)
}

export class Client implements AsyncDisposable {
  readonly #options: ClientOptions
  readonly #clock: Clock
  readonly #random: () => number
  readonly #limits: Limits
  readonly #emitter: Emitter<ClientEvents>
  readonly #onError: (error: unknown) => void
  readonly #closing = new AbortController()
  readonly #rest: Rest
  readonly #tokens: TokenHolder
  #session: Session | undefined
  #uploads: Uploads | undefined
  #account: string | undefined
  /** Sessions of before that are still writing. */
  #ending: Promise<unknown> | undefined
  /** A logout is under way: what waits to be sent goes with it. */
  #leaving = false

  constructor(options: ClientOptions) {
    this.#options = options
    this.#clock = options.clock ?? systemClock
    this.#random = options.random ?? Math.random
    this.#limits = { ...defaults, ...options.limits }
    this.#onError = options.onError ?? ((error) => console.error(error))
    this.#emitter = new Emitter(this.#onError)
    this.#rest = new Rest({
      base: `${options.url.replace(/\/+$/, '')}/api/v1`,
      // Bound late, so that a page's instrumentation of `fetch` counts.
      fetch: options.fetch ?? ((url, init) => globalThis.fetch(url, init)),
      clock: this.#clock,
      random: this.#random,
      limits: this.#limits,
      locale: options.locale,
      tokens: () => this.#tokens,
      closing: this.#closing.signal,
    })
    const swap = (refreshToken: string) =>
      this.#rest.call(
        'accounts.refresh',
        { refresh_token: refreshToken },
        { tries: 1, outlives: true, timeoutMs: this.#limits.swapMs },
      )
    const given = options.tokens
    const tokens = typeof given === 'function' ? this.#stored() : given
    this.#tokens = new TokenHolder(
      {
        clock: this.#clock,
        limits: this.#limits,
        locks: options.locks ?? locksOfRuntime(),
        stored: () => this.#stored(),
        swap,
        changed: (fresh) => this.#changed(fresh),
      },
      tokens,
    )
    if (tokens) this.#open(options.position)
  }

  /** Where the socket stands. */
  get state(): StateEvent {
    return this.#session?.state ?? { state: 'idle' }
  }

  get tokens(): Tokens | undefined {
    return this.#tokens.held
  }

  /** One operation over REST. Signing in and out through it signs this client in and out. */
  async call<N extends OperationName>(name: N, ...rest: CallArguments<N>): Promise<OutputOf<N>> {
    const [input, options] = rest
    if (this.#closing.signal.aborted) throw closed()
    const isLogout = name === 'accounts.logout'
    if (isLogout) this.#leaving = true
    try {
      const data = await this.#rest.call(name, input, options)
      if (bringsTokens(data)) this.signIn(data)
      if (isLogout) this.#tokens.set(null)
      return data
    } finally {
      if (isLogout) this.#leaving = false
    }
  }

  /** Takes tokens that were got elsewhere. */
  signIn({ token, refresh_token, expires_in }: Tokens): void {
    this.#tokens.set({
      token,
      ...(refresh_token === undefined ? {} : { refresh_token }),
      ...(expires_in === undefined ? {} : { expires_in }),
    })
  }

  /**
   * Opens the socket and keeps it open. Resolves when the conversations have been compared with
   * the server: of what comes after that, `message` leaves nothing out.
   */
  connect(): Promise<void> {
    return this.#session?.connect() ?? Promise.reject(this.#absent())
  }

  /** Closes the socket; calls and sends go on over REST. */
  disconnect(): void {
    this.#session?.disconnect()
  }

  /** A hint that the line may have changed; browsers give it by themselves. */
  nudge(): void {
    this.#session?.nudge()
  }

  /** Sends a message; in order per conversation, and again until the server has answered. */
  send(input: SendInput): Sending {
    // The server answers in lower case, and the answer is found by it.
    const client_msg_id = (input.client_msg_id ?? randomUuid()).toLowerCase()
    const message = { message_type: 1, ...input, client_msg_id }
    const promise = this.#session?.outbox.add(message) ?? Promise.reject(this.#absent())
    promise.catch(() => {})
    return Object.assign(promise, { client_msg_id })
  }

  /** What waits for an acknowledgement, in order; an earlier run's included. */
  pending(): readonly { readonly client_msg_id: string; readonly content: string }[] {
    return this.#session?.outbox.pending ?? []
  }

  /**
   * Keeps a file on the server, in chunks if it is large; goes on where a cut or a reload left it. Answers
   * the file, whose `media_id` goes into a message, a moment or an avatar.
   */
  async upload(source: UploadSource, options?: UploadOptions): Promise<Media> {
    if (!this.#uploads) throw this.#absent()
    return await this.#uploads.upload(source, options)
  }

  /** A request over the socket; fails when it is not open. */
  async request<T extends RequestType>(type: T, data: ClientData<T>): Promise<ClientAnswer<T>> {
    if (!this.#session) throw this.#absent()
    return await this.#session.requests.ask(type, data)
  }

  /** Tells the others that I am typing. May be lost, and is when the socket is not open. */
  typing(conversationId: number): void {
    this.#session?.requests.ask('typing', { conversation_id: conversationId }).catch(() => {})
  }

  on<E extends keyof ClientEvents>(event: E, listener: Listener<ClientEvents[E]>): () => void {
    return this.#emitter.on(event, listener)
  }

  /** The newest messages of a conversation that were handed on, in order. */
  messages(conversationId: number): Message[] {
    return this.#session?.messages(conversationId) ?? []
  }

  /** How far this client has come; a later one given this goes on from here. */
  position(): Position {
    return this.#session?.position() ?? { seqs: {} }
  }

  /** Ends everything; what is stored of pending sends stays for the next start. */
  async close(): Promise<void> {
    if (this.#closing.signal.aborted) return
    this.#closing.abort()
    this.#options.follower?.ended(false)
    const open = [this.#session, this.#uploads].map((each) => each?.close(closed(), false))
    await Promise.all([...open, this.#ending])
    await this.#tokens.settled()
    this.#emitter.clear()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  #open(position: Position | undefined): void {
    this.#account = this.#tokens.subject ?? ''
    this.#uploads = this.#uploadsOf(this.#account)
    this.#session = new Session(
      {
        options: this.#options,
        limits: this.#limits,
        clock: this.#clock,
        random: this.#random,
        rest: this.#rest,
        tokens: this.#tokens,
        emitter: this.#emitter,
        over: () => this.#tokens.set(null),
        onError: this.#onError,
      },
      this.#account,
      position,
    )
    this.#options.follower?.begun(this.#account)
  }

  #uploadsOf(account: string): Uploads {
    const { storage, uploadStorage = storage } = this.#options
    const [clock, limits, onError] = [this.#clock, this.#limits, this.#onError]
    const vault = new Vault<Remembered[]>({
      storage: uploadStorage,
      key: `curlew:uploads:${account}`,
      clock,
      deadlineMs: limits.storageMs,
      // An upload that is not remembered begins anew after a reload; nothing else depends on it.
      state: () => {},
      onError,
    })
    const call = (media_id: number, signal: AbortSignal) =>
      this.#rest.call('media.get', { media_id }, { signal })
    return new Uploads({ rest: this.#rest, clock, limits, vault, call, onError })
  }

  #changed(tokens: Tokens | null): void {
    const other = !tokens || this.#account !== (this.#tokens.subject ?? '')
    if (other && this.#session) {
      const error = new CurlewError({ reason: 'signed_out', msg: 'The session is over.' })
      const open = [this.#session, this.#uploads]
      const ending = open.map((each) => each?.close(error, this.#leaving))
      this.#ending = Promise.all([this.#ending, ...ending])
      this.#session = undefined
      this.#uploads = undefined
      this.#account = undefined
      this.#options.follower?.ended(this.#leaving)
      if (!tokens) this.#emitter.emit('signed_out', error)
    }
    if (tokens && !this.#session && !this.#closing.signal.aborted) this.#open(undefined)
    this.#tell(tokens).catch(this.#onError)
  }

  async #tell(tokens: Tokens | null): Promise<void> {
    await this.#options.onTokens?.(tokens)
  }

  /** Storages of pages throw when they are switched off, and hold what others wrote. */
  #stored(): Tokens | undefined {
    const { tokens } = this.#options
    try {
      return (typeof tokens === 'function' && tokens()) || undefined
    } catch (error) {
      this.#onError(error)
      return undefined
    }
  }

  #absent(): CurlewError {
    return this.#closing.signal.aborted ? closed() : notSignedIn()
  }
}

function bringsTokens(data: unknown): data is Required<Tokens> {
  const given = data as Partial<Tokens> | null
  return typeof given?.token === 'string' && typeof given.refresh_token === 'string'
}
