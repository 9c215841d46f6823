// Friends, as others hear of them, and as a person takes them along.
import { Type } from '@sinclair/typebox'
import type { Event } from './event.ts'
import type { ServerFrame } from './frame.ts'
import { FriendRequest, RequestStatus } from './friends.ts'
import { MaybeStatus, User } from './people.ts'
import { Id, PeerId, Strict, Time, UserId } from './scalars.ts'

export const serverFrames = {
  friend_request: { summary: 'Somebody asks to be friends.', data: FriendRequest },
  friend_accepted: {
    summary: 'A request of mine was accepted.',
    data: Type.Object({ request_id: Id, friend: User }),
  },
  friend_added: {
    summary: 'I have accepted a request, on this device or another of mine.',
    data: Type.Object({ request_id: Id, friend: User }),
  },
  friend_removed: { summary: 'A friendship ended.', data: Type.Object({ user_id: PeerId }) },
  profile_updated: {
    summary:
      'Somebody I have a conversation with has changed their profile, or a friend their status.',
    data: Type.Object({
      ...User.properties,
      status: Type.Optional(Type.Union(MaybeStatus.anyOf, { description: 'Of friends.' })),
    }),
  },
  changed: {
    summary:
      'Something of mine is not what it was, by another device of mine or because somebody asks to ' +
      'join a group or was answered: `sync` brings it.',
    data: Type.Object({
      what: Type.Union([
        Type.Literal('me'),
        Type.Literal('settings'),
        Type.Literal('friend'),
        Type.Literal('request'),
        Type.Literal('block'),
        Type.Literal('invitation'),
        Type.Literal('join_request'),
        Type.Literal('favorite'),
      ]),
    }),
  },
} as const satisfies Record<string, ServerFrame>

const between = Type.Object({ request_id: Id, from: Id, to: Id })

export const events = {
  'friend.requested': { data: between, audience: { people: ['to'] }, kept: true },
  /** Rejected, withdrawn or dropped. */
  'friend.closed': {
    data: Type.Object({ request_id: Id, from: Id, to: Id, by: Id }),
    audience: { people: ['from', 'to'] },
    kept: true,
  },
  'friend.accepted': { data: between, audience: { people: ['from', 'to'] }, kept: true },
  'friend.removed': {
    data: Type.Object({ by: Id, other: Id }),
    audience: { people: ['by', 'other'] },
    kept: true,
  },
  /** What somebody calls a friend of theirs. */
  'friend.set': {
    data: Type.Object({ user: Id, friend: Id }),
    audience: { people: ['user'] },
    kept: true,
  },
  /** The other one is not told of it, but that a face where both are is another one. */
  'block.changed': {
    data: Type.Object({ by: Id, other: Id, conversation_id: Type.Optional(Id) }),
    audience: { people: ['by', 'other'] },
    kept: true,
  },
  'profile.changed': {
    data: Type.Object({
      user: Id,
      /** The status changed. */
      status: Type.Optional(Type.Boolean()),
      /** False: nothing else did. */
      face: Type.Optional(Type.Boolean()),
    }),
    audience: 'found',
    kept: true,
  },
  /** What of it others are shown differently now. */
  'settings.changed': {
    data: Type.Object({
      user: Id,
      receipts: Type.Optional(Type.Boolean()),
      presence: Type.Optional(Type.Boolean()),
    }),
    audience: 'found',
    kept: true,
  },
} as const satisfies Record<string, Event>

const OwnFriend = Type.Object(
  { friend_id: UserId, remark: Type.String(), created_at: Time },
  Strict,
)

const OwnRequest = Type.Object(
  {
    from_user_id: UserId,
    to_user_id: UserId,
    message: Type.String(),
    status: RequestStatus,
    created_at: Time,
    updated_at: Time,
  },
  Strict,
)

const OwnBlock = Type.Object({ blocked_user_id: UserId, created_at: Time }, Strict)

export const exportFiles = {
  friends: Type.Array(OwnFriend),
  friend_requests: Type.Array(OwnRequest, { description: 'Those made and those received.' }),
  blocks: Type.Array(OwnBlock),
}
