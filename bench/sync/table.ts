// The table of `bench sync`.
import { short } from '../lib/numbers.ts'
import { table } from '../lib/table.ts'
import type { Times } from '../lib/times.ts'
import type { SyncResult } from '../measured.ts'

export function printSync({ bare, conversations, installations, coresOfOthers }: SyncResult) {
  const cells = ({ p50, p95, p99 }: Times) => [
    short(p50),
    short(p95),
    short(p99),
    short(p50 / bare.p50),
  ]
  const first = installations[0]
  const rows = installations.flatMap(({ messages, questions }) =>
    questions.map(({ name, times, bytes, pages, void: wrong }, at) => {
      const small = first?.questions[at]
      const ratio = small ? short(times.p50 / small.times.p50) : ''
      const shown = wrong.length > 0 ? ['void', 'void', 'void', 'void'] : cells(times)
      const size = [short(bytes / 1_024), short(pages)]
      return [`${name}, of ${short(messages)} messages`, ...shown, ...size, ratio]
    }),
  )
  return [
    `Somebody with ${short(conversations)} conversations, whatever the installation holds besides; other ` +
      `programs used ${coresOfOthers.toFixed(2)} cores meanwhile.`,
    table(
      ['ms', 'p50', 'p95', 'p99', 'times bare', 'KiB', 'requests', 'times the small one'],
      [['bare: twenty memberships of one person', ...cells(bare), '', '', ''], ...rows],
    ),
  ].join('\n\n')
}
