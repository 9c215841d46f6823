// A step for the worker that erases accounts: the registrations of somebody's browsers.
import type { Sql } from '../../infra/db.ts'
import { deleteSome } from './store.ts'

/** Deletes at most so many and answers how many. */
export function erasePush(sql: Sql, user: number, rows: number): Promise<number> {
  return deleteSome(sql, user, rows)
}
