// maintenance: erases an account whose time of grace is over, in small statements.
import { limits } from '../src/core/limits.ts'
import { beginErasure, eraseAccounts, finishErasure } from '../src/features/accounts/erase.ts'
import { noteAccount } from '../src/features/accounts/journal.ts'
import { eraseConversations } from '../src/features/conversations/erase.ts'
import { eraseFriends } from '../src/features/friends/erase.ts'
import { eraseMoments } from '../src/features/moments/erase.ts'
import { erasePush } from '../src/features/push/erase.ts'
import type { Sql } from '../src/infra/db.ts'
import type { Work } from './work.ts'

/** Deletes at most `rows` rows of a user and answers how many; 0: nothing is left. */
type Erase = (sql: Sql, user: number, rows: number) => Promise<number>

/** Every feature that keeps something about people, the highest first. */
const features: readonly Erase[] = [
  erasePush,
  eraseMoments,
  eraseFriends,
  eraseConversations,
  eraseAccounts,
]

/**
 * Whatever happens on the way, the account stays due until the last step has committed: the
 * sweeper adds the job again, and what is gone already takes no time. A large account takes
 * several jobs, so that a process that is told to stop is never kept long.
 */
export async function eraseAccount({ ctx }: Work, { user }: { user: number }): Promise<void> {
  if (!(await beginErasure(ctx.sql, user, ctx.clock.now()))) return
  const { rowsMax, batchesMax } = limits.erasure
  let batches = 0
  for (const erase of features) {
    while ((await erase(ctx.sql, user, rowsMax)) > 0) {
      if (++batches >= batchesMax) return
    }
  }
  await finishErasure(ctx.sql, user, ctx.clock.now())
  noteAccount(ctx, 'account.deleted', user, { batches })
}
