// Rows of accounts as the wire shows them.
import type { User } from '../../protocol/people.ts'
import type { PersonRow } from './sight.store.ts'

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

/** No more of a person than their name. */
export function bareView(user: User): User {
  const { user_id: nickname, created_at: updated_at } = user
  return { ...user, nickname, avatar: '', updated_at }
}

export function publicView(row: PersonRow, viewer: number): User & { bio: string } {
  const isKept = row.kept_from.includes(viewer)
  return { ...userView(row, viewer), bio: isKept ? '' : row.bio }
}
