// How people are brought into a group, and kept out of it: invitations, links, bans.
import { Type, type Static } from '@sinclair/typebox'
import { Joined } from './groups.members.ts'
import { Group, inGroup, ofGroup as params, paging } from './groups.ts'
import type { Operation } from './operation.ts'
import { User } from './people.ts'
import { CursorPage, Done, GroupId, Id, MaybeTime, PeerId, Time, UserId } from './scalars.ts'

export const GroupInvitation = Type.Object(
  {
    id: Id,
    group_id: GroupId,
    group: Group,
    inviter_user_id: UserId,
    invitee_user_id: PeerId,
    status: Type.Integer({
      description: '0 pending, 1 accepted, 2 rejected, 3 expired.',
      examples: [0],
    }),
    created_at: Time,
    updated_at: Time,
    inviter: User,
  },
  { title: 'GroupInvitation' },
)
export type GroupInvitation = Static<typeof GroupInvitation>

export const InviteLink = Type.Object(
  {
    id: Id,
    group_id: GroupId,
    code: Type.Optional(Type.String({ description: 'Shown once, when it is made.' })),
    url: Type.Optional(
      Type.String({ description: 'The same to be opened or shown as a QR code.' }),
    ),
    uses: Type.Integer({ minimum: 0, examples: [0] }),
    max_uses: Type.Union([Type.Integer({ examples: [10] }), Type.Null()]),
    expires_at: MaybeTime,
    created_by: UserId,
    created_at: Time,
  },
  { title: 'InviteLink' },
)
export type InviteLink = Static<typeof InviteLink>

export const GroupBan = Type.Object(
  { group_id: GroupId, user_id: PeerId, by_user_id: UserId, created_at: Time, user: User },
  { title: 'GroupBan' },
)
export type GroupBan = Static<typeof GroupBan>

const byId = Type.Object({ id: Id })
const target = Type.Object({ target_user_id: PeerId })
const tag = 'groups'

export const operations = {
  'groups.invite': {
    method: 'POST',
    path: '/groups/{group_id}/invite',
    summary: 'Ask a friend to come in',
    tag,
    limit: 'request',
    params,
    body: Type.Object({ invitee_user_id: PeerId }),
    data: GroupInvitation,
    errors: [...inGroup, 'invitationExists', 'conflict', 'userNotFound', 'groupFull'],
  },
  'groups.acceptInvitation': {
    method: 'POST',
    path: '/groups/invitations/{id}/accept',
    summary: 'Come in, or ask an admin to where one has to agree',
    tag,
    params: byId,
    data: Joined,
    errors: ['invitationNotFound', 'invitationHandled', 'groupFull', 'conflict', 'notAllowed'],
  },
  'groups.rejectInvitation': {
    method: 'POST',
    path: '/groups/invitations/{id}/reject',
    summary: 'Do not come in',
    tag,
    params: byId,
    data: GroupInvitation,
    errors: ['invitationNotFound', 'invitationHandled'],
  },
  'groups.receivedInvitations': {
    method: 'GET',
    path: '/groups/invitations/received',
    summary: 'Who asks me into which group, newest first',
    tag,
    query: Type.Object(paging),
    data: Type.Union([Type.Array(GroupInvitation), CursorPage(GroupInvitation)]),
    errors: ['validation'],
  },
  'groups.createLink': {
    method: 'POST',
    path: '/groups/{group_id}/invite-links',
    summary: 'A link by which whoever has it comes in; for admins',
    tag,
    params,
    body: Type.Object({
      expires_in: Type.Optional(
        Type.Integer({
          minimum: 60,
          maximum: 365 * 86_400,
          description: 'Seconds; without it until it is revoked.',
          examples: [86_400],
        }),
      ),
      max_uses: Type.Optional(Type.Integer({ minimum: 1, maximum: 10_000, examples: [10] })),
    }),
    data: InviteLink,
    errors: [...inGroup, 'conflict', 'validation'],
  },
  'groups.links': {
    method: 'GET',
    path: '/groups/{group_id}/invite-links',
    summary: 'The links of a group that still work; for admins',
    tag,
    params,
    data: Type.Array(InviteLink),
    errors: inGroup,
  },
  'groups.revokeLink': {
    method: 'DELETE',
    path: '/groups/{group_id}/invite-links/{link_id}',
    summary: 'End a link; for admins',
    tag,
    params: Type.Object({ ...params.properties, link_id: Id }),
    data: Done,
    errors: [...inGroup, 'invitationNotFound'],
  },
  'groups.joinByLink': {
    method: 'POST',
    path: '/groups/join-link',
    summary: 'Come in by a link, or ask an admin to where one has to agree',
    tag,
    limit: 'request',
    body: Type.Object({ code: Type.String({ maxLength: 64, examples: ['q7Jx0bYp3v2mK9sT'] }) }),
    data: Joined,
    errors: ['invitationNotFound', 'groupFull', 'conflict', 'requestExists', 'notAllowed'],
  },
  'groups.ban': {
    method: 'POST',
    path: '/groups/{group_id}/ban',
    summary: 'Keep somebody out until they are let in again, a member or not; for admins',
    tag,
    params,
    body: target,
    data: Done,
    errors: [...inGroup, 'userNotFound', 'validation'],
  },
  'groups.unban': {
    method: 'DELETE',
    path: '/groups/{group_id}/ban/{user_id}',
    summary: 'Let somebody come in again; for admins',
    tag,
    params: Type.Object({ ...params.properties, user_id: PeerId }),
    data: Done,
    errors: [...inGroup, 'userNotFound'],
  },
  'groups.bans': {
    method: 'GET',
    path: '/groups/{group_id}/bans',
    summary: 'Who is kept out, newest first; for admins',
    tag,
    params,
    query: Type.Object(paging),
    data: Type.Union([Type.Array(GroupBan), CursorPage(GroupBan)]),
    errors: [...inGroup, 'validation'],
  },
} as const satisfies Record<string, Operation>
