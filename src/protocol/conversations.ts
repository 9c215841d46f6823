// Conversations: read marks, and what one's other devices hear of them.
import { Type, type Static } from '@sinclair/typebox'
import type { Event } from './event.ts'
import type { ClientFrame, ServerFrame } from './frame.ts'
import type { Operation } from './operation.ts'
import { GroupId, Id, MaybeTime, PeerId, Seq, Strict, Time, UserId } from './scalars.ts'

export const MarkRead = Type.Object({ conversation_id: Id, seq: Seq }, { title: 'MarkRead' })
export const ReadMark = Type.Object(
  { read_seq: Seq, unread: Type.Integer({ ...Seq, description: 'Messages of others after it.' }) },
  { title: 'ReadMark' },
)

export const Draft = Type.Object(
  {
    content: Type.String({ examples: ['I was about to say'] }),
    reply_to_id: Type.Union([Id, Type.Null()]),
    updated_at: Time,
  },
  { title: 'Draft', description: 'What I have begun to write there, on whatever device.' },
)
export type Draft = Static<typeof Draft>

/** What somebody has done with a conversation of theirs. */
export const AsideFields = {
  is_archived: Type.Boolean({
    description: 'It comes back with the next message, or stays while it is muted.',
  }),
  is_marked_unread: Type.Boolean({ description: 'Until I read there; `unread` stays what it is.' }),
  draft: Type.Optional(Draft),
}

export const operations = {
  'messages.unreadCount': {
    method: 'GET',
    path: '/messages/unread-count',
    summary: 'How much I have not read',
    tag: 'messages',
    data: Type.Object({
      count: Type.Integer({ ...Seq, description: 'Unread messages.' }),
      total: Type.Integer({ ...Seq, description: 'The same under the name older clients use.' }),
      offline: Type.Integer({
        ...Seq,
        description: 'The same: what is unread waits for whichever device comes next.',
      }),
    }),
    errors: [],
  },
  'conversations.read': {
    method: 'PUT',
    path: '/messages/conversations/{id}/read',
    summary: 'Mark read up to a seq, or up to the newest; a mark never goes back',
    tag: 'conversations',
    params: Type.Object({ id: Id }),
    body: Type.Object({ seq: Type.Optional(Seq) }),
    data: ReadMark,
    errors: ['conversationNotFound'],
  },
} as const satisfies Record<string, Operation>

export const clientFrames = {
  mark_read: { summary: 'Move my read mark.', data: MarkRead, answer: ReadMark },
} as const satisfies Record<string, ClientFrame>

export const serverFrames = {
  read_receipt: {
    summary:
      'The mark of the other side moved: by reading, or over what that side said itself. By `sync` it is ' +
      '0 where the two do not show each other what they have read.',
    data: Type.Object({
      conversation_id: Id,
      group_id: Type.Optional(GroupId),
      reader_user_id: PeerId,
      read_seq: Seq,
      read_at: MaybeTime,
    }),
  },
  conversation_updated: {
    summary:
      'A setting or my read mark changed, by reading or sending, on whatever device of mine.',
    data: Type.Object({
      conversation_id: Id,
      is_pinned: Type.Optional(Type.Boolean()),
      is_muted: Type.Optional(Type.Boolean({ description: 'By myself: it does not notify me.' })),
      is_archived: Type.Optional(AsideFields.is_archived),
      is_marked_unread: Type.Optional(AsideFields.is_marked_unread),
      draft: Type.Optional(Type.Union([Draft, Type.Null()])),
      muted_until: Type.Optional(MaybeTime),
      read_seq: Type.Optional(Seq),
      unread: Type.Optional(
        Type.Integer({
          ...Seq,
          description: 'Messages of others after the mark, as this was told.',
        }),
      ),
    }),
  },
  member_updated: {
    summary:
      'Somebody in a group has another role, is muted or not, or is called otherwise: `sync` brings it.',
    data: Type.Object({ conversation_id: Id, user_id: PeerId }),
  },
} as const satisfies Record<string, ServerFrame>

export const events = {
  'conversation.read': {
    data: Type.Object({
      conversation_id: Id,
      reader: Id,
      read_seq: Seq,
      read_at: Time,
      /** Left to read at that moment; a server of before does not say it. */
      unread: Type.Optional(Seq),
      /** The other one of two people. */
      peer: Type.Optional(Id),
      /** It was marked unread. */
      unmarked: Type.Optional(Type.Boolean()),
    }),
    audience: { conversation: 'conversation_id' },
    kept: true,
  },
  /** A setting of one member's own. */
  'conversation.set': {
    data: Type.Object({ conversation_id: Id, user: Id }),
    audience: { people: ['user'] },
    kept: true,
  },
  /** Their role, their muting or their name. */
  'member.changed': {
    data: Type.Object({ conversation_id: Id, user: Id }),
    audience: { conversation: 'conversation_id' },
    kept: true,
  },
  /** Told to nodes, not to people: whose sockets now belong to a channel. */
  'channel.entered': {
    data: Type.Object({
      conversation_id: Id,
      /** Empty when the conversation has just become one: then it is everybody. */
      users: Type.Array(Id),
    }),
    audience: { conversation: 'conversation_id' },
    kept: false,
  },
} as const satisfies Record<string, Event>

const OwnConversation = Type.Object(
  {
    id: Id,
    kind: Type.Union([Type.Literal('direct'), Type.Literal('group')]),
    peer_user_id: Type.Union([UserId, Type.Null()], { description: 'Of a direct one.' }),
    group_id: Type.Union([GroupId, Type.Null()], { description: 'Of a group.' }),
    last_seq: Seq,
    read_seq: Seq,
    is_pinned: Type.Boolean(),
    is_muted: Type.Boolean(),
    is_archived: Type.Boolean(),
    created_at: Time,
  },
  Strict,
)

const OwnDraft = Type.Object(
  {
    conversation_id: Id,
    content: Type.String(),
    reply_to_id: Type.Union([Id, Type.Null()]),
    updated_at: Time,
  },
  Strict,
)

export const exportFiles = {
  conversations: Type.Array(OwnConversation),
  drafts: Type.Array(OwnDraft),
}
