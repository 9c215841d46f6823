// Friends: requests, contacts, blocks, and how people find each other.
import { Type, type Static } from '@sinclair/typebox'
import { MaybeStatus, User } from './people.ts'
import type { Operation } from './operation.ts'
import { Done, Id, PeerId, Prepared, Time, UserId } from './scalars.ts'

export const RequestStatus = Type.Integer({
  minimum: 0,
  maximum: 4,
  description: '0 pending, 1 accepted, 2 rejected, 3 expired, 4 withdrawn.',
  examples: [0],
})

export const FriendRequest = Type.Object(
  {
    id: Id,
    from_user_id: UserId,
    to_user_id: PeerId,
    message: Type.String({ examples: ['We met at the lake.'] }),
    status: RequestStatus,
    created_at: Time,
    updated_at: Time,
    from_user: Type.Optional(User),
    to_user: Type.Optional(User),
  },
  { title: 'FriendRequest' },
)
export type FriendRequest = Static<typeof FriendRequest>

export const Friend = Type.Object(
  {
    id: Id,
    user_id: UserId,
    friend_id: Type.String({ ...PeerId, description: 'The friend’s `user_id`.' }),
    remark: Type.String({ description: 'My own name for this friend.', examples: [''] }),
    created_at: Time,
    updated_at: Time,
    friend_user: User,
    status: MaybeStatus,
  },
  { title: 'Friend' },
)
export type Friend = Static<typeof Friend>

export const Relationship = Type.Union(
  [
    Type.Literal('self'),
    Type.Literal('friend'),
    Type.Literal('pending_sent'),
    Type.Literal('pending_received'),
    Type.Literal('none'),
  ],
  { description: 'What this person is to me.' },
)
export type Relationship = Static<typeof Relationship>

export const Card = Type.Object(
  {
    ...User.properties,
    user_id: PeerId,
    bio: Type.String({ examples: ['Gone birding.'] }),
    relationship_status: Relationship,
    status: Type.Union(MaybeStatus.anyOf, { description: 'Of friends, and my own.' }),
  },
  { title: 'Card', description: 'A profile, and what this person is to me. No address.' },
)
export type Card = Static<typeof Card>

export const Block = Type.Object(
  {
    id: Id,
    user_id: UserId,
    blocked_user_id: PeerId,
    created_at: Time,
    blocked_user: User,
  },
  { title: 'Block' },
)
export type Block = Static<typeof Block>

const answer = Type.Object({ request_id: Id })
const listing = Type.Object({
  status: Type.Optional(
    Type.Integer({
      minimum: -1,
      maximum: 4,
      default: -1,
      description: 'As in FriendRequest; −1 for all. The newest 500; with 0 that is all that wait.',
    }),
  ),
})

