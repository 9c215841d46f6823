// The table of `bench push`.
import { short } from '../lib/numbers.ts'
import { table } from '../lib/table.ts'
import type { PushResult } from '../measured.ts'

export function printPush({ jobs, sides, coresOfOthers }: PushResult): string {
  const names = [...new Set(sides.flatMap(({ cpuMicros }) => Object.keys(cpuMicros)))]
  const rows = sides.map(({ name, rate, cpuMicros, void: wrong }) => {
    if (wrong.length > 0) return [name, 'void', ...names.map(() => 'void')]
    const { median, low, high } = rate
    const used = names.map((each) => short(cpuMicros[each] ?? 0))
    return [name, `${short(median)} (${short(low)}–${short(high)})`, ...used]
  })
  return [
    `${short(jobs)} notifications that wait in the queue, 20 under way at once; other programs used ` +
      `${coresOfOthers.toFixed(2)} cores meanwhile.`,
    table(['', 'jobs/s', ...names.map((each) => `${each}, µs a job`)], rows),
  ].join('\n\n')
}
