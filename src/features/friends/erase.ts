// A step for the worker that erases accounts: friendships, requests and blocks, from either side.
import type { Sql } from '../../infra/db.ts'
import { deleteSomeOf } from './departure.store.ts'

/** Deletes at most so many rows of each kind and answers how many. */
export function eraseFriends(sql: Sql, user: number, rows: number): Promise<number> {
  return deleteSomeOf(sql, user, rows)
}
