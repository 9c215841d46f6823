// Leaving for good, and taking one's data along.
import { Type } from '@sinclair/typebox'
import type { Event } from './event.ts'
import type { Operation } from './operation.ts'
import { Code, Done, Id, Phrase, Time } from './scalars.ts'

export const operations = {
  'accounts.deleteMe': {
    method: 'DELETE',
    path: '/users/me',
    summary: 'Delete my account after a time of grace; signing in until then cancels it',
    tag: 'accounts',
    limit: 'check',
    body: Type.Object(
      { password: Type.Optional(Type.String({ maxLength: 128 })), code: Type.Optional(Code) },
      {
        description: 'One of the two; the code is that of a sign-in.',
        examples: [{ password: 'four calm grey herons' }],
      },
    ),
    data: Type.Object({
      message: Phrase,
      deletes_at: Time,
    }),
    errors: ['validation', 'wrongPassword', 'codeInvalid', 'codeExpired'],
  },
  'accounts.export': {
    method: 'POST',
    path: '/users/me/export',
    summary: 'Mail me a link to a ZIP with all my data; it works once, for seven days',
    tag: 'accounts',
    limit: 'request',
    data: Done,
    errors: ['conflict', 'notAllowed', 'mailUnavailable'],
  },
} as const satisfies Record<string, Operation>

export const events = {
  /** Signed in before the deletion of the account was due. */
  'account.returned': { data: Type.Object({ user: Id }), audience: 'nobody', kept: false },
  /** For good: who knew them sees somebody else. */
  'account.erased': { data: Type.Object({ user: Id }), audience: 'found', kept: true },
  'export.requested': { data: Type.Object({ export: Id }), audience: 'nobody', kept: false },
} as const satisfies Record<string, Event>
