// Every job by queue and name with what handles it: one missing does not compile.
import type { Jobs } from '../src/infra/queues.ts'
import { deliverHanded, deliverMessages, deliverOutbox } from './delivery.ts'
import { mailDigest, mailLetter } from './email.ts'
import { eraseAccount } from './erase.ts'
import { buildExport } from './export.ts'
import { fanOutPage } from './fanout.ts'
import { processFile } from './media.ts'
import { pushDeliver, pushNotify, pushUpdate } from './push.ts'
import type { Work } from './work.ts'

type Handlers = {
  readonly [Q in keyof Jobs]: {
    readonly [N in keyof Jobs[Q]]: (work: Work, data: Jobs[Q][N]) => Promise<void>
  }
}

export const handlers: Handlers = {
  delivery: {
    messages: deliverMessages,
    handed: deliverHanded,
    events: deliverOutbox,
    recover: deliverOutbox,
  },
  fanout: { page: fanOutPage },
  push: { deliver: pushDeliver, update: pushUpdate, notify: pushNotify },
  email: { letter: mailLetter, digest: mailDigest },
  media: { process: processFile },
  maintenance: { erase: eraseAccount, export: buildExport },
}
