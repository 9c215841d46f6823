// A replica of the account that is signed in: everything last seen is there without a network, and what
// changes shows by itself.
import { type Client, createClient } from '../client.ts'
import { closed, notSignedIn } from '../error.ts'
import { locksOfRuntime } from '../locks.ts'
import type { ClientOptions, SendInput, Sending } from '../options.ts'
import { systemClock, type Storage } from '../ports.ts'
import type { UploadSource } from '../source.ts'
import type { AccountPorts } from './account.ports.ts'
import { Account } from './account.ts'
import type { ChangeInput, ChangeName } from './change.ts'
import { defaults, type ReplicaLimits } from './limits.ts'
import { applied, frames, type Live } from './live.ts'
import { Looks } from './looks.ts'
import type { FileInput } from './sender.ts'
import type { Store } from './store.ts'
import type { Channel } from './tabs.ts'

export { IndexedDbStore } from './indexeddb.ts'
export { MemoryStore } from './memory.ts'
export type { Change, ChangeInput, ChangeName } from './change.ts'
export type { Conversation, Receipt, Waiting, WaitingFile } from './keys.ts'
export type { Standing, TimelineView } from './looks.ts'
export type { Typist } from './present.ts'
export type { Timeline } from './screen.ts'
export type { FileInput } from './sender.ts'
export type { Batch, Fence, Store } from './store.ts'
export type { Channel } from './tabs.ts'
export type { Observable } from './view.ts'

export interface ReplicaOptions extends Omit<
  ClientOptions,
  'follower' | 'storage' | 'uploadStorage' | 'position'
> {
  /** Where it is kept: `new IndexedDbStore()` in a page, a file in Bun and Node (`curlew/sqlite`). */
  readonly store: Store
  readonly replicaLimits?: Partial<ReplicaLimits>
  /** By which door the cursor is asked; as a rule by the socket for what is small. */
  readonly door?: 'socket' | 'http' | 'either'
  /** Tells the other tabs; `BroadcastChannel` where there is one. */
  readonly channel?: (name: string) => Channel | undefined
}

export function createReplica(options: ReplicaOptions): Replica {
  return new Replica(options)
}

export class Replica extends Looks implements AsyncDisposable {
  readonly client: Client
  readonly #options: ReplicaOptions
  readonly #limits: ReplicaLimits
  readonly #onError: (error: unknown) => void
  #signedIn: string | undefined
  /** Of before, still writing or forgetting. */
  #ending: Promise<unknown> = Promise.resolve()
  #isStarted = false
  #isClosed = false

  constructor(options: ReplicaOptions) {
    const limits = { ...defaults, ...options.replicaLimits }
    const onError = options.onError ?? ((error: unknown) => console.error(error))
    super({ idleViewsMax: limits.idleViewsMax, onError })
    this.#options = options
    this.#limits = limits
    this.#onError = onError
    this.client = createClient({
      ...options,
      uploadStorage: storageIn(options.store, `${serverOf(options.url)} uploads`),
      follower: {
        begun: (account) => this.#begun(account),
        greeted: (serverSeconds) => this.account?.ends.told(serverSeconds),
        ended: (isLogout) => this.#ended(isLogout),
        catchUp: (heard) => this.account?.catchUp(heard) ?? Promise.resolve(undefined),
      },
    })
    this.#listen()
  }

  /**
   * Resolves when what was kept is there, which needs no network. From then on it connects by itself,
   * if no other tab does; signing in and out is followed.
   */
  async start(): Promise<void> {
    this.#isStarted = true
    this.#open()
    await this.account?.open()
  }

  /** Kept until the server has it, whenever that is; see `timeline().current.waiting`. */
  send(input: SendInput): Sending {
    return this.account?.sender.send(input) ?? this.#absent(input)
  }

  /**
   * Shown at once, with `preview` and `file.sent`, and sent once the file is on the server. It waits and
   * survives a reload as all that is sent does; `discard` or the signal takes it back until it is sent.
   */
  sendFile(source: UploadSource, input: FileInput): Sending {
    return this.account?.sender.sendFile(source, input) ?? this.#absent(input)
  }

  /** An address of a file of this tab, by its `client_msg_id`; of one that was sent since, too. */
  preview(clientMsgId: string): string | undefined {
    return this.account?.attachments.preview(clientMsgId)
  }

