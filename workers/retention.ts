// What is kept no longer than it is of use, in small statements; the sweeper calls it.
import { limits } from './limits.ts'
import { features } from '../src/features/all.ts'
import type { Expiry, Keeping } from '../src/features/custody.ts'
import type { Sql } from '../src/infra/db.ts'

interface Kept extends Keeping {
  readonly sql: Sql
}

/** What is gone, by the names of things. `large` things are few in a round, and have rounds more often. */
export async function forgetOld(
  kept: Kept,
  now: Date,
  size: 'small' | 'large',
): Promise<Record<string, number>> {
  const gone: Record<string, number> = {}
  for (const expiry of features.flatMap(({ custody }) => custody.expire)) {
    if ((expiry.isLarge ?? false) === (size === 'large')) {
      gone[expiry.what] = await forget(expiry, kept, now)
    }
  }
  return gone
}

/** A statement that takes too long is undone and would be too long the next time, too. */
async function forget({ forget: forgetSome, isLarge }: Expiry, kept: Kept, now: Date) {
  const { rowsMax, batchesMax } = isLarge ? limits.retention.large : limits.retention
  let gone = 0
  for (let batch = 0; batch < batchesMax; batch++) {
    const count = await forgetSome(kept.sql, now, rowsMax, kept)
    gone += count
    if (count < rowsMax) break
  }
  return gone
}
