// Erasure: whose time has come, the first step and the last, which leaves a tombstone of the account.
import type { BaseContext } from '../../context.ts'
import type { Sql } from '../../infra/db.ts'
import type { EventData } from '../../protocol/events.ts'
import { tellPeers } from '../friends/reactions.ts'
import { noteRecipient } from '../scheduling/catchup.ts'
import { anonymise, findDue, markErasing } from './store.ts'

/** What others read where somebody was; clients know the `deleted-…` user_id. */
export const deletedNickname = 'Deleted user'

export function dueForErasure(sql: Sql, now: Date, limit: number): Promise<number[]> {
  return findDue(sql, now, limit)
}

/** False when there is nothing to erase: taken back, or done before. */
export function beginErasure(sql: Sql, user: number, now: Date): Promise<boolean> {
  return markErasing(sql, user, now)
}

/** The last step: until it the account is due, and whatever was interrupted is begun again. */
export async function finishErasure(ctx: BaseContext, user: number): Promise<void> {
  await ctx.transact(async (tx) => {
    if (await anonymise(tx.sql, user, deletedNickname, tx.now)) {
      tx.emit({ name: 'account.erased', user })
    }
  })
}

/** A reaction. */
export async function tellErased(
  ctx: BaseContext,
  { user }: EventData<'account.erased'>,
): Promise<void> {
  await noteRecipient(ctx, user)
  await tellPeers(ctx, user)
}
