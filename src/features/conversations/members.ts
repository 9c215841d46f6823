// A step for the workers: who is in a conversation, page by page.
import type { Sql } from '../../infra/db.ts'
import { listMembers } from './store.ts'

/** Account ids in rising order, from the one after `after`. */
export function membersOf(
  sql: Sql,
  conversation: number,
  after: number,
  limit: number,
): Promise<number[]> {
  return listMembers(sql, conversation, after, limit)
}
