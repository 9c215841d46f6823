// Every job by queue and name with what handles it: one missing does not compile.
import type { BaseContext } from '../src/context.ts'
import type { Seldom } from '../src/core/seldom.ts'
import type { Mailer } from '../src/infra/mail.ts'
import type { Pusher } from '../src/infra/push.ts'
import type { Jobs } from '../src/infra/queues.ts'
import { deliverMessages, deliverOutbox } from './delivery.ts'
import { mailLetter } from './email.ts'
import { eraseAccount } from './erase.ts'
import { buildExport } from './export.ts'
import { fanOutPage } from './fanout.ts'
import type { Settler } from './settle.ts'
import { pushDeliver, pushNotify } from './push.ts'

/** What handlers have besides the context. */
export interface Work {
  readonly ctx: BaseContext
  readonly settler: Settler
  readonly mailer: Mailer | null
  readonly pusher: Pusher
  /** What is said of push services. */
  readonly troubles: Seldom
}

type Handlers = {
  readonly [Q in keyof Jobs]: {
    readonly [N in keyof Jobs[Q]]: (work: Work, data: Jobs[Q][N]) => Promise<void>
  }
}

export const handlers: Handlers = {
  delivery: { messages: deliverMessages, events: deliverOutbox, recover: deliverOutbox },
  fanout: { page: fanOutPage },
  push: { deliver: pushDeliver, notify: pushNotify },
  email: { letter: mailLetter },
  maintenance: { erase: eraseAccount, export: buildExport },
}
