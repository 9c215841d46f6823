// Requests, friendships, blocks and cards as the wire shows them.
import { must } from '../../core/assert.ts'
import type { Status, User } from '../../protocol/people.ts'
import type { Block, Card, Friend, FriendRequest, Relationship } from '../../protocol/friends.ts'
import type { PublicProfile } from '../people/people.ts'
import { statusView } from '../people/status.ts'
import type { BlockRow } from './blocks.store.ts'
import type { RequestRow } from './requests.store.ts'
import type { FriendRow } from './store.ts'

type Profiles = ReadonlyMap<number, User>

const person = (profiles: Profiles, id: number) => must(profiles.get(id), 'a row names a person')

export function requestView(row: RequestRow, profiles: Profiles): FriendRequest {
  const from = person(profiles, row.from_id)
  const to = person(profiles, row.to_id)
  return {
    id: row.id,
    from_user_id: from.user_id,
    to_user_id: to.user_id,
    message: row.message,
    status: row.status,
    created_at: row.created_at.toISOString(),
    updated_at: row.updated_at.toISOString(),
    from_user: from,
    to_user: to,
  }
}

export function friendView(row: FriendRow, profiles: Profiles): Friend {
  const friend = person(profiles, row.friend_id)
  return {
    id: row.id,
    user_id: person(profiles, row.user_id).user_id,
    friend_id: friend.user_id,
    remark: row.remark,
    created_at: row.created_at.toISOString(),
    updated_at: row.updated_at.toISOString(),
    friend_user: friend,
    status: statusView(row.status),
  }
}

export function blockView(row: BlockRow, profiles: Profiles): Block {
  const blocked = person(profiles, row.blocked_id)
  return {
    id: row.id,
    user_id: person(profiles, row.user_id).user_id,
    blocked_user_id: blocked.user_id,
    created_at: row.created_at.toISOString(),
    blocked_user: blocked,
  }
}

export function cardView(
  profile: PublicProfile,
  relationship: Relationship,
  status: Status | null,
): Card {
  return { ...profile, relationship_status: relationship, status }
}
