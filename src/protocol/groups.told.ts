// What members hear of a group, and what the server tells itself of it.
import { Type, type Static } from '@sinclair/typebox'
import { BurnAfter } from './conversations.ts'
import type { Event } from './event.ts'
import type { ServerFrame } from './frame.ts'
import { Announcement } from './groups.board.ts'
import { GroupInvitation } from './groups.entry.ts'
import { Group } from './groups.ts'
import { User } from './people.ts'
import { GroupId, Id, MaybeTime, PeerId, Seq, Strict, Time, UserId } from './scalars.ts'

/** What a system message tells, as its `content` says it in JSON: clients word it themselves. */
export const SystemMessage = Type.Object(
  {
    event: Type.Union(
      (
        [
          'group_created',
          'member_joined',
          'member_left',
          'member_kicked',
          'member_banned',
          'role_changed',
          'owner_changed',
          'member_muted',
          'member_unmuted',
          'group_changed',
          'message_pinned',
          'timer_changed',
        ] as const
      ).map((each) => Type.Literal(each)),
    ),
    actor: UserId,
    targets: Type.Array(PeerId),
    role: Type.Optional(Type.Integer()),
    until: Type.Optional(MaybeTime),
    changed: Type.Optional(Type.Array(Type.String())),
    message_id: Type.Optional(Id),
    burn_after: Type.Optional(BurnAfter),
  },
  { title: 'SystemMessage' },
)
export type SystemMessage = Static<typeof SystemMessage>

const ofGroup = { group_id: GroupId, conversation_id: Id }

export const serverFrames = {
  group_member_join: {
    summary: 'Somebody came in.',
    data: Type.Object({
      ...ofGroup,
      users: Type.Array(User),
      member_count: Type.Integer({ minimum: 0, examples: [3] }),
    }),
  },
  group_member_leave: {
    summary: 'Somebody left or was removed; who was removed hears it, too.',
    data: Type.Object({
      ...ofGroup,
      user_id: PeerId,
      by_user_id: UserId,
      reason: Type.Union([Type.Literal('left'), Type.Literal('kicked')]),
      member_count: Type.Integer({ minimum: 0, examples: [3] }),
    }),
  },
  group_invitation: {
    summary: 'A friend asks me into a group.',
    data: GroupInvitation,
  },
  group_announcement: {
    summary: 'Something was announced or changed; without `announcement` it was taken away.',
    data: Type.Object({
      ...ofGroup,
      announcement_id: Id,
      announcement: Type.Optional(
        Type.Omit(Announcement, ['author', 'read_by_me'], { title: 'AnnouncementTold' }),
      ),
    }),
  },
  group_info_update: {
    summary: 'What a group is has changed; without `group` it was dissolved.',
    data: Type.Object({ ...ofGroup, group: Type.Optional(Group) }),
  },
} as const satisfies Record<string, ServerFrame>

export const events = {
  'group.joined': {
    data: Type.Object({ conversation_id: Id, users: Type.Array(Id) }),
    audience: { conversation: 'conversation_id' },
    kept: true,
  },
  'group.left': {
    data: Type.Object({ conversation_id: Id, user: Id, by: Id }),
    audience: 'found',
    kept: true,
  },
  'group.invited': {
    data: Type.Object({ invitation: Id, to: Id }),
    audience: { people: ['to'] },
    kept: true,
  },
  /** An invitation was answered. */
  'group.uninvited': {
    data: Type.Object({ invitation: Id, to: Id }),
    audience: { people: ['to'] },
    kept: true,
  },
  /** Somebody asks to come in, or what they asked came to an end. */
  'group.asked': {
    data: Type.Object({ conversation_id: Id, users: Type.Array(Id) }),
    audience: 'found',
    kept: true,
  },
  /** Somebody shows how far they have read, or does no more. */
  'receipts.changed': { data: Type.Object({ user: Id }), audience: 'found', kept: false },
  'group.announced': {
    data: Type.Object({ conversation_id: Id, announcement: Id }),
    audience: { conversation: 'conversation_id' },
    kept: true,
  },
  'group.changed': {
    data: Type.Object({ conversation_id: Id }),
    audience: { conversation: 'conversation_id' },
    kept: true,
  },
  'group.dissolved': {
    data: Type.Object({ conversation_id: Id }),
    audience: 'found',
    kept: true,
  },
} as const satisfies Record<string, Event>

const OwnGroup = Type.Object(
  {
    group_id: GroupId,
    conversation_id: Id,
    name: Type.String(),
    role: Type.Integer({ minimum: 1, maximum: 3 }),
    nickname: Type.String(),
    joined_at: Time,
    left_at: MaybeTime,
    read_seq: Seq,
  },
  Strict,
)

export const exportFiles = { groups: Type.Array(OwnGroup) }
