// Questions for this feature and those above it: who is a friend, who wants nothing to do with whom.
import { Failure } from '../../core/failure.ts'
import type { Sql } from '../../infra/db.ts'
import { findBlock } from './blocks.store.ts'
import { findFriendship } from './store.ts'

export function areFriends(sql: Sql, a: number, b: number): Promise<boolean> {
  return findFriendship(sql, a, b)
}

/** In this direction alone. */
export function hasBlocked(sql: Sql, by: number, other: number): Promise<boolean> {
  return findBlock(sql, by, other)
}

/**
 * Why somebody cannot write to another, as far as they may know: of a block of their own. Whom the
 * other one has blocked hears what everybody hears who is no friend.
 */
export async function whyClosed(sql: Sql, actor: number, other: number): Promise<Failure> {
  return new Failure((await hasBlocked(sql, actor, other)) ? 'blocked' : 'notAllowed')
}
