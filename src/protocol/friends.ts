// Friends: requests and contacts.
import { Type, type Static } from '@sinclair/typebox'
import { User } from './accounts.ts'
import type { Operation } from './operation.ts'
import { Done, Id, PeerId, Time, UserId } from './scalars.ts'

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
  },
  { title: 'Friend' },
)
export type Friend = Static<typeof Friend>

const answer = Type.Object({ request_id: Id })
const listing = Type.Object({
  status: Type.Optional(
    Type.Integer({
      minimum: -1,
      maximum: 4,
      default: -1,
      description: 'As in FriendRequest; −1 for all.',
    }),
  ),
})

export const friends = {
  'friends.sendRequest': {
    method: 'POST',
    path: '/friends/send-request',
    summary: 'Ask somebody to be friends; a request waiting the other way round is accepted',
    tag: 'friends',
    limit: 'request',
    body: Type.Object({
      to_user_id: PeerId,
      message: Type.Optional(Type.String({ maxLength: 200, examples: ['We met at the lake.'] })),
    }),
    data: FriendRequest,
    errors: ['userNotFound', 'alreadyFriends', 'requestExists', 'validation', 'blocked'],
  },
  'friends.acceptRequest': {
    method: 'POST',
    path: '/friends/accept-request',
    summary: 'Accept a request made to me',
    tag: 'friends',
    body: answer,
    data: FriendRequest,
    errors: ['requestNotFound'],
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
} as const satisfies Record<string, Operation>
