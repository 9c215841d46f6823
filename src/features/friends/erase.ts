// A step for account deletion: nothing is left of what a person was to others.
import type { Sql } from '../../infra/db.ts'
import { closeSomeDirect } from '../conversations/pairs.ts'
import { deleteBlocks } from './blocks.store.ts'
import { deleteRequests } from './requests.store.ts'
import { deleteFriendships } from './store.ts'

/**
 * At most `rows` rows, two at least where they are the halves of a friendship; 0 when nothing is
 * left. Requests go first, so that nobody can accept one while the friendships are deleted; an
 * acceptance under way is waited for by the first of these statements and seen by the next.
 */
export async function eraseFriends(sql: Sql, user: number, rows: number): Promise<number> {
  for (const erase of [deleteRequests, deleteFriendships, closeSomeDirect, deleteBlocks]) {
    const count = await erase(sql, user, rows)
    if (count > 0) return count
  }
  return 0
}
