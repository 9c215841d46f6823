// Moments: posts to friends, with likes and comments.
import { Type, type Static } from '@sinclair/typebox'
import { User } from './people.ts'
import type { Operation } from './operation.ts'
import {
  CursorPage,
  Cursor,
  Done,
  Id,
  Page,
  PageSize,
  PeerId,
  Phrase,
  Prepared,
  Time,
  Url,
  UserId,
} from './scalars.ts'

const Visible = Type.Integer({
  minimum: 0,
  maximum: 2,
  default: 0,
  description: '0 everyone, 1 friends, 2 only me.',
  examples: [0],
})

const Image = Type.String({ ...Url, examples: ['https://example.com/lake.jpg'] })
const Words = Type.String({ description: 'May be empty.', examples: ['First swim of the year.'] })
const Location = Type.String({ maxLength: 128, examples: ['At the lake'], [Prepared]: 'shown' })
const Count = Type.Integer({
  minimum: 0,
  description: 'Only of what the caller may see.',
  examples: [2],
})
const Comment = Type.String({ description: '1 to 500 characters.', examples: ['Cold?'] })

export const MomentLike = Type.Object(
  { id: Id, moment_id: Id, user_id: PeerId, created_at: Time, user: User },
  { title: 'MomentLike' },
)
export type MomentLike = Static<typeof MomentLike>

export const RepliedComment = Type.Object(
  { id: Id, user_id: UserId, content: Comment, created_at: Time, user: User },
  { title: 'RepliedComment', description: 'The comment that one answers, where it may be seen.' },
)

export const MomentComment = Type.Object(
  {
    id: Id,
    moment_id: Id,
    user_id: PeerId,
    reply_to_id: Type.Union([Id, Type.Null()], {
      description: 'Null as well when the caller may not see that comment.',
    }),
    content: Comment,
    created_at: Time,
    updated_at: Time,
    user: User,
    reply_to: Type.Optional(RepliedComment),
  },
  { title: 'MomentComment' },
)
export type MomentComment = Static<typeof MomentComment>

const listed = (whom: string) =>
  Type.Optional(Type.Array(UserId, { description: `Friends ${whom}; shown to the author alone.` }))

export const Moment = Type.Object(
  {
    id: Id,
    user_id: UserId,
    content: Words,
    images: Type.String({
      description: '`image_list` as a string holding a JSON array.',
      examples: ['["https://example.com/lake.jpg"]'],
    }),
    image_list: Type.Array(Image),
    location: Location,
    visible: Visible,
    like_count: Count,
    comment_count: Count,
    liked_by_me: Type.Boolean({ examples: [false] }),
    created_at: Time,
    updated_at: Time,
    user: User,
    allow_list: listed('it is only for'),
    deny_list: listed('it is not for'),
    likes: Type.Optional(
      Type.Array(MomentLike, {
        description: 'Oldest first: the first 100 with a single moment, the newest 20 in a list.',
      }),
    ),
    comments: Type.Optional(
      Type.Array(MomentComment, {
        description: 'Oldest first: the first 100 with a single moment, the newest 10 in a list.',
      }),
    ),
  },
  { title: 'Moment' },
)
export type Moment = Static<typeof Moment>

const chosen = (whom: string) =>
  Type.Optional(Type.Array(PeerId, { maxItems: 500, description: `Only friends; ${whom}` }))

export const NewMoment = Type.Object(
  {
    content: Type.Optional(
      Type.String({
        maxLength: 2_000,
        description: 'Up to 2,000 characters; may be empty with images.',
        examples: ['First swim of the year.'],
        [Prepared]: 'shown',
      }),
    ),
    images: Type.Optional(
      Type.Union([Type.Array(Image, { maxItems: 9 }), Type.String({ maxLength: 24_576 })], {
        description:
          'Up to 9 https addresses, http addresses of this installation or paths of this server: ' +
          'an array, or a string holding a JSON array.',
        examples: [['https://example.com/lake.jpg']],
      }),
    ),
    media_ids: Type.Optional(
      Type.Array(Id, {
        maxItems: 9,
        description: 'Files of mine, after `images`: up to 9 of both together.',
        examples: [[]],
      }),
    ),
    location: Type.Optional(Location),
    visible: Type.Optional(Visible),
    allow_list: chosen('nobody else sees it. Not together with `deny_list`.'),
    deny_list: chosen('they do not see it.'),
  },
  { title: 'NewMoment', examples: [{ content: 'First swim of the year.', visible: 1 }] },
)
export type NewMoment = Static<typeof NewMoment>

