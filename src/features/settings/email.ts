// Steps that change what an account wants by e-mail: nothing until somebody wants it.
import type { Tx } from '../../infra/db.ts'
import type { EmailSettings } from '../../protocol/settings.ts'
import { turnOffDigest, upsertEmail } from './email.store.ts'

/** A step: from the end of the transaction on it is wanted so. */
export function writeEmailSettings(tx: Tx, user: number, settings: EmailSettings): Promise<void> {
  return upsertEmail(tx.sql, { user, ...settings, now: tx.now })
}

/** A step, for who comes by a link of a mail: no digest any more. Where none was wanted nothing happens. */
export async function stopDigest(tx: Tx, user: number): Promise<void> {
  if (await turnOffDigest(tx.sql, user, tx.now)) tx.emit({ name: 'settings.changed', user })
}
