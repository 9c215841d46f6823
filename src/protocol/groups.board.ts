// What a group keeps in sight: announcements, pinned messages, what members are called there.
import { Type, type Static } from '@sinclair/typebox'
import { GroupMember } from './groups.members.ts'
import { inGroup, ofGroup as params, paging } from './groups.ts'
import { GroupMessage } from './messages.ts'
import type { Operation } from './operation.ts'
import { User } from './people.ts'
import { CursorPage, Done, GroupId, Id, Prepared, Time, UserId } from './scalars.ts'

const Words = Type.String({
  minLength: 1,
  maxLength: 2_000,
  examples: ['Bring towels.'],
  [Prepared]: 'shown',
})

export const Announcement = Type.Object(
  {
    id: Id,
    group_id: GroupId,
    author_id: UserId,
    content: Words,
    is_pinned: Type.Boolean({ examples: [false] }),
    read_by_me: Type.Boolean({ examples: [false] }),
    read_count: Type.Integer({ minimum: 0, examples: [2] }),
    created_at: Time,
    updated_at: Time,
    author: User,
  },
  { title: 'Announcement' },
)
export type Announcement = Static<typeof Announcement>

export const PinnedMessage = Type.Object(
  { message: GroupMessage, pinned_by: UserId, pinned_at: Time },
  { title: 'PinnedMessage' },
)
export type PinnedMessage = Static<typeof PinnedMessage>

const byId = Type.Object({ id: Id })
const byMessage = Type.Object({ ...params.properties, id: Id })
const tag = 'groups'
const foreign = ['announcementNotFound', 'notAllowed'] as const

export const operations = {
  'groups.announce': {
    method: 'POST',
    path: '/groups/{group_id}/announcements',
    summary: 'Announce something; for admins',
    tag,
    params,
    body: Type.Object({
      content: Words,
      is_pinned: Type.Optional(Type.Boolean({ examples: [true] })),
    }),
    data: Announcement,
    errors: [...inGroup, 'conflict', 'validation'],
  },
  'groups.announcements': {
    method: 'GET',
    path: '/groups/{group_id}/announcements',
    summary: 'What was announced, pinned first, then the newest',
    tag,
    params,
    data: Type.Array(Announcement),
    errors: ['groupNotFound'],
  },
  'groups.changeAnnouncement': {
    method: 'PUT',
    path: '/groups/announcements/{id}',
    summary: 'Change an announcement; for admins',
    tag,
    params: byId,
    body: Type.Object({
      content: Type.Optional(Words),
      is_pinned: Type.Optional(Type.Boolean({ examples: [true] })),
    }),
    data: Announcement,
    errors: [...foreign, 'validation'],
  },
  'groups.removeAnnouncement': {
    method: 'DELETE',
    path: '/groups/announcements/{id}',
    summary: 'Take an announcement away; for admins',
    tag,
    params: byId,
    data: Done,
    errors: foreign,
  },
  'groups.readAnnouncement': {
    method: 'PUT',
    path: '/groups/announcements/{id}/read',
    summary: 'I have read it',
    tag,
    params: byId,
    data: Done,
    errors: ['announcementNotFound'],
  },
  'groups.announcementReaders': {
    method: 'GET',
    path: '/groups/announcements/{id}/readers',
    summary: 'Who has read it; for admins',
    tag,
    params: byId,
    query: Type.Object(paging),
    data: Type.Union([Type.Array(User), CursorPage(User)]),
    errors: [...foreign, 'validation'],
  },
  'groups.pin': {
    method: 'POST',
    path: '/groups/{group_id}/messages/{id}/pin',
    summary: 'Keep a message in sight; for admins',
    tag,
    params: byMessage,
    data: Done,
    errors: [...inGroup, 'messageNotFound', 'conflict'],
  },
  'groups.unpin': {
    method: 'DELETE',
    path: '/groups/{group_id}/messages/{id}/pin',
    summary: 'No longer; for admins',
    tag,
    params: byMessage,
    data: Done,
    errors: [...inGroup, 'messageNotFound'],
  },
  'groups.pinned': {
    method: 'GET',
    path: '/groups/{group_id}/pinned-messages',
    summary: 'What is kept in sight, the newest pin first',
    tag,
    params,
    data: Type.Array(PinnedMessage),
    errors: ['groupNotFound'],
  },
  'groups.rename': {
    method: 'PUT',
    path: '/groups/{group_id}/nickname',
    summary: 'What I am called in a group; empty: as everywhere',
    tag,
    params,
    body: Type.Object({
      nickname: Type.String({ maxLength: 64, examples: ['Captain'], [Prepared]: 'name' }),
    }),
    data: GroupMember,
    errors: ['groupNotFound', 'validation'],
  },
} as const satisfies Record<string, Operation>
