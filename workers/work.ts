// What every handler of a job is given: types only.
import type { BaseContext } from '../src/context.ts'
import type { Seldom } from '../src/core/seldom.ts'
import type { Mailer } from '../src/infra/mail.ts'
import type { Pusher } from '../src/infra/push.ts'
import type { Settler } from './settle.ts'

/** What handlers have besides the context. */
export interface Work {
  readonly ctx: BaseContext
  readonly settler: Settler
  readonly mailer: Mailer | null
  readonly pusher: Pusher
  /** What is said of push services. */
  readonly troubles: Seldom
}
