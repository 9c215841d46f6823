// What somebody gets who asks for their data: one JSON file per kind of thing, in one ZIP.
import { Type, type Static } from '@sinclair/typebox'
import { RequestStatus } from './friends.ts'
import { Id, MaybeTime, Seq, Time, UserId } from './scalars.ts'

const strict = { additionalProperties: false } as const

const Profile = Type.Object(
  {
    id: Id,
    user_id: UserId,
    email: Type.String(),
    email_verified: Type.Boolean(),
    nickname: Type.String(),
    avatar: Type.String(),
    bio: Type.String(),
    locale: Type.String(),
    has_password: Type.Boolean(),
    created_at: Time,
    updated_at: Time,
    last_login_at: MaybeTime,
  },
  strict,
)

const Session = Type.Object(
  {
    id: Id,
    device_id: Type.String(),
    device_name: Type.String(),
    address: Type.String(),
    created_at: Time,
    last_used_at: Time,
    ended_at: MaybeTime,
  },
  strict,
)

const Friend = Type.Object({ friend_id: UserId, remark: Type.String(), created_at: Time }, strict)

const FriendRequest = Type.Object(
  {
    from_user_id: UserId,
    to_user_id: UserId,
    message: Type.String(),
    status: RequestStatus,
    created_at: Time,
    updated_at: Time,
  },
  strict,
)

const Block = Type.Object({ blocked_user_id: UserId, created_at: Time }, strict)

const Conversation = Type.Object(
  {
    id: Id,
    kind: Type.Union([Type.Literal('direct'), Type.Literal('group')]),
    peer_user_id: Type.Union([UserId, Type.Null()], { description: 'Of a direct one.' }),
    last_seq: Seq,
    read_seq: Seq,
    is_pinned: Type.Boolean(),
    is_muted: Type.Boolean(),
    created_at: Time,
  },
  strict,
)

const Message = Type.Object(
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
  strict,
)

const Moment = Type.Object(
  {
    id: Id,
    content: Type.String(),
    images: Type.Array(Type.String()),
    location: Type.String(),
    visible: Type.Integer({ description: '0 everyone, 1 friends, 2 only me.' }),
    allow_list: Type.Optional(Type.Array(UserId)),
    deny_list: Type.Optional(Type.Array(UserId)),
    created_at: Time,
    updated_at: Time,
  },
  strict,
)

const MomentLike = Type.Object({ id: Id, moment_id: Id, created_at: Time }, strict)

const MomentComment = Type.Object(
  {
    id: Id,
    moment_id: Id,
    reply_to_id: Type.Union([Id, Type.Null()]),
    content: Type.String(),
    created_at: Time,
    updated_at: Time,
  },
  strict,
)

const PushSubscription = Type.Object({ id: Id, endpoint: Type.String(), created_at: Time }, strict)

/** The files by name, without their `.json`. */
export const exportFiles = {
  profile: Profile,
  sessions: Type.Array(Session),
  friends: Type.Array(Friend),
  friend_requests: Type.Array(FriendRequest, { description: 'Those made and those received.' }),
  blocks: Type.Array(Block),
  conversations: Type.Array(Conversation),
  messages: Type.Array(Message, {
    description: 'Everything said in the conversations, by conversation and `seq`.',
  }),
  moments: Type.Array(Moment),
  moment_likes: Type.Array(MomentLike),
  moment_comments: Type.Array(MomentComment),
  push_subscriptions: Type.Array(PushSubscription),
}

export type ExportFile = keyof typeof exportFiles
/** One entry of a file that is a list. */
export type ExportedRow<F extends ExportFile> =
  Static<(typeof exportFiles)[F]> extends (infer R)[] ? R : never
export type ExportedProfile = Static<typeof Profile>

/** The schema that lies in every ZIP and at docs/export.schema.json: a property per file. */
export const exportSchema = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title: 'Curlew data export',
  description:
    'Each property is one file of the ZIP, by its name without `.json`; times are RFC 3339 in UTC.',
  ...Type.Object(exportFiles, strict),
}
