// Passing on what was said.
import { Type, type Static } from '@sinclair/typebox'
import { GroupMessage, Message } from './messages.ts'
import type { Operation } from './operation.ts'
import { GroupId, Id, PeerId, Time, UserId, Uuid } from './scalars.ts'

const Target = Type.Object(
  {
    to_user_id: Type.Optional(PeerId),
    conversation_id: Type.Optional(Id),
    group_id: Type.Optional(GroupId),
  },
  { title: 'ForwardTarget', description: 'One of the three.' },
)

/** What the `content` of a merged message says, in JSON. */
export const MergedMessages = Type.Object(
  {
    items: Type.Array(
      Type.Object({
        from_user_id: UserId,
        nickname: Type.String(),
        message_type: Type.Integer(),
        content: Type.String(),
        media_url: Type.String(),
        created_at: Time,
      }),
    ),
  },
  { title: 'MergedMessages' },
)
export type MergedMessages = Static<typeof MergedMessages>

export const operations = {
  'messages.forward': {
    method: 'POST',
    path: '/messages/forward',
    summary: 'Pass on what I may read, word for word, or several messages as one of type 7',
    tag: 'messages',
    limit: 'forward',
    body: Type.Object(
      {
        message_id: Type.Optional(Id),
        message_ids: Type.Optional(
          Type.Array(Id, {
            minItems: 1,
            maxItems: 100,
            uniqueItems: true,
            description:
              'Of one conversation, in place of `message_id`: they become one message, whose `content` is ' +
              'the JSON of MergedMessages.',
          }),
        ),
        targets: Type.Array(Target, { minItems: 1, maxItems: 20 }),
        client_msg_id: Type.Optional(
          Type.String({
            ...Uuid,
            description:
              'Sent again, nothing is passed on twice. Each message gets an id made of it.',
          }),
        ),
      },
      {
        title: 'Forward',
        examples: [{ message_id: 1042, targets: [{ to_user_id: 'bob' }] }],
      },
    ),
    data: Type.Array(Type.Union([Message, GroupMessage])),
    errors: [
      'validation',
      'messageNotFound',
      'notFound',
      'notAllowed',
      'blocked',
      'muted',
      'conversationNotFound',
      'groupNotFound',
      'userNotFound',
      'clientIdReused',
      'forwardFailed',
      'busy',
      'databaseUnavailable',
    ],
  },
} as const satisfies Record<string, Operation>
