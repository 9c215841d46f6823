// One cursor over everything an account has missed.
import { Type, type Static, type TSchema } from '@sinclair/typebox'
import { serverFrames as conversationsTold } from './conversations.ts'
import type { ClientFrame } from './frame.ts'
import { serverFrames as deletionsTold } from './deletions.ts'
import { Favorite } from './favorites.ts'
import { Block, Friend, FriendRequest } from './friends.ts'
import { GroupInvitation } from './groups.entry.ts'
import { GroupMember, JoinRequest } from './groups.members.ts'
import { Conversation } from './inbox.ts'
import { serverFrames as messagesTold } from './messages.told.ts'
import { GroupMessage, Message } from './messages.ts'
import type { Operation } from './operation.ts'
import { Me } from './people.ts'
import { GroupId, Id, PeerId } from './scalars.ts'
import { ScheduledMessage } from './scheduled.ts'
import { Settings } from './settings.ts'

const event = <T extends string, D extends TSchema>(type: T, data: D) =>
  Type.Object({ type: Type.Literal(type), data })

/** The account’s own number as well: the `user_id` of one that was erased is another one. */
const gone = Type.Object({ id: Id, user_id: PeerId })

/** Named as the frames that bring the same live, where there is one. */
export const SyncEvent = Type.Union(
  [
    event('me', Me),
    event('settings', Settings),
    event('conversation', Conversation),
    event('conversation_removed', Type.Object({ conversation_id: Id })),
    event('message', Message),
    event('group_message', GroupMessage),
    event('message_updated', messagesTold.message_updated.data),
    event('message_deleted', deletionsTold.message_deleted.data),
    event('read_receipt', conversationsTold.read_receipt.data),
    event('friend', Friend),
    event('friend_removed', gone),
    event('friend_request', FriendRequest),
    event('friend_request_removed', Type.Object({ request_id: Id })),
    event('block', Block),
    event('block_removed', gone),
    event('group_invitation', GroupInvitation),
    event('group_invitation_removed', Type.Object({ invitation_id: Id })),
    event('join_request', JoinRequest),
    event('join_request_removed', Type.Object({ request_id: Id })),
    event('favorite', Favorite),
    event('favorite_removed', Type.Object({ message_id: Id })),
    event('scheduled_updated', ScheduledMessage),
    event('scheduled_removed', Type.Object({ scheduled_id: Id })),
    event('group_member', Type.Object({ conversation_id: Id, member: GroupMember })),
    event(
      'group_member_removed',
      Type.Object({ conversation_id: Id, group_id: GroupId, id: Id, user_id: PeerId }),
    ),
  ],
  { title: 'SyncEvent' },
)
export type SyncEvent = Static<typeof SyncEvent>

const SyncAnswer = Type.Object(
  {
    events: Type.Array(SyncEvent, {
      description:
        'To be applied in this order. Some may have come before; none is missing, and the messages of a ' +
        'conversation come by `seq` without a hole but where a `message_deleted` says, before or after ' +
        'them, that I have deleted one or that one has burned.',
    }),
    next_cursor: Type.String({
      description: 'To be kept once the events are kept, and sent next time.',
    }),
    has_more: Type.Boolean({ description: 'Ask again at once with `next_cursor`.' }),
    reset: Type.Optional(
      Type.Boolean({
        description:
          'The cursor could not be served: what is known of the account is to be forgotten, for this is ' +
          'the first page of a new snapshot.',
      }),
    ),
  },
  { title: 'Sync' },
)
export type Sync = Static<typeof SyncAnswer>

const input = {
  cursor: Type.Optional(
    Type.String({
      maxLength: 8_192,
      pattern: '^[A-Za-z0-9_-]*$',
      description: 'Opaque, of an answer before or of `hello`; none: a first snapshot.',
      examples: [''],
    }),
  ),
  limit: Type.Optional(
    Type.Integer({ minimum: 1, maximum: 1_000, description: 'Events at most.', examples: [500] }),
  ),
}

export const operations = {
  'sync.get': {
    method: 'GET',
    path: '/sync',
    summary: 'Everything I have missed since a cursor',
    tag: 'sync',
    query: Type.Object(input),
    data: SyncAnswer,
    errors: ['validation'],
  },
} as const satisfies Record<string, Operation>

export const clientFrames = {
  sync: {
    summary: 'Everything I have missed since a cursor.',
    data: Type.Object(input),
    answer: SyncAnswer,
  },
} as const satisfies Record<string, ClientFrame>
