// Scheduled messages: said now, sent at a time of their sender's.
import { Type, type Static } from '@sinclair/typebox'
import type { Event } from './event.ts'
import type { ServerFrame } from './frame.ts'
import { SendMessage } from './messages.ts'
import type { Operation } from './operation.ts'
import {
  Cursor,
  CursorPage,
  Done,
  GroupId,
  Id,
  Instant,
  PeerId,
  Strict,
  Time,
  Uuid,
  MediaId,
} from './scalars.ts'

export const states = ['scheduled', 'sending', 'sent', 'failed', 'cancelled'] as const
export type ScheduledState = (typeof states)[number]

const State = Type.Unsafe<ScheduledState>(
  Type.Union(
    states.map((each) => Type.Literal(each)),
    {
      description:
        'A worker has it while `sending`: it can be cancelled no more. `failed` is for good.',
      examples: ['scheduled'],
    },
  ),
)

export const ScheduledMessage = Type.Object(
  {
    id: Id,
    conversation_id: Id,
    to_user_id: Type.Optional(PeerId),
    group_id: Type.Optional(GroupId),
    at_users: Type.Optional(
      Type.String({ description: 'Of a group: a JSON array of user ids.', examples: ['[]'] }),
    ),
    message_type: Type.Integer({ minimum: 1, maximum: 255, examples: [1] }),
    content: Type.String({ description: 'Empty once sent or cancelled.', examples: ['hi'] }),
    media_url: Type.String(),
    media_id: Type.Optional(MediaId),
    reply_to_id: Type.Union([Id, Type.Null()]),
    client_msg_id: Uuid,
    send_at: Time,
    state: State,
    message_id: Type.Union([Id, Type.Null()], { description: 'What it became, once sent.' }),
    error_code: Type.Union([Type.Integer({ examples: [4403] }), Type.Null()], {
      description: 'Why it failed: a code of the error table.',
    }),
    created_at: Time,
    updated_at: Time,
  },
  { title: 'ScheduledMessage' },
)
export type ScheduledMessage = Static<typeof ScheduledMessage>

const tag = 'messages'

const body = Type.Object(
  { ...SendMessage.properties, send_at: Instant },
  {
    title: 'ScheduleMessage',
    description: 'What is to be sent later, to a person, into a conversation or to a group.',
    examples: [
      {
        to_user_id: 'bob',
        message_type: 1,
        content: 'Happy birthday!',
        send_at: '2026-12-31T22:00:00Z',
      },
    ],
  },
)

export const operations = {
  'messages.schedule': {
    method: 'POST',
    path: '/messages/schedule',
    summary:
      'Say something that is sent later; the same client_msg_id again returns the first result',
    tag,
    limit: 'send',
    body,
    data: ScheduledMessage,
    errors: [
      'validation',
      'notAllowed',
      'blocked',
      'conversationNotFound',
      'groupNotFound',
      'userNotFound',
      'messageNotFound',
      'notFound',
      'clientIdReused',
      'conflict',
    ],
  },
  'messages.scheduled': {
    method: 'GET',
    path: '/messages/scheduled',
    summary: 'What I have scheduled and is not sent, and what failed, by the time it is to be sent',
    tag,
    query: Type.Object({
      conversation_id: Type.Optional(Id),
      cursor: Type.Optional(Cursor),
      limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 100, examples: [20] })),
    }),
    data: CursorPage(ScheduledMessage),
    errors: ['validation'],
  },
  'messages.unschedule': {
    method: 'DELETE',
    path: '/messages/scheduled/{id}',
    summary: 'Cancel what I have scheduled, or put away what failed; what is sent is a conflict',
    tag,
    params: Type.Object({ id: Id }),
    data: Done,
    errors: ['messageNotFound', 'conflict'],
  },
} as const satisfies Record<string, Operation>

export const serverFrames = {
  scheduled_updated: {
    summary:
      'Something I have scheduled is as it is here now: scheduled, taken by a worker, sent, failed or ' +
      'cancelled. `sync` brings what waits or has failed as `scheduled_updated`, and says of all else ' +
      '`scheduled_removed`.',
    data: ScheduledMessage,
  },
} as const satisfies Record<string, ServerFrame>

export const events = {
  'scheduled.changed': {
    data: Type.Object({ scheduled_id: Id, user: Id }),
    audience: { people: ['user'] },
    kept: true,
  },
} as const satisfies Record<string, Event>

const OwnScheduled = Type.Object(
  {
    id: Id,
    conversation_id: Id,
    message_type: Type.Integer({ minimum: 1, maximum: 255 }),
    content: Type.String(),
    media_url: Type.String(),
    reply_to_id: Type.Union([Id, Type.Null()]),
    send_at: Time,
    state: State,
    error_code: Type.Union([Type.Integer(), Type.Null()]),
    created_at: Time,
  },
  Strict,
)

export const exportFiles = {
  scheduled_messages: Type.Array(OwnScheduled, {
    description: 'What is scheduled and not sent, and what failed.',
  }),
}
