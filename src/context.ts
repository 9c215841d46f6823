// What a use case can reach. Types only: boot.ts decides what stands behind each.
import type { Config } from './config.ts'
import type { Clock } from './core/clock.ts'
import type { Failure } from './core/failure.ts'
import type { Loader } from './core/loader.ts'
import type { Log } from './core/log.ts'
import type { Seal } from './core/seal.ts'
import type * as states from './core/states.ts'
import type { Courier } from './infra/courier.ts'
import type { DatabaseOptions, Sql, Tx } from './infra/db.ts'
import type { Captcha } from './infra/captcha.ts'
import type { Limiter } from './infra/limiter.ts'
import type { Metrics } from './infra/metrics.ts'
import type { Queues } from './infra/queues.ts'
import type { Redis } from './infra/redis.ts'
import type { Registry } from './infra/registry.ts'
import type { Relay } from './infra/relay.ts'
import type { Storage } from './infra/storage.ts'
import type { Tokens } from './infra/tokens.ts'

/** What one process keeps of a feature; the plate names it. */
export type State<T> = states.State<T, BaseContext>

/** What both kinds of process have. */
export interface BaseContext {
  readonly config: Config
  readonly clock: Clock
  readonly log: Log
  readonly seal: Seal
  readonly metrics: Metrics
  readonly sql: Sql
  readonly redis: Redis
  readonly registry: Registry
  readonly relay: Relay
  readonly courier: Courier
  readonly queues: Queues
  /** The bytes of uploaded files. */
  readonly storage: Storage
  /** Another pool of connections to the same database. */
  connect(options: Omit<DatabaseOptions, 'impatient' | 'onStatement'>): Sql
  /** What this process keeps of a feature. */
  of<T>(state: State<T>): T
  /** Runs a transaction; what it emitted is on its way once this resolves. */
  transact<T>(work: (tx: Tx) => Promise<T>): Promise<T>
}

/** The API process: everything a use case needs. */
export interface Context extends BaseContext {
  readonly nodeId: string
  readonly tokens: Tokens
  readonly limiter: Limiter
  readonly captcha: Captcha | null
  /** Whether requests may be sent there: not when it is known to lead into our own network. */
  readonly isOutward: (url: URL) => Promise<boolean>
  /** A sync cursor for this moment, and the database's epoch; the key is always 'now'. */
  readonly position: Loader<'now', { cursor: string; epoch: string }>
  /** What /readyz asks; each rejects or answers false when something is amiss. */
  readonly probes: Readonly<Record<'database' | 'redis' | 'migrations', () => Promise<unknown>>>
  /** What a caller may know of any error; unexpected ones are logged. */
  explain(error: unknown): Failure
}
