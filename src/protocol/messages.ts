// Messages and the conversations they stand in.
import { Type, type Static } from '@sinclair/typebox'
import { AsideFields, BurnAfter } from './conversations.ts'
import { Reactions } from './emoji.ts'
import { User } from './people.ts'
import { ReplyTo } from './reply.ts'
import { messageTypes, ownTypesFrom } from './messages.types.ts'
import type { Operation } from './operation.ts'
import {
  Cursor,
  CursorPage,
  Done,
  GroupId,
  Id,
  MaybeTime,
  MediaId,
  Page,
  PageSize,
  PeerId,
  Prepared,
  Seq,
  Time,
  Url,
  UserId,
  Uuid,
} from './scalars.ts'

const meanings = `${Object.entries(messageTypes)
  .map(([name, number]) => `${number} ${name}`)
  .join(', ')}; ${ownTypesFrom}–255 are the application’s own.`

const AtUsers = Type.String({
  description: 'Whom it mentions: a string holding a JSON array of user ids, or of `"all"`.',
  examples: ['["bob"]'],
})

const RecalledBy = Type.Union([PeerId, Type.Null()], {
  description: 'The admin who took it back, if not its sender.',
  examples: [null],
})

export const Message = Type.Object(
  {
    id: Id,
    conversation_id: Id,
    seq: Seq,
    from_user_id: UserId,
    to_user_id: Type.Optional(PeerId),
    group_id: Type.Optional(GroupId),
    message_type: Type.Integer({ description: meanings, examples: [1] }),
    content: Type.String({ description: 'Empty once recalled.', examples: ['hi'] }),
    media_url: Type.String({ examples: [''] }),
    media_id: Type.Optional(MediaId),
    is_read: Type.Boolean({ examples: [false] }),
    read_at: MaybeTime,
    is_recalled: Type.Boolean({ examples: [false] }),
    recalled_at: MaybeTime,
    recalled_by: Type.Optional(RecalledBy),
    edited_at: MaybeTime,
    reply_to_id: Type.Union([Id, Type.Null()]),
    reply_to: Type.Optional(ReplyTo),
    reactions: Type.Optional(Reactions),
    expires_at: Type.Optional({
      ...Time,
      description: 'When it burns; of one that stays not there.',
    }),
    at_users: Type.Optional(AtUsers),
    client_msg_id: Uuid,
    created_at: Time,
    updated_at: Time,
    from_user: Type.Optional(User),
  },
  {
    title: 'Message',
    description: 'With `to_user_id` between two people, with `group_id` in a group.',
  },
)
export type Message = Static<typeof Message>

const { to_user_id: _, ...inGroup } = Message.properties

export const GroupMessage = Type.Object(
  { ...inGroup, group_id: GroupId, at_users: AtUsers, recalled_by: RecalledBy },
  { title: 'GroupMessage' },
)
export type GroupMessage = Static<typeof GroupMessage>

const unreadOf = 'The caller’s own count, or the peer’s; null where the peer’s is not shown.'

export const DirectConversation = Type.Object(
  {
    id: Id,
    kind: Type.Literal('direct'),
    user1_id: UserId,
    user2_id: PeerId,
    user1_unread: Type.Union([Seq, Type.Null()], { description: unreadOf }),
    user2_unread: Type.Union([Seq, Type.Null()], { description: unreadOf }),
    last_message_id: Type.Union([Id, Type.Null()]),
    last_message_time: MaybeTime,
    last_seq: Seq,
    read_seq: Seq,
    unread: Type.Integer({ ...Seq, description: 'Messages of others after my read mark.' }),
    is_pinned: Type.Boolean(),
    is_muted: Type.Boolean(),
    ...AsideFields,
    burn_after: BurnAfter,
    created_at: Time,
    updated_at: Time,
    user1: User,
    user2: User,
    last_message: Type.Optional(Message),
  },
  { title: 'DirectConversation' },
)
export type DirectConversation = Static<typeof DirectConversation>

export const Revision = Type.Object(
  {
    n: Type.Integer({
      minimum: 1,
      description: 'From 1, in the order it was said.',
      examples: [1],
    }),
    content: Type.String({ description: 'What the message said then.', examples: ['hi'] }),
    said_at: Time,
  },
  { title: 'Revision' },
)

/** What is said, as it comes in. */
export const Words = Type.String({ maxLength: 16_384, examples: ['hi'], [Prepared]: 'shown' })

const type = Type.Integer({ minimum: 1, maximum: 255, description: meanings, examples: [1] })

