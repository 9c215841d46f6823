// Groups: what they are, and what they are made to be.
import { Type, type Static } from '@sinclair/typebox'
import { User } from './people.ts'
import type { Operation } from './operation.ts'
import {
  Cursor,
  CursorPage,
  Done,
  GroupId,
  Id,
  Page,
  PageSize,
  PeerId,
  Prepared,
  Time,
  Url,
  UserId,
} from './scalars.ts'

export const roles = { member: 1, admin: 2, owner: 3 } as const

export const Role = Type.Integer({ description: '1 member, 2 admin, 3 owner.', examples: [1] })
const Count = Type.Integer({ minimum: 0, examples: [3] })

const Name = Type.String({
  minLength: 1,
  maxLength: 64,
  examples: ['Lake swimmers'],
  [Prepared]: 'name',
})
const Description = Type.String({
  maxLength: 500,
  examples: ['Every Sunday at eight.'],
  [Prepared]: 'shown',
})

const histories = ['joining', 'recent', 'all'] as const
const History = Type.Union(
  histories.map((each) => Type.Literal(each)),
  {
    description:
      'What newcomers may read: what is said from then on, the last 100 messages as well, or all.',
    examples: ['joining'],
  },
)
export type History = (typeof histories)[number]

export const Group = Type.Object(
  {
    id: Id,
    group_id: GroupId,
    conversation_id: Id,
    name: Name,
    avatar: Type.String({ examples: [''] }),
    description: Description,
    owner_id: UserId,
    max_members: Count,
    member_count: Count,
    is_public: Type.Boolean({ description: 'Strangers find it and see what stands here.' }),
    join_approval: Type.Boolean({ description: 'Joining is asking an admin.' }),
    history: History,
    mute_all: Type.Boolean({ description: 'Admins alone may speak.' }),
    slow_seconds: Type.Integer({
      minimum: 0,
      description: 'Slow mode: from one message of a member to their next; 0 is off.',
      examples: [0],
    }),
    created_at: Time,
    updated_at: Time,
    my_role: Type.Optional(Role),
    owner: Type.Optional(User),
  },
  { title: 'Group', description: 'With `my_role` for its members alone.' },
)
export type Group = Static<typeof Group>

const settings = {
  description: Type.Optional(Description),
  avatar: Type.Optional(Url),
  avatar_media_id: Type.Optional(
    Type.Integer({ ...Id, description: 'An image of mine, in place of `avatar`.' }),
  ),
  max_members: Type.Optional(Type.Integer({ minimum: 2, maximum: 10_000, examples: [500] })),
  is_public: Type.Optional(Type.Boolean({ examples: [true] })),
  join_approval: Type.Optional(Type.Boolean({ examples: [false] })),
  history: Type.Optional(History),
}

export const ofGroup = Type.Object({ group_id: GroupId })
export const paging = {
  page: Type.Optional(Page),
  page_size: Type.Optional(PageSize),
  cursor: Type.Optional(Cursor),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 100, examples: [20] })),
}

const tag = 'groups'
/** Unknown, foreign and dissolved groups answer alike. */
export const inGroup = ['groupNotFound', 'notAllowed'] as const

export const operations = {
  'groups.create': {
    method: 'POST',
    path: '/groups/create',
    summary: 'Make a group, with friends as its first members',
    tag,
    limit: 'group',
    body: Type.Object(
      {
        name: Name,
        ...settings,
        member_ids: Type.Optional(Type.Array(PeerId, { maxItems: 100, examples: [['bob']] })),
      },
      { examples: [{ name: 'Lake swimmers', is_public: true, history: 'all' }] },
    ),
    data: Group,
    errors: ['validation', 'notFound', 'conflict', 'groupFull', 'notAllowed'],
  },
  'groups.mine': {
    method: 'GET',
    path: '/groups/my-list',
    summary: 'The groups I am in, the newest first',
    tag,
    query: Type.Object(paging),
    data: Type.Union([Type.Array(Group), CursorPage(Group)]),
    errors: ['validation'],
  },
  'groups.search': {
    method: 'GET',
    path: '/groups/search',
    summary:
      'Public groups and my own by how their name begins or by their whole id; then those found by ' +
      'pinyin, as people are',
    tag,
    limit: 'search',
    query: Type.Object({
      keyword: Type.String({ maxLength: 64, examples: ['lake'], [Prepared]: 'key' }),
      page: Type.Optional(Page),
      page_size: Type.Optional(PageSize),
    }),
    data: Type.Array(Group),
    errors: ['emptyKeyword', 'validation'],
  },
  'groups.get': {
    method: 'GET',
    path: '/groups/{group_id}',
    summary: 'A group of mine, or a public one',
    tag,
    params: ofGroup,
    data: Group,
    errors: ['groupNotFound'],
  },
  'groups.update': {
    method: 'PUT',
    path: '/groups/{group_id}',
    summary: 'Change what a group is; for admins',
    tag,
    params: ofGroup,
    body: Type.Object(
      {
        name: Type.Optional(Name),
        ...settings,
        mute_all: Type.Optional(Type.Boolean({ examples: [false] })),
        slow_seconds: Type.Optional(Type.Integer({ minimum: 0, maximum: 86_400, examples: [30] })),
      },
      { examples: [{ name: 'Lake swimmers', slow_seconds: 30 }] },
    ),
    data: Group,
    errors: [...inGroup, 'validation', 'notFound'],
  },
  'groups.dissolve': {
    method: 'DELETE',
    path: '/groups/{group_id}',
    summary: 'End a group for everybody; for its owner',
    tag,
    params: ofGroup,
    data: Done,
    errors: inGroup,
  },
} as const satisfies Record<string, Operation>
