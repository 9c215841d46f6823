// The table of `bench uploads`.
import { short } from '../lib/numbers.ts'
import { table } from '../lib/table.ts'
import type { UploadsResult } from '../measured.ts'

const size = (bytes: number) => `${short(bytes / 1_048_576)} MiB`

export function printUploads({ parallel, bytes, runs }: UploadsResult): string {
  const head = ['', 's', 'API before', 'at most', 'after', 'worker before', 'at most', 'after']
  const rows = runs.map(({ way, seconds, before, highest, after }) => [
    way,
    String(seconds),
    ...(['api', 'worker'] as const).flatMap((who) =>
      [before, highest, after].map((sizes) => size(sizes[who])),
    ),
  ])
  const what = `${parallel} uploads at the same time, of ${size(bytes)} each; resident sizes.`
  return [what, table(head, rows)].join('\n\n')
}
