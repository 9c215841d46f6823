// Groups and their members as the wire shows them.
import { must } from '../../core/assert.ts'
import type { Announcement } from '../../protocol/groups.board.ts'
import type { GroupBan, GroupInvitation } from '../../protocol/groups.entry.ts'
import type { JoinRequest, GroupMember } from '../../protocol/groups.members.ts'
import { roles, type Group } from '../../protocol/groups.ts'
import type { User } from '../../protocol/people.ts'
import type { AnnouncementRow } from './board/store.ts'
import type { BanRow, InvitationRow } from './entry/store.ts'
import type { RequestRow } from './entry/requests.store.ts'
import type { MemberRow } from './members.store.ts'
import { historyNames } from './policy.ts'
import type { GroupRow } from './store.ts'

type Profiles = ReadonlyMap<number, User>

const person = (profiles: Profiles, id: number) => must(profiles.get(id), 'a row names a person')

/** Without `owner` where nobody in particular looks. */
export function groupView(row: GroupRow, profiles?: Profiles): Group {
  return {
    id: row.id,
    group_id: row.group_id,
    conversation_id: row.id,
    name: row.name,
    avatar: row.avatar,
    description: row.description,
    owner_id: row.owner_name,
    max_members: row.max_members,
    member_count: row.member_count,
    is_public: row.is_public,
    join_approval: row.join_approval,
    history: historyNames[row.history] ?? 'joining',
    mute_all: row.posting_role > roles.member,
    slow_seconds: row.slow_seconds,
    created_at: row.created_at.toISOString(),
    updated_at: row.updated_at.toISOString(),
    ...(row.my_role === null ? {} : { my_role: row.my_role }),
    ...(profiles ? { owner: person(profiles, row.owner_id) } : {}),
  }
}

/** Of whoever keeps their face from the viewer their `user_id` stands in for every name. */
export function memberView(row: MemberRow, profiles: Profiles, isKept: boolean): GroupMember {
  const user = person(profiles, row.user_id)
  const joined = row.joined_at.toISOString()
  return {
    id: row.id,
    group_id: row.group_id,
    user_id: user.user_id,
    role: row.role,
    nickname: isKept ? '' : row.nickname,
    joined_at: joined,
    is_muted: row.is_muted,
    muted_until: row.muted_until?.toISOString() ?? null,
    created_at: joined,
    updated_at: joined,
    user,
  }
}

export function requestView(row: RequestRow, profiles: Profiles): JoinRequest {
  const user = person(profiles, row.user_id)
  return {
    id: row.id,
    group_id: row.group_id,
    user_id: user.user_id,
    message: row.message,
    status: row.status,
    created_at: row.created_at.toISOString(),
    updated_at: row.updated_at.toISOString(),
    user,
  }
}

export function invitationView(
  row: InvitationRow,
  group: Group,
  profiles: Profiles,
): GroupInvitation {
  const inviter = person(profiles, row.inviter_id)
  return {
    id: row.id,
    group_id: row.group_id,
    group,
    inviter_user_id: inviter.user_id,
    invitee_user_id: person(profiles, row.invitee_id).user_id,
    status: row.status,
    created_at: row.created_at.toISOString(),
    updated_at: row.updated_at.toISOString(),
    inviter,
  }
}

export function banView(row: BanRow, profiles: Profiles): GroupBan {
  const user = person(profiles, row.user_id)
  return {
    group_id: row.group_id,
    user_id: user.user_id,
    by_user_id: person(profiles, row.by_id).user_id,
    created_at: row.created_at.toISOString(),
    user,
  }
}

export function announcementView(row: AnnouncementRow, profiles: Profiles): Announcement {
  const author = person(profiles, row.author_id)
  return {
    id: row.id,
    group_id: row.group_id,
    author_id: author.user_id,
    content: row.content,
    is_pinned: row.is_pinned,
    read_by_me: row.read_by_me,
    read_count: row.read_count,
    created_at: row.created_at.toISOString(),
    updated_at: row.updated_at.toISOString(),
    author,
  }
}
