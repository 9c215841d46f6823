// A step: a code has proved the address, and whoever proves it owns the account.
import type { Tx } from '../../infra/db.ts'
import { forgetDevices } from './devices.store.ts'
import { notice } from '../mails/notices.ts'
import { endSessionRows } from './sessions.store.ts'
import { markEmailVerified, updatePasswordHash } from './accounts.store.ts'
import type { UserRow } from '../people/accounts.ts'

/**
 * The first time, a password somebody set without proving the address is dropped, with what was
 * signed in with it and where from. Answers the account as it is now and the sessions that ended.
 */
export async function proveAddress(
  tx: Tx,
  user: UserRow,
): Promise<{ user: UserRow; dropped: number[] }> {
  const now = tx.now
  if (!(await markEmailVerified(tx.sql, user.id, now))) return { user, dropped: [] }
  await updatePasswordHash(tx.sql, user.id, null)
  await forgetDevices(tx.sql, user.id)
  const why = 'address proved by its owner'
  const dropped = await endSessionRows(tx.sql, user.id, { keep: null }, why, now)
  const proved = { ...user, email_verified_at: now, password_hash: null }
  notice(tx, proved, 'welcome', { nickname: user.nickname })
  return { user: proved, dropped }
}
