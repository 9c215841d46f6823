// Digests by e-mail: none of it is seen by clients; whether one is wanted is among the settings.
import { Type } from '@sinclair/typebox'
import type { Event } from './event.ts'
import { Id } from './scalars.ts'

export const events = {
  /** Somebody has been away, and is to be told by mail what waits for them. `at`: Unix ms. */
  'digest.due': {
    data: Type.Object({ user: Id, at: Type.Integer() }),
    audience: 'nobody',
    kept: false,
  },
} as const satisfies Record<string, Event>
