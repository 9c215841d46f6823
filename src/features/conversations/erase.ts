// A step for the worker that erases accounts: what somebody had set in their conversations.
import type { Sql } from '../../infra/db.ts'
import { leaveSome } from './leaving.store.ts'

/**
 * Leaves conversations, at most so many, and answers how many. Read marks stay: they tell the
 * others that what they wrote was read. So does what was said.
 */
export function eraseConversations(sql: Sql, user: number, rows: number): Promise<number> {
  return leaveSome(sql, user, rows)
}
