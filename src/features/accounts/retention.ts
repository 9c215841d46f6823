// A step for the sweeper: what is kept no longer than it is of use.
import type { Sql } from '../../infra/db.ts'
import { deleteOldCodes } from './codes.store.ts'
import { deleteOldDead } from './dead.store.ts'
import { deleteOldSessions } from './sessions.store.ts'

const dayMs = 86_400_000
/** Codes live minutes; a day of them is what the hourly budget and a look back need. */
const codesMs = dayMs
/** Ended sessions stay this long, so that a token of theirs is known as stolen and not as unknown. */
const sessionsMs = 30 * dayMs

/** Dead addresses are remembered this long after their pause, so that the next one is longer. */
const deadMs = 90 * dayMs

export async function forgetOld(
  sql: Sql,
  now: Date,
): Promise<{ codes: number; sessions: number; dead: number }> {
  const before = (ms: number) => new Date(now.getTime() - ms)
  const codes = await deleteOldCodes(sql, before(codesMs))
  const sessions = await deleteOldSessions(sql, now, before(sessionsMs))
  const dead = await deleteOldDead(sql, before(deadMs))
  return { codes, sessions, dead }
}
