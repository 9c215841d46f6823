// What happens to accounts, as lines of the log that programs can look for by `event`.
import type { BaseContext } from '../../context.ts'

type AccountEvent =
  | 'account.registered'
  | 'account.disabled'
  | 'account.enabled'
  | 'account.deletion_scheduled'
  | 'account.deletion_cancelled'
  | 'account.deleted'
  | 'admin.signed_in'
  | 'admin.signed_out'

const words: Readonly<Record<AccountEvent, string>> = {
  'account.registered': 'an account was registered',
  'account.disabled': 'an account was disabled',
  'account.enabled': 'an account was enabled',
  'account.deletion_scheduled': 'an account is to be deleted',
  'account.deletion_cancelled': 'the deletion of an account was taken back',
  'account.deleted': 'an account was erased',
  'admin.signed_in': 'an admin signed in',
  'admin.signed_out': 'an admin signed out',
}

/**
 * After the commit. Of the person only the account number: names and addresses are theirs, and a log
 * is kept after an account is gone.
 */
export function audit(
  ctx: Pick<BaseContext, 'log'>,
  event: AccountEvent,
  user: number,
  more: { readonly session?: number; readonly batches?: number } = {},
): void {
  ctx.log.info({ event, user, ...more }, words[event])
}
