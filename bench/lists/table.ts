// The table of `bench lists`.
import { short } from '../lib/numbers.ts'
import { table } from '../lib/table.ts'
import type { Times } from '../lib/times.ts'
import type { ListsResult } from '../measured.ts'

export function printLists({ bare, installations, coresOfOthers }: ListsResult): string {
  const cells = ({ p50, p95, p99 }: Times) => [
    short(p50),
    short(p95),
    short(p99),
    short(p50 / bare.p50),
  ]
  const rows = installations.flatMap(({ conversations: all, owners }) =>
    owners.flatMap(({ conversations, kind, list, unread, void: wrong }) => {
      const who = `${short(conversations)} with ${kind}, of ${short(all)}`
      const shown = (times: Times) =>
        wrong.length > 0 ? ['void', 'void', 'void', 'void'] : cells(times)
      return [
        [`${who}: a page of the list`, ...shown(list)],
        [`– unread count`, ...shown(unread)],
      ]
    }),
  )
  return [
    `Somebody with so many conversations, of all there are; other programs used ` +
      `${coresOfOthers.toFixed(2)} cores meanwhile.`,
    table(
      ['ms', 'p50', 'p95', 'p99', 'times bare'],
      [['bare: twenty memberships of one person', ...cells(bare)], ...rows],
    ),
  ].join('\n\n')
}
