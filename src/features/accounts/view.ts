// Rows of accounts as the wire shows them.
import type { Me, Session, User } from '../../protocol/accounts.ts'
import type { PersonRow } from './people.store.ts'
import type { SessionRow } from './sessions.store.ts'
import type { UserRow } from './store.ts'

/**
 * A person as the viewer sees them: never the address, nor when they were last here. For whom they
 * have blocked their name stands in for the rest, which could change and would tell of them.
 */
export function userView(row: PersonRow, viewer: number): User {
  const isKept = row.kept_from.includes(viewer)
  return {
    id: row.id,
    user_id: row.user_id,
    nickname: isKept ? row.user_id : row.nickname,
    avatar: isKept ? '' : row.avatar,
    created_at: row.created_at.toISOString(),
    updated_at: (isKept ? row.created_at : row.updated_at).toISOString(),
  }
}

export function publicView(row: PersonRow, viewer: number): User & { bio: string } {
  const isKept = row.kept_from.includes(viewer)
  return { ...userView(row, viewer), bio: isKept ? '' : row.bio }
}

/** All of it, for its owner alone. */
export function meView(row: UserRow): Me {
  return {
    id: row.id,
    user_id: row.user_id,
    nickname: row.nickname,
    avatar: row.avatar,
    created_at: row.created_at.toISOString(),
    updated_at: row.updated_at.toISOString(),
    last_login_at: row.last_login_at?.toISOString() ?? null,
    email: row.email,
    email_verified: row.email_verified_at !== null,
    bio: row.bio,
    locale: row.locale,
  }
}

export function sessionView(row: SessionRow, current: number): Session {
  return {
    id: row.id,
    device_id: row.device_id,
    device_name: row.device_name,
    address: row.address,
    current: row.id === current,
    created_at: row.created_at.toISOString(),
    last_used_at: row.last_used_at.toISOString(),
  }
}
