// The table of `bench insert`.
import type { InsertResult } from '../measured.ts'
import { short } from '../lib/numbers.ts'
import { table } from '../lib/table.ts'

export function printInsert({ sweep, best, rate }: InsertResult): string {
  const rows = sweep.map((run) => [
    String(run.connections),
    short(run.rate),
    short(run.cpuMicros.postgres ?? Number.NaN),
    short(run.cpuMicros.client ?? Number.NaN),
  ])
  const { median, low, high } = rate
  return [
    table(['connections', 'rows/s', 'Postgres µs/row', 'client µs/row'], rows),
    `Best with ${best} connections: ${short(median)} rows/s (${short(low)}–${short(high)}).`,
  ].join('\n\n')
}
