// What an account asks of the replica that shows it, and what it tells.
import type { Message } from '../../protocol/messages.ts'
import type { Client } from '../client.ts'
import type { Clock, Locks } from '../ports.ts'
import type { ReplicaLimits } from './limits.ts'
import type { Batch, Store } from './store.ts'
import type { Channel } from './tabs.ts'

export interface AccountPorts {
  readonly client: Client
  readonly store: Store
  readonly space: string
  readonly clock: Clock
  readonly random: () => number
  readonly limits: ReplicaLimits
  readonly locks: Locks
  readonly channel: ((name: string) => Channel | undefined) | undefined
  /** One page by the socket, where that is fit, else by HTTP. */
  readonly door: 'socket' | 'http' | 'either'
  changed(batch: Batch): void
  aside(message: Message): void
  typed(conversation: number): void
  /** What waits is further, or looks otherwise. */
  progressed(): void
  seen(): void
  moved(): void
  /** Something else writes to the store now, or the account was logged out in another tab. */
  lost(why: 'overtaken' | 'forgotten'): void
  /** On the screen, what was looked at last first. */
  onScreen(): readonly number[]
  onError(error: unknown): void
}
