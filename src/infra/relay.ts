// Port: carries frames and commands to the node that holds a socket.
//
// Promises: at most once, usually in order per publisher, and `publish` says whether anybody was
// listening. It may lose what was published while a node was reconnecting; the node then hears
// `onRestored` and must assume that it missed something.

/**
 * What a message came by: a connection, which has its acknowledgement and needs no copy; a session,
 * by its number, which sent it by REST and whose sockets are told so; empty when it is not known.
 */
export type Origin = string | number

/** Where one frame goes. */
export interface Route {
  /** 0 for frames outside a conversation's order. */
  readonly conversation: number
  /** 0 for frames outside a conversation's order. */
  readonly seq: number
  /** The message before it was committed a moment ago, see socket/sequence. */
  readonly follows: boolean
  readonly origin: Origin
  readonly users: readonly number[]
}

export interface Envelope {
  /** Unix ms of the commit behind the frames, or of the signal. */
  readonly at: number
  readonly routes: readonly Route[]
  /** One JSON text per route. */
  readonly frames: readonly string[]
}

/** One frame for everybody in a channel, a conversation with many members. */
export interface ChannelFrame {
  /**
   * A message or a system message has its place in the order; a signal has none, and waits for what was
   * said before it.
   */
  readonly kind: 'message' | 'system' | 'signal'
  /** Its place; of a signal, how far the conversation was when it was made. */
  readonly seq: number
  /** The seq it tells of: it is for whoever may read that one. */
  readonly about: number
  /** Who said it, 0 for nobody, and what it came by. */
  readonly by: number
  readonly origin: Origin
  /** A JSON text, for all of them the same. */
  readonly frame: string
}

export interface Broadcast {
  /** Unix ms of the commit behind the frames, or of the signal. */
  readonly at: number
  readonly conversation: number
  readonly frames: readonly ChannelFrame[]
}

/** What a node is told to do with sockets it holds. */
export type Command =
  | {
      readonly do: 'end'
      readonly user: number
      readonly sessions: readonly number[]
      readonly why: string
    }
  | { readonly do: 'replace'; readonly user: number; readonly connectionId: string }
  /** Whom they may see has changed. */
  | { readonly do: 'recheck'; readonly user: number }
  /** These have come into a channel. */
  | { readonly do: 'enter'; readonly conversation: number; readonly users: readonly number[] }

export interface Listener {
  onEnvelope(envelope: Envelope): void
  onCommand(command: Command): void
  /** Of a channel that was joined. */
  onBroadcast(broadcast: Broadcast): void
  /** The line to the others was broken and is whole again. */
  onRestored(): void
}

export interface Relay {
  /** Answers how many nodes listened: 0 when that node is gone. */
  publish(node: string, envelope: Envelope): Promise<number>
  command(node: string, command: Command): Promise<number>
  /** To every node that has joined the channel. */
  broadcast(broadcast: Broadcast): Promise<void>
  /** Hears a channel's broadcasts from the moment this resolves. */
  join(conversation: number): Promise<void>
  leave(conversation: number): Promise<void>
  /** Takes what is sent to this node until the returned function is called. */
  listen(node: string, listener: Listener): Promise<() => Promise<void>>
  /** Whether this process is subscribed right now. */
  readonly connected: boolean
}
