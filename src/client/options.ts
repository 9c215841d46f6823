// What an application gives to `createClient` and what it hears from it.
import type { ServerData, ServerFrameType } from '../protocol/frames.ts'
import type { Sent } from '../protocol/messages.told.ts'
import type { GroupMessage, Message, SendMessage } from '../protocol/messages.ts'
import type { CurlewError } from './error.ts'
import type { Follower } from './follower.ts'
import type { Limits } from './limits.ts'
import type { Clock, Fetch, Locks, Storage, WebSocketConstructor } from './ports.ts'
import type { StateEvent } from './socket.ts'
import type { Tokens } from './tokens.ts'
import type { StorageState } from './vault.ts'

/** How far an earlier run had come; see `client.position()`. */
export interface Position {
  /** The server's history this belongs to; another one means it was restored from a backup. */
  readonly epoch?: string | undefined
  /** The last seq handed on, by conversation id. */
  readonly seqs: Readonly<Record<string, number>>
}

export interface ClientOptions {
  /** For example `https://chat.example.com`; the API is below `/api/v1`. */
  readonly url: string
  /**
   * What is stored of an earlier run. As a function it is asked again before every refresh, so that
   * tabs which share what is stored go on with what one of them has got.
   */
  readonly tokens?: Tokens | (() => Tokens | null | undefined)
  /** Hears of new tokens, to store them, and of `null` when the session is over. */
  readonly onTokens?: (tokens: Tokens | null) => unknown
  /**
   * Keeps messages that are not acknowledged yet over a reload, for example `localStorage`. Nothing
   * waits for it for long: `storage` tells when it does not keep them.
   */
  readonly storage?: Storage
  /** Remembers uploads that are not done; `storage`, where nothing else is given. */
  readonly uploadStorage?: Storage
  /**
   * Names this device, by any text: a second connection under the name replaces the first. Two tabs
   * that share tokens or storage need different names; better, they share one client.
   */
  readonly deviceId?: string
  /** With a position everything after it is handed on; without, what comes from now on. */
  readonly position?: Position
  /** `ticket` keeps the access token out of the socket's handshake. */
  readonly socketAuth?: 'subprotocol' | 'ticket'
  readonly locale?: 'en' | 'zh'
  readonly fetch?: Fetch
  /** Needed in Node 20, for example from the package `ws`. */
  readonly WebSocket?: WebSocketConstructor
  readonly limits?: Partial<Limits>
  /** Hears of faults outside of any call: a listener that threw, a storage that is full. */
  readonly onError?: (error: unknown) => void
  readonly clock?: Clock
  /** One refresh at a time among tabs; `navigator.locks` where there are any. */
  readonly locks?: Locks
  readonly random?: () => number
  /** What catches up in this client's stead: see `curlew/replica`. */
  readonly follower?: Follower
}

type Passed = Exclude<
  ServerFrameType,
  'hello' | 'ack' | 'error' | 'pong' | 'message' | 'message_sent' | 'group_message'
>

export type ClientEvents = { [T in Passed]: ServerData<T> } & {
  /** Once per seq of a conversation, in order, my own included, by whatever frame they came. */
  message: Message
  /** The same of groups. */
  group_message: GroupMessage
  state: StateEvent
  /** A pending send has its place, one of an earlier run included. */
  sent: Sent
  send_failed: { readonly client_msg_id: string; readonly error: CurlewError }
  /** Whether `storage` keeps what waits to be sent. */
  storage: StorageState
  /** The session is over: sign in again. */
  signed_out: CurlewError
  /** The server's history was rolled back: drop what is stored of it. */
  reset: { readonly epoch: string }
  /** The server complains of something that is no answer. */
  error: CurlewError
}

/** What to send; text when no type is given. */
export type SendInput = Omit<SendMessage, 'message_type'> & { readonly message_type?: number }

/** Settles with the acknowledgement; the id is known at once. */
export type Sending = Promise<Sent> & { readonly client_msg_id: string }
