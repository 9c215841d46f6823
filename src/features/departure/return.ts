// Come back in time: what ended with leaving goes on.
import type { BaseContext } from '../../context.ts'
import { reopenDirect } from '../conversations/pairs.ts'
import { findWritable } from '../friends/leaving.ts'
import { arePresent } from '../people/people.ts'

/** For the reactions: friends may write again to who has come back, unless they left once more. */
export async function reopenTalks(ctx: BaseContext, user: number): Promise<void> {
  await ctx.transact(async (tx) => {
    if (!(await arePresent(tx, [user]))) return
    await reopenDirect(tx, user, () => findWritable(tx.sql, user))
  })
}
