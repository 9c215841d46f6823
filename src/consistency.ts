// `bun run cli consistency`: whether what is stored agrees with itself, as a table or for programs.
import type { Config } from './config.ts'
import { systemClock } from './core/clock.ts'
import type { Example, Finding } from './features/consistency/check.ts'
import { checks, examine } from './features/consistency/examine.ts'
import { walkSettings } from './features/consistency/walk.store.ts'
import { connectDatabase } from './infra/db.ts'

/** One check after the other, on one connection: an installation at work hardly notices. */
export async function examineAll({ databaseUrl }: Config): Promise<Finding[]> {
  const sql = connectDatabase(databaseUrl, {
    connections: 1,
    name: 'curlew consistency',
    settings: walkSettings,
  })
  try {
    const found: Finding[] = []
    for (const check of checks) {
      const finding = await examine(sql, check, systemClock.now())
      if (finding) found.push(finding)
    }
    return found
  } finally {
    await sql.end({ timeout: 1 })
  }
}

export function asTable(findings: readonly Finding[]): string {
  const width = Math.max(...findings.map(({ check }) => check.length))
  return findings.map((finding) => `${finding.check.padEnd(width)}  ${stateOf(finding)}`).join('\n')
}

function stateOf({ check, rows, wrong, examples }: Finding): string {
  if (wrong === 0) return `ok     ${rows} rows`
  const what = checks.find(({ name }) => name === check)?.wrong ?? ''
  const more = wrong > examples.length ? ' …' : ''
  return `WRONG  ${wrong} of ${rows} rows, ${what}: ${examples.map(idsOf).join('; ')}${more}`
}

const idsOf = (example: Example) =>
  Object.entries(example)
    .map(([name, number]) => `${name} ${number}`)
    .join(', ')
