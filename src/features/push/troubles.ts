// Which push services have not taken notifications for a while: what the doctor shows.
import { limits } from './limits.ts'
import type { Sql } from '../../infra/db.ts'
import { findTroubles, type TroubleRow } from './store.ts'

/** Those that concern most registrations. */
const shownMax = 5

/** What lasts and is not over: asked again lately, in vain. */
export function lastingTroubles(sql: Sql, now: Date): Promise<TroubleRow[]> {
  const { lastingMs, recentMs } = limits.push
  const ago = (milliseconds: number) => new Date(now.getTime() - milliseconds)
  return findTroubles(sql, { since: ago(lastingMs), asked: ago(recentMs), limit: shownMax })
}
