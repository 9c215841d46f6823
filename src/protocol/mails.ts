// Mails: none of it is seen by clients.
import { Type } from '@sinclair/typebox'
import type { Event } from './event.ts'

export const events = {
  /** A letter, sealed: nobody can read an address or a code in the outbox or a job. */
  'mail.due': {
    data: Type.Object({ kind: Type.String(), sealed: Type.String() }),
    audience: 'nobody',
    kept: false,
  },
} as const satisfies Record<string, Event>
