// What every handler of a job is given: types only.
import type { BaseContext } from '../src/context.ts'
import type { Throttle } from '../src/core/throttle.ts'
import type { Mailer } from '../src/infra/mail.ts'
import type { Scanner } from '../src/infra/media/scan.ts'
import type { Pushers } from '../src/infra/push.ts'
import type { OutboxBatcher } from './outbox-batcher.ts'

/** What handlers have besides the context. */
export interface Work {
  readonly ctx: BaseContext
  readonly outboxBatcher: OutboxBatcher
  readonly mailer: Mailer | null
  readonly pushers: Pushers
  /** Looks whether files do harm; null where nobody was asked to. */
  readonly scanner: Scanner | null
  /** What is said of push services. */
  readonly troubles: Throttle
}
