// The sockets of this node, as far as messages know them: the socket door attaches them when it opens.
import type { State } from '../../../context.ts'
import type { Broadcast, Envelope } from '../../../infra/relay.ts'
import type { LocalSend } from '../commit/draft.ts'

export interface NodeSockets {
  readonly nodeId: string
  /** No other node lives, as far as was known a few seconds ago. */
  readonly isAlone: boolean
  /** Hands frames to those who are connected here; false: nothing was done, others have to. */
  deliver(envelope: Envelope): boolean
  /** The same for a channel; false also where it is none of a socket here. */
  broadcast(broadcast: Broadcast): boolean
  /** Hands a frame outside of any order to one socket, if it is here still. */
  give(user: number, socket: string, frame: string): void
  isHere(user: number, socket: string): boolean
  /** Told of a message that came by a socket here and whose frame comes another way, if at all. */
  noteSent(send: LocalSend): void
}

export class LocalSockets {
  #sockets: NodeSockets | null = null

  get attached(): NodeSockets | null {
    return this.#sockets
  }

  attach(sockets: NodeSockets | null): void {
    this.#sockets = sockets
  }
}

export const localSockets: State<LocalSockets> = {
  name: 'local sockets',
  create: () => new LocalSockets(),
}
