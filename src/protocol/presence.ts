// Presence: who is there now.
import { Type, type Static } from '@sinclair/typebox'
import type { ClientFrame, ServerFrame } from './frame.ts'
import { Friend } from './friends.ts'
import type { Operation } from './operation.ts'
import { Status } from './people.ts'
import { MaybeTime, PeerId, Prepared } from './scalars.ts'

/** A pattern of one repeat over a bounded text: no input is slow to refuse. */
const UserIds = Type.String({
  minLength: 3,
  maxLength: 100 * 33 - 1,
  pattern: '^[A-Za-z0-9_-]{3,32}(,[A-Za-z0-9_-]{3,32}){0,99}$',
  description: 'User ids, separated by commas; 100 at most.',
  examples: ['alice,bob'],
  [Prepared]: 'list',
})

const presence = {
  online: Type.Boolean({ description: 'A device of theirs holds a socket.', examples: [true] }),
  last_seen_at: MaybeTime,
  status: Type.Optional(Status),
}

/** How somebody is who is watched. */
export const Presence = Type.Object(presence, {
  title: 'Presence',
  description:
    '`last_seen_at`: when their last socket closed; null while they are online, and where it is not ' +
    'known or shown. `status` is not there where there is none.',
})
export type Presence = Static<typeof Presence>

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

export const clientFrames = {
  watch_presence: {
    summary:
      'Watch these people, in place of those this socket has watched: a `presence` frame follows ' +
      'whenever one of them comes or goes or has another status. Anybody but my friends and me seems ' +
      'to be away.',
    limit: 'watch',
    data: Type.Object({
      user_ids: Type.Array(PeerId, { maxItems: 200, uniqueItems: true, examples: [['bob']] }),
    }),
    answer: Type.Record(Type.String({ pattern: '^[A-Za-z0-9_-]{3,32}$' }), Presence, {
      examples: [{ bob: { online: true, last_seen_at: null } }],
    }),
  },
} as const satisfies Record<string, ClientFrame>

export const serverFrames = {
  presence: {
    summary:
      'Somebody this socket watches came or went, or has another status; gone is who has had no socket for ' +
      '10 seconds. May be lost.',
    data: Type.Object({ user_id: PeerId, ...presence }),
  },
} as const satisfies Record<string, ServerFrame>
