// For operators: shut somebody out at once, on every node, and let them in again.
import { must } from '../../core/assert.ts'
import { Failure } from '../../core/failure.ts'
import type { BaseContext } from '../../context.ts'
import type { Tx } from '../../infra/db.ts'
import { audit } from '../people/audit-log.ts'
import { closeSockets } from './sessions.ts'
import { endSessionRows } from './sessions.store.ts'
import { findUserByUserId } from '../people/accounts.ts'
import { lockUser, markDisabled } from './accounts.store.ts'

/** Whoever signs in at this moment waits for the lock, and is refused or ended with the others. */
export async function disable(ctx: BaseContext, userId: string): Promise<string> {
  const { user, ended } = await ctx.transact(async (tx) => {
    const found = await lockNamed(tx, userId)
    await markDisabled(tx.sql, found.id, tx.now)
    return {
      user: found,
      ended: await endSessionRows(tx.sql, found.id, { keep: null }, 'disabled', tx.now),
    }
  })
  audit(ctx, 'account.disabled', user.id)
  await closeSockets(ctx, user.id, ended, 'the account is disabled')
  return user.user_id
}

/** The sessions stay ended: they sign in again. */
export async function enable(ctx: BaseContext, userId: string): Promise<string> {
  const user = await ctx.transact(async (tx) => {
    const found = await lockNamed(tx, userId)
    await markDisabled(tx.sql, found.id, null)
    return found
  })
  audit(ctx, 'account.enabled', user.id)
  return user.user_id
}

async function lockNamed({ sql }: Tx, userId: string) {
  const found = await findUserByUserId(sql, userId)
  if (!found || found.deleted_at) throw new Failure('userNotFound')
  return must(await lockUser(sql, found.id), 'accounts are never deleted from their table')
}
