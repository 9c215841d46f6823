// Moments, as others hear of them, and as their author takes them along.
import { Type } from '@sinclair/typebox'
import type { Event } from './event.ts'
import type { ServerFrame } from './frame.ts'
import { MomentComment } from './moments.ts'
import { User } from './people.ts'
import { Id, Strict, Time, UserId } from './scalars.ts'

export const serverFrames = {
  moment_activity: {
    summary: 'Somebody I may see likes or comments on a moment of mine, or one I took part in.',
    data: Type.Object({
      moment_id: Id,
      kind: Type.Union([Type.Literal('like'), Type.Literal('comment')]),
      user: User,
      comment: Type.Optional(MomentComment),
    }),
  },
} as const satisfies Record<string, ServerFrame>

export const events = {
  'moment.liked': { data: Type.Object({ like_id: Id }), audience: 'found', kept: false },
  'moment.commented': { data: Type.Object({ comment_id: Id }), audience: 'found', kept: false },
} as const satisfies Record<string, Event>

const OwnMoment = Type.Object(
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
  Strict,
)

const OwnLike = Type.Object({ id: Id, moment_id: Id, created_at: Time }, Strict)

const OwnComment = Type.Object(
  {
    id: Id,
    moment_id: Id,
    reply_to_id: Type.Union([Id, Type.Null()]),
    content: Type.String(),
    created_at: Time,
    updated_at: Time,
  },
  Strict,
)

export const exportFiles = {
  moments: Type.Array(OwnMoment),
  moment_likes: Type.Array(OwnLike),
  moment_comments: Type.Array(OwnComment),
}
