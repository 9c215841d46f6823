// The socket's frames: what a client may say, what it may hear.
import { Type, type Static, type TSchema } from '@sinclair/typebox'
import { User } from './accounts.ts'
import { FriendRequest } from './friends.ts'
import { refusedFields } from './refused.ts'
import type { LimitClass } from './operation.ts'
import { MomentComment } from './moments.ts'
import { MarkRead, Message, ReadMark, SendMessage } from './messages.ts'
import { GroupId, Id, MaybeTime, PeerId, Seq, Time, UserId, Uuid } from './scalars.ts'

/** The request id a client chooses; the answer carries it back. */
export const RequestId = Type.Union([
  Type.String({ minLength: 1, maxLength: 64 }),
  Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER, examples: [1] }),
])
export type RequestId = Static<typeof RequestId>

interface ClientFrame {
  readonly summary: string
  readonly data: TSchema
  /** `data` of the `ack`; none where the answer is another frame or nothing. */
  readonly answer?: TSchema
  /** Counted in the same bucket as the operations of this class. */
  readonly limit?: LimitClass
}

export const Sent = Type.Object(
  {
    id: Id,
    conversation_id: Id,
    seq: Seq,
    client_msg_id: Uuid,
    created_at: Time,
  },
  { title: 'Sent' },
)
export type Sent = Static<typeof Sent>

export const clientFrames = {
  ping: { summary: 'Answered by `pong`.', data: Type.Unknown() },
  send_message: {
    summary: 'Send a message; acknowledged after the commit, never before.',
    data: SendMessage,
    answer: Sent,
    limit: 'send',
  },
  mark_read: { summary: 'Move my read mark.', data: MarkRead, answer: ReadMark },
  recall_message: {
    summary: 'Take back my message.',
    data: Type.Object({ id: Id }),
    answer: Message,
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

/** The class a frame is counted in, if any. */
export function limitOf(type: ClientFrameType): LimitClass | undefined {
  const frame: ClientFrame = clientFrames[type]
  return frame.limit
}

export type ClientFrameType = keyof typeof clientFrames
export type ClientData<T extends ClientFrameType> = Static<(typeof clientFrames)[T]['data']>
export type ClientAnswer<T extends Exclude<ClientFrameType, 'ping'>> = Static<
  (typeof clientFrames)[T]['answer']
>

interface ServerFrame {
  readonly summary: string
  readonly data: TSchema
}

export const serverFrames = {
  hello: {
    summary: 'The first frame after the upgrade.',
    data: Type.Object({
      session_id: Id,
      device_id: Type.String(),
      user_id: UserId,
      node_id: Type.String(),
      heartbeat_seconds: Type.Integer({
        description: 'Ping at least this often.',
        examples: [30],
      }),
      cursor: Type.String({ description: 'Opaque: this moment in the account’s history.' }),
      epoch: Type.String({ description: 'Changes when old cursors are of no use.' }),
    }),
  },
  ack: { summary: 'A request succeeded; `id` is the request’s.', data: Type.Unknown() },
  error: {
    summary: 'A request failed (`id` is the request’s), or a frame could not be read.',
    data: Type.Object({
      code: Type.Integer({ description: 'As in the error table.', examples: [4010] }),
      msg: Type.String({ examples: ['type: has to be one of ping, send_message.'] }),
      retryable: Type.Boolean({ description: 'The same request may succeed later.' }),
      retry_after: Type.Optional(Type.Number({ description: 'Seconds to wait.' })),
      field: Type.Optional(Type.String({ description: 'What is wrong.', examples: ['type'] })),
      ...refusedFields,
      trace_id: Type.Optional(
        Type.String({ description: 'With 5000: the log of the server has the rest under it.' }),
      ),
    }),
  },
  pong: { summary: 'The answer to `ping`.', data: Type.Unknown() },
  message: {
    summary:
      'A message, to every device of every member but the socket that sent it. If nothing before ' +
      'it was unread to its sender, the sender’s read mark stands at its `seq` now, and no other ' +
      'frame says so.',
    data: Message,
  },
  message_sent: {
    summary:
      'A message that this session sent by REST, in place of `message`. Told again after a ' +
      'crash of the server, it comes as `message`, with a `seq` that is known already.',
    data: Message,
  },
  message_updated: {
    summary: 'A message changed: it was recalled or edited.',
    data: Type.Intersect([Message, Type.Object({ conversation_version: Seq })]),
  },
  read_receipt: {
    summary: 'The mark of the other side moved: by reading, or over what that side said itself.',
    data: Type.Object({
      conversation_id: Id,
      reader_user_id: PeerId,
      read_seq: Seq,
      read_at: MaybeTime,
    }),
  },
  typing: {
    summary: 'Somebody is typing.',
    data: Type.Object({ conversation_id: Id, user_id: PeerId, nickname: Type.String() }),
  },
  friend_request: { summary: 'Somebody asks to be friends.', data: FriendRequest },
  friend_accepted: {
    summary: 'A request of mine was accepted.',
    data: Type.Object({ request_id: Id, friend: User }),
  },
  friend_added: {
    summary: 'I have accepted a request, on this device or another of mine.',
    data: Type.Object({ request_id: Id, friend: User }),
  },
  friend_removed: { summary: 'A friendship ended.', data: Type.Object({ user_id: PeerId }) },
  moment_activity: {
    summary: 'Somebody I may see likes or comments on a moment of mine, or one I took part in.',
    data: Type.Object({
      moment_id: Id,
      kind: Type.Union([Type.Literal('like'), Type.Literal('comment')]),
      user: User,
      comment: Type.Optional(MomentComment),
    }),
  },
  conversation_updated: {
    summary:
      'A setting or my read mark changed, by reading or sending, on whatever device of mine.',
    data: Type.Object({
      conversation_id: Id,
      read_seq: Type.Optional(Seq),
      unread: Type.Optional(
        Type.Integer({
          ...Seq,
          description: 'Messages of others after the mark, as this was told.',
        }),
      ),
    }),
  },
  heads: {
    summary: 'Newest seq of conversations with recent traffic, at least every 30 s.',
    data: Type.Record(Type.String({ pattern: '^[0-9]+$' }), Seq, { examples: [{ 1042: 7 }] }),
  },
  kicked: {
    summary: 'The server is about to close.',
    data: Type.Object({ reason: Type.String({ examples: ['the session ended'] }) }),
  },
} as const satisfies Record<string, ServerFrame>

export type ServerFrameType = keyof typeof serverFrames
export type ServerData<T extends ServerFrameType> = Static<(typeof serverFrames)[T]['data']>