export const operations = {
  'friends.sendRequest': {
    method: 'POST',
    path: '/friends/send-request',
    summary:
      'Ask somebody to be friends; a request waiting the other way round is accepted. Expires after ' +
      '30 days. Whom I blocked answers 4503, who blocked me or is not to be found 4101, who takes no ' +
      'requests 4403',
    tag: 'friends',
    limit: 'request',
    body: Type.Object({
      to_user_id: PeerId,
      message: Type.Optional(
        Type.String({ maxLength: 200, examples: ['We met at the lake.'], [Prepared]: 'shown' }),
      ),
    }),
    data: FriendRequest,
    errors: [
      'userNotFound',
      'alreadyFriends',
      'requestExists',
      'validation',
      'blocked',
      'conflict',
      'notAllowed',
    ],
  },
  'friends.acceptRequest': {
    method: 'POST',
    path: '/friends/accept-request',
    summary: 'Accept a request made to me; 4009 when one of us has 5,000 friends',
    tag: 'friends',
    body: answer,
    data: FriendRequest,
    errors: ['requestNotFound', 'conflict'],
  },
  'friends.rejectRequest': {
    method: 'POST',
    path: '/friends/reject-request',
    summary: 'Reject a request made to me',
    tag: 'friends',
    body: answer,
    data: FriendRequest,
    errors: ['requestNotFound'],
  },
  'friends.withdrawRequest': {
    method: 'POST',
    path: '/friends/withdraw-request',
    summary: 'Take back a request I made, while it waits',
    tag: 'friends',
    body: answer,
    data: FriendRequest,
    errors: ['requestNotFound'],
  },
  'friends.list': {
    method: 'GET',
    path: '/friends/list',
    summary: 'My friends',
    tag: 'friends',
    data: Type.Array(Friend),
    errors: [],
  },
  'friends.remove': {
    method: 'DELETE',
    path: '/friends/{friend_id}',
    summary: 'End a friendship, for both',
    tag: 'friends',
    params: Type.Object({ friend_id: PeerId }),
    data: Done,
    errors: ['friendNotFound'],
  },
  'friends.updateRemark': {
    method: 'PUT',
    path: '/friends/update-remark',
    summary: 'My own name for a friend; only I see it, and an empty one takes it away',
    tag: 'friends',
    body: Type.Object({
      friend_id: PeerId,
      remark: Type.String({
        maxLength: 64,
        examples: ['Bob from the lake'],
        [Prepared]: 'name',
      }),
    }),
    data: Friend,
    errors: ['friendNotFound'],
  },
  'friends.receivedRequests': {
    method: 'GET',
    path: '/friends/received-requests',
    summary: 'Requests made to me',
    tag: 'friends',
    query: listing,
    data: Type.Array(FriendRequest),
    errors: [],
  },
  'friends.sentRequests': {
    method: 'GET',
    path: '/friends/sent-requests',
    summary: 'Requests I made',
    tag: 'friends',
    query: listing,
    data: Type.Array(FriendRequest),
    errors: [],
  },
  'friends.search': {
    method: 'GET',
    path: '/friends/search',
    summary:
      'Find people: `user_id` exactly, answered by one card; or `keyword`, how an id or nickname ' +
      'begins or a whole verified address, answered by 20 cards at most, friends first. Friends ' +
      'are found by my remark as well, and by pinyin: syllables, initials, or both, as how a name ' +
      'begins. Neither side of a block finds the other, nor is found who does not want to be',
    tag: 'friends',
    limit: 'search',
    query: Type.Object({
      user_id: Type.Optional(PeerId),
      keyword: Type.Optional(Type.String({ maxLength: 254, examples: ['bo'], [Prepared]: 'key' })),
    }),
    data: Type.Union([Card, Type.Array(Card)]),
    errors: ['userNotFound', 'emptyKeyword'],
  },
  'friends.card': {
    method: 'GET',
    path: '/users/{user_id}',
    summary:
      'Somebody’s profile, and what they are to me; 4101 for whom they blocked, and for strangers ' +
      'where they do not want to be found',
    tag: 'friends',
    params: Type.Object({ user_id: PeerId }),
    data: Card,
    errors: ['userNotFound'],
  },
  'friends.block': {
    method: 'POST',
    path: '/users/block',
    summary:
      'Want nothing more to do with somebody: ends friendship, requests, messages, presence, ' +
      'moments and search between us, both ways and at once. My sends to them answer 4503, ' +
      'theirs to me 4403, as after any end of a friendship',
    tag: 'friends',
    body: Type.Object({ blocked_user_id: PeerId }),
    data: Done,
    errors: ['userNotFound', 'validation', 'alreadyBlocked', 'conflict'],
  },
  'friends.unblock': {
    method: 'DELETE',
    path: '/users/block/{user_id}',
    summary: 'Take a block back; what it ended stays ended',
    tag: 'friends',
    params: Type.Object({ user_id: PeerId }),
    data: Done,
    errors: ['blockNotFound'],
  },
  'friends.blockedList': {
    method: 'GET',
    path: '/users/blocked-list',
    summary: 'Whom I have blocked, newest first',
    tag: 'friends',
    data: Type.Array(Block),
    errors: [],
  },
} as const satisfies Record<string, Operation>
