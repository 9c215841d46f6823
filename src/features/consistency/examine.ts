// Looks whether what is stored agrees with itself: check by check, each through its whole table.
import type { Sql } from '../../infra/db.ts'
import type { Check, Example, Finding } from './check.ts'
import { checks as heads } from './heads.store.ts'
import { limits } from './limits.ts'
import { checks as log } from './log.store.ts'
import { checks as members } from './members.store.ts'
import { checks as orphans } from './orphans.store.ts'
import { checks as stamps } from './stamps.store.ts'
import { lookFurther } from './walk.store.ts'

export const checks: readonly Check[] = [...heads, ...members, ...orphans, ...log, ...stamps]

/** Between two steps of a check; false: it is to end here. */
type Pause = () => Promise<boolean>

/** Null when it was told to end before it had seen everything. */
export async function examine(
  sql: Sql,
  check: Check,
  now: Date,
  pause: Pause = () => Promise.resolve(true),
): Promise<Finding | null> {
  const examples: Example[] = []
  let [rows, wrong] = [0, 0]
  // Numbers of things are never negative.
  let after: readonly number[] | null = check.keys.map(() => -1)
  for (;;) {
    const step = await lookFurther(sql, check, after, { now })
    rows += step.rows
    wrong += step.wrong
    examples.push(...step.examples.slice(0, limits.consistency.examplesMax - examples.length))
    if (step.last === null) return { check: check.name, rows, wrong, examples }
    if (!(await pause())) return null
    after = step.last
  }
}