  /**
   * As `client.call`, but shown at once, with or without a network, and kept until the server has it. What
   * it refuses is undone, and stands in `changes()`. A message that waits has its `client_msg_id` for a name.
   */
  change<N extends ChangeName>(name: N, input: ChangeInput<N>): Promise<void> {
    return this.account?.changes.make(name, input) ?? this.#nobody()
  }

  #absent(input: { readonly client_msg_id?: string }): Sending {
    return Object.assign(this.#nobody(), { client_msg_id: input.client_msg_id ?? '' })
  }

  #nobody(): Promise<never> {
    const promise = Promise.reject(this.#isClosed ? closed() : notSignedIn())
    promise.catch(() => {})
    return promise
  }

  /** What was refused, once more, or no more: by its `client_msg_id`, or the `id` of a change. */
  async retry(id: string): Promise<void> {
    await this.account?.sender.retry(id)
    await this.account?.changes.retry(id)
  }

  async discard(id: string): Promise<void> {
    await this.account?.sender.discard(id)
    await this.account?.changes.discard(id)
  }

  /** Ends everything but what is kept, and the client with it. */
  async close(): Promise<void> {
    if (this.#isClosed) return
    this.#isClosed = true
    await this.client.close()
    this.#ended(false)
    await this.#ending
    await this.#options.store.close()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  #begun(account: string): void {
    this.#signedIn = account
    this.#open()
  }

  #ended(isLogout: boolean): void {
    this.#signedIn = undefined
    this.#leave(isLogout)
  }

  #leave(isLogout: boolean): void {
    const account = this.account
    if (!account) return
    this.account = undefined
    if (!isLogout) account.stop()
    const ending = isLogout ? account.forget() : account.keeper.settled()
    this.#ending = Promise.all([this.#ending, ending]).catch(this.#onError)
    this.views.reset()
  }

  #open(): void {
    const { clock = systemClock, random = Math.random, locks, store, url } = this.#options
    if (!this.#isStarted || this.#isClosed || this.account || this.#signedIn === undefined) return
    const account = new Account({
      client: this.client,
      store,
      space: `${serverOf(url)} ${this.#signedIn}`,
      clock,
      random,
      limits: this.#limits,
      locks: locks ?? locksOfRuntime(),
      channel: this.#options.channel,
      door: this.#options.door ?? 'either',
      changed: (batch) => account === this.account && this.views.take(batch),
      aside: (message) => this.screenOf(message.conversation_id)?.aside(message),
      typed: (id) => this.views.renew(`typing ${id}`),
      progressed: () => this.views.renew('timeline'),
      seen: () => this.views.renew('presence'),
      moved: () => this.views.renew('state'),
      lost: (why) => account === this.account && this.#lost(why),
      onScreen: () => this.views.seen('timeline ').map(Number),
      onError: this.#onError,
    } satisfies AccountPorts)
    this.account = account
    void account.open()
    this.views.reset()
    this.look()
  }

  /** Another process writes: what it writes is read, and nothing more is written here until it is gone. */
  #lost(why: 'overtaken' | 'forgotten'): void {
    this.#leave(false)
    if (why === 'overtaken') this.client.disconnect()
  }

  #listen(): void {
    const { client } = this
    const { soonMs, laterMs } = this.#limits
    client.on('state', ({ state }) => this.account?.line(state === 'open'))
    for (const type of applied) {
      client.on(type, (data) => this.account?.hear({ type, data } as Live))
    }
    for (const [type, heard] of Object.entries(frames)) {
      if (heard !== 'asked' && heard !== 'asked later') continue
      const delay = heard === 'asked' ? soonMs : laterMs
      client.on(type as 'changed', () => this.account?.askIn(delay))
    }
    client.on('typing', (data) => this.account?.passes({ type: 'typing', data }))
    client.on('presence', (data) => this.account?.passes({ type: 'presence', data }))
  }
}

const serverOf = (url: string) => url.replace(/\/+$/, '')

/** A store, as what has texts by name. */
function storageIn(store: Store, space: string): Storage {
  return {
    getItem: async (key) => (await store.list(space, key))[0]?.[1] as string | undefined,
    setItem: (key, value) => store.write(space, { put: [[key, value]] }),
    removeItem: (key) => store.write(space, { drop: [key] }),
  }
}
