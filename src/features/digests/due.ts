// For the workers: looks whose digest is due. What was found is written down with the event that follows from
// it, so nobody is told twice, however many workers look and wherever one dies.
import type { BaseContext } from '../../context.ts'
import { lastSeen, periodOf } from './away.ts'
import { limits } from './limits.ts'
import {
  countTold,
  findDue,
  findNewestWaiting,
  isWantedByAny,
  lockDigests,
  markTold,
  putOff,
  type DueRow,
  type Judged,
} from './store.ts'

/** Why nobody gets a digest here, or null. */
export function whyNone({
  config,
}: BaseContext): 'off' | 'no mail server' | 'no PUBLIC_URL' | null {
  if (config.digestsPerDay === 0) return 'off'
  if (!config.smtp) return 'no mail server'
  // Neither the app nor the way to be rid of such mails could be named.
  return config.publicUrl === '' ? 'no PUBLIC_URL' : null
}

/** Whether there is anybody who waits for one in vain. */
export function isWanted({ sql }: BaseContext): Promise<boolean> {
  return isWantedByAny(sql)
}

interface Verdict extends Judged {
  /** The newest message that waits, where somebody is to be told. */
  readonly newest: number | null
}

/** Looks at some, those who have waited longest. Answers whether there may be more. */
export async function tellAway(ctx: BaseContext): Promise<boolean> {
  const { takeMax, againMs } = limits.digest
  const due = await findDue(ctx.sql, ctx.clock.now(), takeMax)
  if (due.length === 0) return false
  const verdicts = await judge(ctx, due)
  await ctx.transact(async (tx) => {
    const { now } = tx
    await lockDigests(tx.sql)
    const today = await countTold(tx.sql, new Date(now.getTime() - limits.digest.dailyMs))
    const room = Math.max(0, tx.config.digestsPerDay - today)
    const owed = verdicts.filter(isOwed)
    const told = await markTold(tx.sql, owed.slice(0, room), now)
    const late = owed.slice(room).map((each) => ({ ...each, next: after(now, againMs) }))
    await putOff(tx.sql, [...verdicts.filter((each) => !isOwed(each)), ...late])
    for (const user of told) tx.emit({ name: 'digest.due', user, at: now.getTime() })
  })
  return due.length === takeMax
}

const isOwed = (verdict: Verdict): verdict is Verdict & { newest: number } =>
  verdict.newest !== null

const after = (time: Date, milliseconds: number) => new Date(time.getTime() + milliseconds)

async function judge(ctx: BaseContext, due: readonly DueRow[]): Promise<Verdict[]> {
  const seen = await lastSeen(ctx, due)
  const now = ctx.clock.now()
  const verdicts: Verdict[] = []
  for (const row of due) {
    const { user, look_at, told_at, told_message_id: told } = row
    const since = Math.max(seen.get(user) ?? 0, told_at?.getTime() ?? 0)
    const away = new Date(since + periodOf(row))
    if (away > now) {
      verdicts.push({ user, look_at, next: away, newest: null })
      continue
    }
    const found = row.is_fit ? await findNewestWaiting(ctx.sql, user) : null
    const newest = found !== null && found > (told ?? 0) ? found : null
    const next = after(now, newest === null ? limits.digest.againMs : periodOf(row))
    verdicts.push({ user, look_at, next, newest })
  }
  return verdicts
}
