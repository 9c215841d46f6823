// What a client shows first: my conversations, with people and with groups.
import { Type, type Static } from '@sinclair/typebox'
import { Group } from './groups.ts'
import { DirectConversation, GroupMessage } from './messages.ts'
import type { Operation } from './operation.ts'
import { Cursor, CursorPage, GroupId, Id, MaybeTime, Page, PageSize, Seq, Time } from './scalars.ts'

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
    created_at: Time,
    updated_at: Time,
    last_message: Type.Optional(GroupMessage),
  },
  { title: 'GroupConversation' },
)
export type GroupConversation = Static<typeof GroupConversation>

const Conversation = Type.Union([DirectConversation, GroupConversation], {
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
    }),
    data: Type.Union([Type.Array(Conversation), CursorPage(Conversation)]),
    errors: ['validation'],
  },
} as const satisfies Record<string, Operation>
