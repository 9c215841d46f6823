// Whether what a test has left behind agrees with itself, by the checks that operators have.
import type { Finding } from '../../src/features/consistency/check.ts'
import { checks, examine } from '../../src/features/consistency/examine.ts'
import type { Sql } from '../../src/infra/db.ts'

/** What does not agree: nothing, where all is well. */
export async function disagreements(sql: Sql): Promise<Finding[]> {
  const found: Finding[] = []
  for (const check of checks) {
    const finding = await examine(sql, check, new Date())
    if (finding && finding.wrong > 0) found.push(finding)
  }
  return found
}
