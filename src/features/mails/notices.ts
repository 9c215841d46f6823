// A step: tells somebody by mail what has happened to their account.
import type { Tx } from '../../infra/db.ts'
import type { MailKind, MailWords } from '../../texts/mails.ts'
import { sendMail } from './letter.ts'
import type { UserRow } from '../people/accounts.ts'

/** An address that nobody has proved gets codes and nothing else: it may be a stranger's. */
export function notice<K extends Exclude<MailKind, 'code'>>(
  tx: Tx,
  user: Pick<UserRow, 'email' | 'email_verified_at' | 'locale'>,
  kind: K,
  words: MailWords[K],
): void {
  if (tx.config.smtp && user.email_verified_at) sendMail(tx, kind, user, words)
}
