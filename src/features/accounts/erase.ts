// Steps for the worker that erases accounts: whose time has come, and what accounts keep of them.
import type { Sql } from '../../infra/db.ts'
import { anonymise, erasures, findDue, markErasing } from './leaving.store.ts'

/** What others read where somebody was; clients know the `deleted-…` user_id. */
export const deletedNickname = 'Deleted user'

export function dueForErasure(sql: Sql, now: Date, limit: number): Promise<number[]> {
  return findDue(sql, now, limit)
}

/** False when there is nothing to erase: taken back, or done before. */
export function beginErasure(sql: Sql, user: number, now: Date): Promise<boolean> {
  return markErasing(sql, user, now)
}

/** Deletes at most so many rows and answers how many; 0: nothing is left. */
export async function eraseAccounts(sql: Sql, user: number, rows: number): Promise<number> {
  for (const erase of erasures) {
    const gone = await erase(sql, user, rows)
    if (gone > 0) return gone
  }
  return 0
}

/** The last step: until it the account is due, and whatever was interrupted is begun again. */
export function finishErasure(sql: Sql, user: number, now: Date): Promise<void> {
  return anonymise(sql, user, deletedNickname, now)
}
