// Members of groups: how people come in, what they may do there, and how they go.
import { Type, type Static } from '@sinclair/typebox'
import { Group, inGroup, ofGroup as params, paging, Role } from './groups.ts'
import { User } from './people.ts'
import type { Operation } from './operation.ts'
import {
  CursorPage,
  Done,
  GroupId,
  Id,
  Instant,
  MaybeTime,
  PeerId,
  Prepared,
  Time,
  UserId,
} from './scalars.ts'

export const GroupMember = Type.Object(
  {
    id: Id,
    group_id: GroupId,
    user_id: UserId,
    role: Role,
    nickname: Type.String({ description: 'In this group; empty: as everywhere.', examples: [''] }),
    joined_at: Time,
    is_muted: Type.Boolean({ description: 'By an admin, until `muted_until`.' }),
    muted_until: MaybeTime,
    created_at: Time,
    updated_at: Time,
    user: User,
  },
  { title: 'GroupMember' },
)
export type GroupMember = Static<typeof GroupMember>

export const JoinRequest = Type.Object(
  {
    id: Id,
    group_id: GroupId,
    user_id: UserId,
    message: Type.String({ examples: ['I swim, too.'] }),
    status: Type.Integer({
      description: '0 pending, 1 accepted, 2 rejected, 3 expired.',
      examples: [0],
    }),
    created_at: Time,
    updated_at: Time,
    user: Type.Optional(User),
  },
  { title: 'JoinRequest' },
)
export type JoinRequest = Static<typeof JoinRequest>

export const Joined = Type.Object(
  {
    status: Type.Union([Type.Literal('joined'), Type.Literal('requested')]),
    group: Type.Optional(Group),
    request: Type.Optional(JoinRequest),
  },
  { title: 'Joined', description: 'In it, with the group; or asked, with the request.' },
)

const target = Type.Object({ target_user_id: PeerId })
const byId = Type.Object({ id: Id })
const tag = 'groups'

export const operations = {
  'groups.join': {
    method: 'POST',
    path: '/groups/join',
    summary: 'Join a public group, or ask to where an admin has to agree',
    tag,
    limit: 'request',
    body: Type.Object({
      group_id: GroupId,
      message: Type.Optional(Type.String({ maxLength: 200, examples: ['I swim, too.'] })),
    }),
    data: Joined,
    errors: ['groupNotFound', 'groupFull', 'conflict', 'requestExists', 'notAllowed'],
  },
  'groups.requests': {
    method: 'GET',
    path: '/groups/{group_id}/requests',
    summary: 'Who asks to join, newest first; for admins',
    tag,
    params,
    query: Type.Object(paging),
    data: Type.Union([Type.Array(JoinRequest), CursorPage(JoinRequest)]),
    errors: [...inGroup, 'validation'],
  },
  'groups.acceptRequest': {
    method: 'POST',
    path: '/groups/requests/{id}/accept',
    summary: 'Let somebody in who asked; for admins',
    tag,
    params: byId,
    data: JoinRequest,
    errors: ['requestNotFound', 'notAllowed', 'groupFull', 'conflict'],
  },
  'groups.rejectRequest': {
    method: 'POST',
    path: '/groups/requests/{id}/reject',
    summary: 'Do not let somebody in who asked; for admins',
    tag,
    params: byId,
    data: JoinRequest,
    errors: ['requestNotFound', 'notAllowed'],
  },
  'groups.leave': {
    method: 'POST',
    path: '/groups/{group_id}/leave',
    summary: 'Leave; an owner hands the group on before, or is alone and ends it',
    tag,
    params,
    data: Done,
    errors: ['groupNotFound', 'conflict'],
  },
  'groups.kick': {
    method: 'POST',
    path: '/groups/{group_id}/kick',
    summary: 'Remove a member of lower role; for admins',
    tag,
    params,
    body: target,
    data: Done,
    errors: [...inGroup, 'notMember', 'validation'],
  },
  'groups.setRole': {
    method: 'POST',
    path: '/groups/{group_id}/set-role',
    summary: 'Make a member an admin or an admin a member; for the owner',
    tag,
    params,
    body: Type.Object({
      target_user_id: PeerId,
      role: Type.Integer({ minimum: 1, maximum: 2, examples: [2] }),
    }),
    data: GroupMember,
    errors: [...inGroup, 'notMember', 'validation'],
  },
  'groups.mute': {
    method: 'POST',
    path: '/groups/{group_id}/mute',
    summary:
      'Keep a member of lower role from speaking until a time, or let them again; for admins',
    tag,
    params,
    body: Type.Object({
      target_user_id: PeerId,
      until: Type.Union([Instant, Type.Null()]),
    }),
    data: GroupMember,
    errors: [...inGroup, 'notMember', 'validation'],
  },
  'groups.transfer': {
    method: 'POST',
    path: '/groups/{group_id}/transfer',
    summary: 'Hand the group to another member; for the owner',
    tag,
    params,
    body: target,
    data: Group,
    errors: [...inGroup, 'notMember', 'validation'],
  },
  'groups.members': {
    method: 'GET',
    path: '/groups/{group_id}/members',
    summary:
      'Who is in it, higher roles first; `keyword` is how an id, a nickname or a name in the group ' +
      'begins, or pinyin of it. Whom I have blocked finds me by my id alone',
    tag,
    params,
    query: Type.Object({
      ...paging,
      keyword: Type.Optional(Type.String({ maxLength: 64, examples: ['bo'], [Prepared]: 'key' })),
    }),
    data: Type.Union([Type.Array(GroupMember), CursorPage(GroupMember)]),
    errors: ['groupNotFound', 'validation'],
  },
} as const satisfies Record<string, Operation>
