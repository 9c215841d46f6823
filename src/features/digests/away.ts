// Who is away, by what the database and Redis know.
import type { BaseContext } from '../../context.ts'
import { limits } from './limits.ts'
import type { AwayRow } from './store.ts'

/** So long somebody has to be away, and so long it is from one digest to the next. */
export function periodOf({ digest }: AwayRow): number {
  return digest === 'daily' ? limits.digest.dailyMs : limits.digest.weeklyMs
}

/**
 * When each was here last, by Unix ms: now, where a device of theirs is connected. Redis may have forgotten;
 * a session is used at least as often as its token ends.
 */
export async function lastSeen(
  { registry, clock }: BaseContext,
  rows: readonly AwayRow[],
): Promise<Map<number, number>> {
  const known = await registry.presence(rows.map(({ user }) => user))
  return new Map(
    rows.map(({ user, used_at }) => {
      const there = known.get(user)
      if (there?.isOnline) return [user, clock.now().getTime()]
      return [user, Math.max(used_at.getTime(), there?.lastSeenAt?.getTime() ?? 0)]
    }),
  )
}
