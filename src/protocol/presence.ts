// Presence: who is there now.
import { Type } from '@sinclair/typebox'
import { Friend } from './friends.ts'
import type { Operation } from './operation.ts'
import { Prepared } from './scalars.ts'

/** A pattern of one repeat over a bounded text: no input is slow to refuse. */
const UserIds = Type.String({
  minLength: 3,
  maxLength: 100 * 33 - 1,
  pattern: '^[A-Za-z0-9_-]{3,32}(,[A-Za-z0-9_-]{3,32}){0,99}$',
  description: 'User ids, separated by commas; 100 at most.',
  examples: ['alice,bob'],
  [Prepared]: 'list',
})

export const operations = {
  'presence.friends': {
    method: 'GET',
    path: '/friends/online-status',
    summary: 'My friends who are online: a device of theirs holds a socket',
    tag: 'friends',
    data: Type.Array(Friend),
    errors: ['cacheUnavailable'],
  },
  'presence.batch': {
    method: 'GET',
    path: '/friends/online-status/batch',
    summary:
      'Who of these is online, by the ids as they were asked; anybody but my friends and me ' +
      'seems to be away',
    tag: 'friends',
    query: Type.Object({ user_ids: UserIds }),
    data: Type.Record(Type.String({ pattern: '^[A-Za-z0-9_-]{3,32}$' }), Type.Boolean(), {
      examples: [{ alice: true, bob: false }],
    }),
    errors: ['cacheUnavailable'],
  },
} as const satisfies Record<string, Operation>
