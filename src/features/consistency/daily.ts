// All checks once a day, by whichever worker comes first to each; what they found is for the metrics of all.
import type { BaseContext } from '../../context.ts'
import type { Sql } from '../../infra/db.ts'
import { checks, examine } from './examine.ts'
import { limits } from './limits.ts'
import { claimCheck, listFindings, writeFinding } from './store.ts'

/**
 * What is due and nobody else has begun. Rests between two steps for as long as one has taken: others come
 * first. `sql` is a connection of its own.
 */
export async function checkWhatIsDue(
  ctx: BaseContext,
  sql: Sql,
  rest: (milliseconds: number) => Promise<boolean>,
): Promise<void> {
  const { clock, log } = ctx
  for (const check of checks) {
    const now = clock.now()
    const before = new Date(now.getTime() - limits.consistency.restMs)
    if (!(await claimCheck(sql, check.name, { now, before }))) continue
    let began = clock.elapsed()
    const found = await examine(sql, check, now, async () => {
      const goesOn = await rest(clock.elapsed() - began)
      began = clock.elapsed()
      return goesOn
    })
    if (!found) return
    await writeFinding(sql, found, clock.now())
    if (found.wrong > 0) log.error({ ...found, what: check.wrong }, 'what is stored does not agree')
  }
}

export async function showFindings({ sql, metrics }: BaseContext): Promise<void> {
  const known = new Set(checks.map(({ name }) => name))
  for (const { name, wrong, ended_at: at } of await listFindings(sql)) {
    if (!known.has(name)) continue
    metrics.consistencyWrong.set({ check: name }, wrong)
    metrics.consistencyAt.set({ check: name }, at.getTime() / 1000)
  }
}