/** What a sender says; the same in a body and in a frame. One of the targets is needed. */
export const SendMessage = Type.Object(
  {
    to_user_id: Type.Optional(PeerId),
    conversation_id: Type.Optional(Id),
    group_id: Type.Optional(GroupId),
    message_type: type,
    content: Words,
    media_url: Type.Optional(Url),
    media_id: Type.Optional(MediaId),
    client_msg_id: Type.Optional(Uuid),
    reply_to_id: Type.Optional(Id),
    at_users: Type.Optional(
      Type.Union(
        [
          Type.Array(Type.String({ maxLength: 32 }), { maxItems: 50 }),
          Type.String({ maxLength: 2_048 }),
        ],
        {
          description:
            'Members of the group it mentions, or `all`, which admins may say: an array, or a string ' +
            'holding a JSON array.',
          examples: [['bob']],
        },
      ),
    ),
  },
  {
    title: 'SendMessage',
    description: 'What a sender says, to a person, into a conversation or to a group.',
    examples: [
      {
        to_user_id: 'bob',
        message_type: 1,
        content: 'hi',
        client_msg_id: '0b8f1c9e-5f0e-4c43-9d5b-3a8c1e1f7a10',
      },
    ],
  },
)
export type SendMessage = Static<typeof SendMessage>

/** Other words for a message; the same in a body and in a frame. */
export const EditMessage = Type.Object({ id: Id, content: Words }, { title: 'EditMessage' })

const sendBody = Type.Omit(SendMessage, ['group_id'], {
  title: 'SendDirectMessage',
  description: 'What a sender says, to a person or into a conversation.',
})
const byId = Type.Object({ id: Id })

const paging = { page: Type.Optional(Page), page_size: Type.Optional(PageSize) }
const limit = Type.Optional(Type.Integer({ minimum: 1, maximum: 100, examples: [20] }))

export const operations = {
  'messages.send': {
    method: 'POST',
    path: '/messages/send',
    summary:
      'Send a direct message, to myself as well; the same client_msg_id again returns the first result',
    tag: 'messages',
    limit: 'send',
    body: sendBody,
    data: Message,
    errors: [
      'validation',
      'notAllowed',
      'blocked',
      'conversationNotFound',
      'userNotFound',
      'messageNotFound',
      'notFound',
      'clientIdReused',
      'busy',
      'databaseUnavailable',
    ],
  },
  'messages.recall': {
    method: 'PUT',
    path: '/messages/{id}/recall',
    summary: 'Take back my message within two minutes',
    tag: 'messages',
    params: byId,
    data: Message,
    errors: ['messageNotFound', 'windowOver', 'notAllowed'],
  },
  'messages.edit': {
    method: 'PUT',
    path: '/messages/{id}',
    summary: 'Say my message in other words within 24 hours, between two people or in a group',
    tag: 'messages',
    limit: 'send',
    params: byId,
    body: Type.Omit(EditMessage, ['id'], { title: 'EditedWords' }),
    data: Message,
    errors: ['validation', 'messageNotFound', 'windowOver', 'notAllowed', 'blocked', 'muted'],
  },
  'messages.revisions': {
    method: 'GET',
    path: '/messages/{id}/revisions',
    summary: 'What a message of mine said before it was edited, the oldest first',
    tag: 'messages',
    params: byId,
    query: Type.Object({ cursor: Type.Optional(Cursor), limit }),
    data: CursorPage(Revision),
    errors: ['messageNotFound', 'validation'],
  },
  'messages.typing': {
    method: 'POST',
    path: '/messages/typing',
    summary: 'Tell the others that I am typing; may be lost',
    tag: 'messages',
    body: Type.Object({ conversation_id: Id }),
    data: Done,
    errors: ['conversationNotFound', 'notAllowed'],
  },
  'messages.history': {
    method: 'GET',
    path: '/messages/conversations/{id}/messages',
    summary: 'Read a conversation by pages, or by seq in both directions',
    tag: 'messages',
    params: byId,
    query: Type.Object({
      ...paging,
      before_seq: Type.Optional(Seq),
      after_seq: Type.Optional(Seq),
      limit,
    }),
    data: Type.Union([Type.Array(Message), CursorPage(Message)]),
    errors: ['conversationNotFound', 'validation'],
  },
  'messages.ticket': {
    method: 'POST',
    path: '/messages/ws-ticket',
    summary: 'A one-use ticket that opens a socket within 30 seconds',
    tag: 'messages',
    limit: 'ticket',
    data: Type.Object({ ticket: Type.String(), expires_in: Type.Integer({ examples: [30] }) }),
    errors: ['cacheUnavailable'],
  },
  'conversations.create': {
    method: 'POST',
    path: '/messages/conversations/create',
    summary: 'The conversation with a friend, or with myself; the same one every time',
    tag: 'conversations',
    body: Type.Object({ friend_user_id: PeerId }),
    data: DirectConversation,
    errors: ['notAllowed', 'blocked', 'userNotFound', 'validation'],
  },
} as const satisfies Record<string, Operation>
