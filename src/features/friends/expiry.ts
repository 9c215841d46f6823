// A step for the sweeper: requests that waited too long are written down as expired.
import { limits } from '../../core/limits.ts'
import type { Sql } from '../../infra/db.ts'
import { expireSome } from './requests.store.ts'

/** Nobody waits for this: until it is done, every question counts them as expired already. */
export async function expireRequests(sql: Sql, now: Date): Promise<number> {
  const rows = limits.friends.expireRows
  let expired = 0
  for (;;) {
    const count = await expireSome(sql, now, rows)
    expired += count
    if (count < rows) return expired
  }
}
