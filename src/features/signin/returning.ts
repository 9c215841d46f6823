// A step of signing in: coming back before the account is deleted.
import type { Tx } from '../../infra/db.ts'
import type { UserRow } from '../people/accounts.ts'
import { markReturned } from './accounts.store.ts'

/** A step of signing in, under the account's lock: true when a deletion was taken back. */
export async function takeBack(tx: Tx, user: UserRow): Promise<boolean> {
  if (!user.deletes_at) return false
  await markReturned(tx.sql, user.id, tx.now)
  tx.emit({ name: 'account.returned', user: user.id })
  return true
}
