// maintenance: erases an account whose time of grace is over, in small statements.
import { limits } from '../src/features/departure/limits.ts'
import { features } from '../src/features/all.ts'
import { beginErasure, finishErasure } from '../src/features/departure/erasure.ts'
import { audit } from '../src/features/people/audit-log.ts'
import type { Work } from './work.ts'

/**
 * Whatever happens on the way, the account stays due until the last step has committed: the
 * sweeper adds the job again, and what is gone already takes no time. A large account takes
 * several jobs, so that a process that is told to stop is never kept long.
 */
export async function eraseAccount({ ctx }: Work, { user }: { user: number }): Promise<void> {
  if (!(await beginErasure(ctx.sql, user, ctx.clock.now()))) return
  const { rowsMax, batchesMax } = limits.erasure
  let batches = 0
  // The highest first: what stands on other rows goes before them.
  for (const { custody } of features.toReversed()) {
    if (custody.erase === null) continue
    while ((await custody.erase(ctx.sql, user, rowsMax)) > 0) {
      if (++batches >= batchesMax) return
    }
  }
  await finishErasure(ctx, user)
  audit(ctx, 'account.deleted', user, { batches })
}
