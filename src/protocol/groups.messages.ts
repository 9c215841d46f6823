// What is said in groups: the same messages by the same road, under the names of groups.
import { Type } from '@sinclair/typebox'
import { ReadMark } from './conversations.ts'
import { ofGroup as params } from './groups.ts'
import { GroupMessage, SendMessage } from './messages.ts'
import type { Operation } from './operation.ts'
import { User } from './people.ts'
import { Cursor, CursorPage, Done, GroupId, Id, MaybeTime, Page, PageSize, Seq } from './scalars.ts'

const sendBody = Type.Object(
  {
    ...Type.Omit(SendMessage, ['to_user_id', 'conversation_id', 'group_id']).properties,
    group_id: GroupId,
  },
  {
    title: 'SendGroupMessage',
    description: 'What a member says to a group.',
    examples: [{ group_id: 'G7K2MNPQR4TVW', message_type: 1, content: 'hi all' }],
  },
)

const byId = Type.Object({ id: Id })
const limit = Type.Optional(Type.Integer({ minimum: 1, maximum: 100, examples: [20] }))
const tag = 'groups'
const Count = Type.Object({ count: Type.Integer({ ...Seq, description: 'Unread messages.' }) })

export const Reader = Type.Object(
  { user: User, read_seq: Seq, read_at: MaybeTime },
  { title: 'Reader' },
)

export const operations = {
  'groups.send': {
    method: 'POST',
    path: '/groups/messages/send',
    summary: 'Send to a group; the same client_msg_id again returns the first result',
    tag,
    limit: 'send',
    body: sendBody,
    data: GroupMessage,
    errors: [
      'validation',
      'groupNotFound',
      'muted',
      'notAllowed',
      'messageNotFound',
      'notFound',
      'clientIdReused',
      'busy',
      'databaseUnavailable',
    ],
  },
  'groups.history': {
    method: 'GET',
    path: '/groups/{group_id}/messages',
    summary: 'Read a group by pages, or by seq in both directions',
    tag,
    params,
    query: Type.Object({
      page: Type.Optional(Page),
      page_size: Type.Optional(PageSize),
      cursor: Type.Optional(Cursor),
      before_seq: Type.Optional(Seq),
      after_seq: Type.Optional(Seq),
      limit,
    }),
    data: Type.Union([Type.Array(GroupMessage), CursorPage(GroupMessage)]),
    errors: ['groupNotFound', 'validation'],
  },
  'groups.recall': {
    method: 'PUT',
    path: '/groups/messages/{id}/recall',
    summary: 'Take back my message within two minutes; an admin any member’s at any time',
    tag,
    params: byId,
    data: GroupMessage,
    errors: ['messageNotFound', 'windowOver', 'notAllowed'],
  },
  'groups.read': {
    method: 'PUT',
    path: '/groups/{group_id}/messages/read',
    summary: 'Mark read up to a seq, or up to the newest; a mark never goes back',
    tag,
    params,
    body: Type.Object({ seq: Type.Optional(Seq) }),
    data: ReadMark,
    errors: ['groupNotFound'],
  },
  'groups.unreadCount': {
    method: 'GET',
    path: '/groups/{group_id}/unread-count',
    summary: 'How much of a group I have not read',
    tag,
    params,
    data: Count,
    errors: ['groupNotFound'],
  },
  'groups.unreadCounts': {
    method: 'POST',
    path: '/groups/unread-counts-batch',
    summary: 'How much I have not read of each of these groups; without those I am not in',
    tag,
    body: Type.Object({
      group_ids: Type.Array(GroupId, { maxItems: 500, examples: [['G7K2MNPQR4TVW']] }),
    }),
    data: Type.Record(Type.String(), Seq),
    errors: ['validation'],
  },
  'groups.readers': {
    method: 'GET',
    path: '/groups/messages/{id}/readers',
    summary: 'Who has read a message; in a group of more than 500 how many',
    tag,
    params: byId,
    data: Type.Object({
      count: Type.Integer({ minimum: 0, examples: [2] }),
      list: Type.Array(Reader),
    }),
    errors: ['messageNotFound'],
  },
  'groups.mentions': {
    method: 'GET',
    path: '/groups/mentions',
    summary: 'Messages that mention me, newest first',
    tag,
    query: Type.Object({ cursor: Type.Optional(Cursor), limit }),
    data: CursorPage(GroupMessage),
    errors: ['validation'],
  },
  'groups.typing': {
    method: 'POST',
    path: '/groups/{group_id}/typing',
    summary: 'Tell the others that I am typing; may be lost, and in big groups is told to nobody',
    tag,
    params,
    data: Done,
    errors: ['groupNotFound', 'notAllowed'],
  },
} as const satisfies Record<string, Operation>
