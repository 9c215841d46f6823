// Where somebody was signed in: taken along, erased with the account, and forgotten in time.
import { inOrder, pageOf, paged, type Custody, type ReadPage } from '../custody.ts'
import { deleteOldCodes } from './codes.store.ts'
import { erasures } from './custody.store.ts'
import { deleteOldSessions, deleteOldTokens, pageSessions } from './sessions.store.ts'

const dayMs = 86_400_000
/** Codes live minutes; a day of them is what the hourly budget and a look back need. */
const codesMs = dayMs
/** Ended sessions stay this long, so that a token of theirs is known as stolen and not as unknown. */
const sessionsMs = 30 * dayMs

/** Ended ones too, as long as they are kept. */
const sessions: ReadPage = async (sql, user, after, limit) =>
  pageOf(await pageSessions(sql, user, after, limit), limit, (row) => ({
    id: row.id,
    device_id: row.device_id,
    device_name: row.device_name,
    address: row.address,
    created_at: row.created_at,
    last_used_at: row.last_used_at,
    ended_at: row.ended_at,
  }))

const before = (now: Date, ms: number) => new Date(now.getTime() - ms)

export const custody: Custody<'sessions'> = {
  erase: inOrder(erasures),
  export: { sessions: paged(sessions) },
  expire: [
    { what: 'codes', forget: (sql, now, rows) => deleteOldCodes(sql, before(now, codesMs), rows) },
    { what: 'refresh tokens', forget: deleteOldTokens },
    {
      what: 'sessions',
      forget: (sql, now, rows) => deleteOldSessions(sql, before(now, sessionsMs), rows),
    },
  ],
}
