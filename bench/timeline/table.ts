// The table of `bench timeline`.
import { short } from '../lib/numbers.ts'
import { table } from '../lib/table.ts'
import type { Times } from '../lib/times.ts'
import type { TimelineResult } from '../measured.ts'

export function printTimeline(result: TimelineResult): string {
  const { community, bare, viewers, pages } = result
  const { people, moments } = community
  const cells = ({ p50, p95, p99 }: Times) => [
    short(p50),
    short(p95),
    short(p99),
    short(p50 / bare.p50),
  ]
  const rows = viewers.flatMap((viewer) => {
    if (viewer.void.length > 0) return [[viewer.viewer, 'void', 'void', 'void', 'void']]
    return [
      [`${viewer.viewer}: page 1`, ...cells(viewer.first)],
      [`– pages 2–${viewer.pages} by cursor`, ...cells(viewer.walk)],
      [`– page ${viewer.pages} by cursor`, ...cells(viewer.last)],
      [`– page ${viewer.pages} by number`, ...cells(viewer.numbered)],
    ]
  })
  return [
    `${short(people)} people, ${short(moments)} moments, 20 a page, ${pages} pages at most; other ` +
      `programs used ${result.coresOfOthers.toFixed(2)} cores meanwhile.`,
    table(
      ['ms', 'p50', 'p95', 'p99', 'times bare'],
      [['bare: newest 20 of one person', ...cells(bare)], ...rows],
    ),
  ].join('\n\n')
}
