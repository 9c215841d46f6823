// Messages over the socket, as they change, and as a person takes them along.
import { Type, type Static } from '@sinclair/typebox'
import type { Event } from './event.ts'
import type { ClientFrame, ServerFrame } from './frame.ts'
import { EditMessage, GroupMessage, Message, SendMessage } from './messages.ts'
import { GroupId, Id, MaybeTime, PeerId, Seq, Strict, Time, UserId, Uuid } from './scalars.ts'

export const Sent = Type.Object(
  {
    id: Id,
    conversation_id: Id,
    seq: Seq,
    client_msg_id: Uuid,
    created_at: Time,
    expires_at: Type.Optional(Time),
  },
  { title: 'Sent' },
)
export type Sent = Static<typeof Sent>

export const clientFrames = {
  send_message: {
    summary: 'Send a message; acknowledged after the commit, never before.',
    data: SendMessage,
    answer: Sent,
    limit: 'send',
  },
  recall_message: {
    summary: 'Take back my message.',
    data: Type.Object({ id: Id }),
    answer: Message,
  },
  edit_message: {
    summary: 'Say my message in other words.',
    data: EditMessage,
    answer: Message,
    limit: 'send',
  },
  typing: {
    summary: 'I am typing; may be lost.',
    data: Type.Object({
      conversation_id: Type.Optional(Id),
      group_id: Type.Optional(GroupId),
    }),
    answer: Type.Object({}),
  },
} as const satisfies Record<string, ClientFrame>

export const serverFrames = {
  message: {
    summary:
      'A message, to every device of every member but the socket that sent it. If nothing before ' +
      'it was unread to its sender, the sender’s read mark stands at its `seq` now, and no other ' +
      'frame says so.',
    data: Message,
  },
  group_message: {
    summary: 'The same in a group.',
    data: GroupMessage,
  },
  message_sent: {
    summary:
      'A message that this session sent by REST, in place of `message`. Told again after a ' +
      'crash of the server, it comes as `message`, with a `seq` that is known already.',
    data: Message,
  },
  message_updated: {
    summary:
      'A message changed: it was recalled or edited. Of several the one with the latest ' +
      '`updated_at` stands, in whatever order they come.',
    data: Type.Intersect([Message, Type.Object({ conversation_version: Seq })]),
  },
  typing: {
    summary: 'Somebody is typing.',
    data: Type.Object({
      conversation_id: Id,
      group_id: Type.Optional(GroupId),
      user_id: PeerId,
      nickname: Type.String(),
    }),
  },
} as const satisfies Record<string, ServerFrame>

export const events = {
  /** The server itself said something: what happened to a group. */
  'message.posted': {
    data: Type.Object({ message_id: Id, conversation_id: Id, seq: Seq }),
    audience: { conversation: 'conversation_id' },
    kept: true,
  },
  /** Recalled or edited; `version` is the conversation's. */
  'message.changed': {
    data: Type.Object({ message_id: Id, conversation_id: Id, version: Seq }),
    audience: { conversation: 'conversation_id' },
    kept: true,
  },
} as const satisfies Record<string, Event>

const OwnMessage = Type.Object(
  {
    id: Id,
    conversation_id: Id,
    seq: Seq,
    from_user_id: UserId,
    message_type: Type.Integer({ minimum: 1, maximum: 255 }),
    content: Type.String({ description: 'Empty once recalled.' }),
    media_url: Type.String(),
    reply_to_id: Type.Union([Id, Type.Null()]),
    created_at: Time,
    edited_at: MaybeTime,
    recalled_at: MaybeTime,
  },
  Strict,
)

const OwnRevision = Type.Object(
  { message_id: Id, n: Type.Integer({ minimum: 1 }), content: Type.String(), said_at: Time },
  Strict,
)

export const exportFiles = {
  messages: Type.Array(OwnMessage, {
    description: 'Everything said in the conversations, by conversation and `seq`.',
  }),
  message_revisions: Type.Array(OwnRevision, {
    description: 'What one’s own messages said before they were edited, by message and `n`.',
  }),
}
