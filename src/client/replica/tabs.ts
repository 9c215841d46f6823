// Several tabs hold one store: a lock says which of them connects and writes, a channel tells the others.
import type { ServerData } from '../../protocol/frames.ts'
import type { Presence } from '../../protocol/presence.ts'
import type { Locks } from '../ports.ts'
import type { Batch } from './store.ts'

/** Shaped like `BroadcastChannel`. */
export interface Channel {
  postMessage(note: unknown): void
  addEventListener(type: 'message', listener: (event: { data: unknown }) => void): void
  close(): void
}

export type Note =
  /** This was written. */
  | { readonly written: Batch }
  /** Whom a tab watches, in place of whom it watched before. */
  | { readonly watched: readonly string[]; readonly tab: string }
  /** Somebody has begun to lead: who watches whom? */
  | { readonly leads: true }
  /** Somebody has come: how does the line stand? */
  | { readonly came: true }
  | { readonly typing: ServerData<'typing'> }
  | { readonly presence: Readonly<Record<string, Presence>> }
  /** How the line of the tab that leads stands. */
  | { readonly isOnline: boolean }
  /** Logged out: nothing of the account is left. */
  | { readonly forgotten: true }

export interface TabPorts {
  readonly name: string
  readonly locks: Locks
  readonly channel: Channel | undefined
  heard(note: Note): void
  /** From now on it is this tab, until it is stopped. */
  lead(): void
}

export class Tabs {
  readonly #ports: TabPorts
  readonly #stopping = new AbortController()
  #isLeading = false
  #release = () => {}

  constructor(ports: TabPorts) {
    this.#ports = ports
    ports.channel?.addEventListener('message', ({ data }) => {
      if (!this.#stopping.signal.aborted) ports.heard(data as Note)
    })
  }

  get isLeading(): boolean {
    return this.#isLeading
  }

  /** Waits for the lock. Whoever holds it leads; when their tab goes, the next one does. */
  start(): void {
    const { name, locks, lead } = this.#ports
    const { signal } = this.#stopping
    const held = new Promise<void>((resolve) => (this.#release = resolve))
    const turn = async () => {
      if (signal.aborted) return
      this.#isLeading = true
      lead()
      await held
    }
    locks.request(name, { signal }, turn).catch(() => {})
  }

  tell(note: Note): void {
    if (!this.#stopping.signal.aborted) this.#ports.channel?.postMessage(note)
  }

  stop(): void {
    this.#stopping.abort()
    this.#isLeading = false
    this.#release()
    this.#ports.channel?.close()
  }
}

/** Where there is no other tab. */
export const alone: Locks = { request: (_, __, run) => run() }

type ChannelOpener = new (name: string) => Channel

export function channelOfRuntime(name: string): Channel | undefined {
  const { BroadcastChannel: Opener } = globalThis as { BroadcastChannel?: ChannelOpener }
  if (!Opener) return undefined
  const channel = new Opener(name)
  // Nobody's process is kept alive by what it listens to.
  ;(channel as { unref?: () => void }).unref?.()
  return channel
}