const byId = Type.Object({ id: Id })
const pages = {
  page: Type.Optional(Page),
  page_size: Type.Optional(PageSize),
  cursor: Type.Optional(Cursor),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 100 })),
}
const paging = Type.Object(pages, {
  description: 'Newest first; an array, or a cursor page when `cursor` or `limit` is given.',
})
const Moments = Type.Union([Type.Array(Moment), CursorPage(Moment)])
const Liked = Type.Object(
  {
    message: Phrase,
    like_count: Count,
    liked_by_me: Type.Boolean({ examples: [true] }),
  },
  { title: 'Liked' },
)

export const operations = {
  'moments.create': {
    method: 'POST',
    path: '/moments/create',
    summary: 'Post a moment, to everyone, to friends, to some of them or to oneself',
    tag: 'moments',
    limit: 'post',
    body: NewMoment,
    data: Moment,
    errors: ['validation', 'notFound'],
  },
  'moments.mine': {
    method: 'GET',
    path: '/moments/my-list',
    summary: 'My own moments, newest first',
    tag: 'moments',
    query: paging,
    data: Moments,
    errors: ['validation'],
  },
  'moments.timeline': {
    method: 'GET',
    path: '/moments/timeline',
    summary: 'Moments of my friends and my own, newest first',
    tag: 'moments',
    query: paging,
    data: Moments,
    errors: ['validation'],
  },
  'moments.wall': {
    method: 'GET',
    path: '/moments/user/{user_id}',
    summary: 'Somebody’s moments as far as I may see them, newest first',
    tag: 'moments',
    params: Type.Object({ user_id: PeerId }),
    query: paging,
    data: Moments,
    errors: ['userNotFound', 'validation'],
  },
  'moments.get': {
    method: 'GET',
    path: '/moments/{id}',
    summary: 'One moment with its first likes and comments',
    tag: 'moments',
    params: byId,
    data: Moment,
    errors: ['momentNotFound'],
  },
  'moments.remove': {
    method: 'DELETE',
    path: '/moments/{id}',
    summary: 'Delete my moment with its likes and comments',
    tag: 'moments',
    params: byId,
    data: Done,
    errors: ['momentNotFound', 'notAllowed'],
  },
  'moments.like': {
    method: 'POST',
    path: '/moments/{id}/like',
    summary: 'Like a moment I see; a second time changes nothing',
    tag: 'moments',
    limit: 'post',
    params: byId,
    data: Liked,
    errors: ['momentNotFound'],
  },
  'moments.unlike': {
    method: 'DELETE',
    path: '/moments/{id}/unlike',
    summary: 'Take my like back; a second time changes nothing',
    tag: 'moments',
    params: byId,
    data: Liked,
    errors: ['momentNotFound'],
  },
  'moments.likes': {
    method: 'GET',
    path: '/moments/{id}/likes',
    summary: 'Likes by people I may see, oldest first',
    tag: 'moments',
    params: byId,
    query: Type.Object(pages),
    data: Type.Union([Type.Array(MomentLike), CursorPage(MomentLike)]),
    errors: ['momentNotFound', 'validation'],
  },
  'moments.comment': {
    method: 'POST',
    path: '/moments/{id}/comment',
    summary: 'Comment on a friend’s moment or my own, or answer a comment there',
    tag: 'moments',
    limit: 'post',
    params: byId,
    body: Type.Object({
      content: Type.String({ maxLength: 500, examples: ['Cold?'], [Prepared]: 'shown' }),
      reply_to_id: Type.Optional(Type.Union([Id, Type.Null()])),
    }),
    data: MomentComment,
    errors: ['momentNotFound', 'notAllowed', 'validation'],
  },
  'moments.comments': {
    method: 'GET',
    path: '/moments/{id}/comments',
    summary: 'Comments by people I may see, oldest first',
    tag: 'moments',
    params: byId,
    query: Type.Object(pages),
    data: Type.Union([Type.Array(MomentComment), CursorPage(MomentComment)]),
    errors: ['momentNotFound', 'validation'],
  },
  'moments.removeComment': {
    method: 'DELETE',
    path: '/moments/comments/{comment_id}',
    summary: 'Delete my comment, or any comment on my moment',
    tag: 'moments',
    params: Type.Object({ comment_id: Id }),
    data: Done,
    errors: ['momentNotFound', 'notAllowed'],
  },
} as const satisfies Record<string, Operation>
