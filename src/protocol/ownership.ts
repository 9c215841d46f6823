// Accounts: what only their owner may do: passwords, leaving, taking one's data along.
import { Type } from '@sinclair/typebox'
import type { Operation } from './operation.ts'
import { Code, Done, Email, Password, Phrase, Time } from './scalars.ts'

export const ownership = {
  'accounts.resetPassword': {
    method: 'POST',
    path: '/users/reset-password',
    summary: 'Set a new password with a mailed code; ends all sessions and proves the address',
    tag: 'accounts',
    open: true,
    limit: 'check',
    body: Type.Object({ email: Email, code: Code, password: Password }),
    data: Done,
    errors: ['codeInvalid', 'codeExpired', 'accountDisabled'],
  },
  'accounts.setPassword': {
    method: 'POST',
    path: '/users/set-password',
    summary: 'Set or change my password; ends my other sessions',
    tag: 'accounts',
    limit: 'check',
    body: Type.Object({
      password: Password,
      old_password: Type.Optional(
        Type.String({
          maxLength: 128,
          description: 'Needed once there is a password.',
          examples: ['four calm grey herons'],
        }),
      ),
    }),
    data: Done,
    errors: ['wrongPassword'],
  },
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
