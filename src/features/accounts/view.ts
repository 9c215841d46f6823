// Rows of accounts as the wire shows them.
import type { Me, Session, User } from '../../protocol/accounts.ts'
import type { SessionRow } from './sessions.store.ts'
import type { UserRow } from './store.ts'

/** What anyone may see: never the address. */
export function userView(row: UserRow): User {
  return {
    id: row.id,
    user_id: row.user_id,
    nickname: row.nickname,
    avatar: row.avatar,
    created_at: row.created_at.toISOString(),
    updated_at: row.updated_at.toISOString(),
    last_login_at: row.last_login_at?.toISOString() ?? null,
  }
}

export function meView(row: UserRow): Me {
  return {
    ...userView(row),
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
