// A step for the sweeper: what is kept no longer than it is of use.
import { limits } from '../../core/limits.ts'
import type { Sql } from '../../infra/db.ts'
import { deleteOldCodes } from './codes.store.ts'
import { deleteOldDead } from './dead.store.ts'
import { deleteOldSessions, deleteOldTokens } from './sessions.store.ts'

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
): Promise<{ codes: number; tokens: number; sessions: number; dead: number }> {
  const before = (ms: number) => new Date(now.getTime() - ms)
  const codes = await inBatches((rows) => deleteOldCodes(sql, before(codesMs), rows))
  const tokens = await inBatches((rows) => deleteOldTokens(sql, now, rows))
  const sessions = await inBatches((rows) => deleteOldSessions(sql, before(sessionsMs), rows))
  const dead = await deleteOldDead(sql, before(deadMs))
  return { codes, tokens, sessions, dead }
}

/** A statement that takes too long is undone and would be too long the next time, too. */
async function inBatches(deleteSome: (rows: number) => Promise<number>): Promise<number> {
  const { rowsMax, batchesMax } = limits.retention
  let gone = 0
  for (let batch = 0; batch < batchesMax; batch++) {
    const count = await deleteSome(rowsMax)
    gone += count
    if (count < rowsMax) break
  }
  return gone
}
