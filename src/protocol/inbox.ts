// What a client shows first: my conversations, with people and with groups.
import { Type, type Static } from '@sinclair/typebox'
import { AsideFields, BurnAfter } from './conversations.ts'
import { Group } from './groups.ts'
import { DirectConversation, GroupMessage, Words } from './messages.ts'
import type { Operation } from './operation.ts'
import {
  Cursor,
  CursorPage,
  GroupId,
  Id,
  Instant,
  MaybeTime,
  Page,
  PageSize,
  Seq,
  Time,
} from './scalars.ts'

export const GroupConversation = Type.Object(
  {
    id: Id,
    kind: Type.Literal('group'),
    group_id: GroupId,
    group: Group,
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
    last_message: Type.Optional(GroupMessage),
  },
  { title: 'GroupConversation' },
)
export type GroupConversation = Static<typeof GroupConversation>

export const Conversation = Type.Union([DirectConversation, GroupConversation], {
  title: 'Conversation',
})

const paging = { page: Type.Optional(Page), page_size: Type.Optional(PageSize) }
const limit = Type.Optional(Type.Integer({ minimum: 1, maximum: 100, examples: [20] }))

export const operations = {
  'conversations.list': {
    method: 'GET',
    path: '/messages/conversations',
    summary: 'My conversations, pinned first, then by last activity',
    tag: 'conversations',
    query: Type.Object({
      ...paging,
      cursor: Type.Optional(Cursor),
      limit,
      kind: Type.Optional(
        Type.Union([Type.Literal('direct'), Type.Literal('group'), Type.Literal('all')]),
      ),
      archived: Type.Optional(
        Type.Union([Type.Literal('no'), Type.Literal('only'), Type.Literal('all')], {
          description:
            'Those I have archived: not them (`no`, if nothing is said), them alone, or both.',
          examples: ['no'],
        }),
      ),
    }),
    data: Type.Union([Type.Array(Conversation), CursorPage(Conversation)]),
    errors: ['validation'],
  },
  'conversations.pin': {
    method: 'PUT',
    path: '/messages/conversations/{id}/pin',
    summary: 'Keep a conversation at the head of my list, or no longer',
    tag: 'conversations',
    params: Type.Object({ id: Id }),
    body: Type.Object({ is_pinned: Type.Boolean({ examples: [true] }) }),
    data: Conversation,
    errors: ['conversationNotFound'],
  },
  'conversations.archive': {
    method: 'PUT',
    path: '/messages/conversations/{id}/archive',
    summary: 'Put a conversation out of my list until something is said there, or back into it',
    tag: 'conversations',
    params: Type.Object({ id: Id }),
    body: Type.Object({ is_archived: Type.Optional(Type.Boolean({ examples: [true] })) }),
    data: Conversation,
    errors: ['conversationNotFound'],
  },
  'conversations.markUnread': {
    method: 'PUT',
    path: '/messages/conversations/{id}/unread',
    summary: 'Mark a conversation unread until I read there, or no longer',
    tag: 'conversations',
    params: Type.Object({ id: Id }),
    body: Type.Object({ is_marked_unread: Type.Optional(Type.Boolean({ examples: [true] })) }),
    data: Conversation,
    errors: ['conversationNotFound'],
  },
  'conversations.draft': {
    method: 'PUT',
    path: '/messages/conversations/{id}/draft',
    summary: 'Keep what I have begun to write there for my other devices; empty: no longer',
    tag: 'conversations',
    params: Type.Object({ id: Id }),
    body: Type.Object(
      { content: Words, reply_to_id: Type.Optional(Id) },
      { examples: [{ content: 'I was about to say' }] },
    ),
    data: Conversation,
    errors: ['conversationNotFound', 'validation'],
  },
  'conversations.mute': {
    method: 'PUT',
    path: '/messages/conversations/{id}/mute',
    summary: 'Let a conversation notify me no more, until a time or for good; or let it again',
    tag: 'conversations',
    params: Type.Object({ id: Id }),
    body: Type.Object({
      is_muted: Type.Boolean({ examples: [true] }),
      until: Type.Optional(Instant),
      mentions: Type.Optional(
        Type.Boolean({
          examples: [true],
          description:
            'Whether what mentions me notifies me all the same, as it does if nothing is said.',
        }),
      ),
    }),
    data: Conversation,
    errors: ['conversationNotFound', 'validation'],
  },
} as const satisfies Record<string, Operation>
