// The picture of `bench timeline`: how long the first page and the last one take for whom.
import { short } from '../lib/numbers.ts'
import { grid, line, linear, rect, svg, text, type Frame } from '../lib/plot.ts'
import type { TimelineResult } from '../measured.ts'

const frame: Frame = { left: 64, top: 64, width: 720, height: 220 }

export function timelinePlot({ viewers, machine, pages }: TimelineResult): string {
  const usable = viewers.filter((viewer) => viewer.void.length === 0)
  if (usable.length === 0) return svg(840, 120, [text(20, 40, 'no usable figures')])
  const axis = linear(
    frame,
    Math.max(...usable.flatMap(({ first, last }) => [first.p95, last.p95])),
  )
  const bottom = frame.top + frame.height
  const place = frame.width / usable.length
  const bar = (left: number, value: number, kind: string) => [
    rect(left, axis.place(value), 36, bottom - axis.place(value), kind),
    text(left + 18, axis.place(value) - 5, short(value), 'text-anchor="middle" class="small"'),
  ]
  return svg(840, 350, [
    text(frame.left, 50, 'A page of friends’ moments, p95 ms', 'class="title"'),
    rect(frame.left, 16, 12, 12, 'product'),
    text(frame.left + 18, 26, 'page 1'),
    rect(frame.left + 120, 16, 12, 12, 'bare'),
    text(frame.left + 138, 26, `page ${pages}, or the last one`),
    ...grid(frame, axis, short),
    ...usable.flatMap(({ viewer, first, last }, nth) => {
      const middle = frame.left + place * (nth + 0.5)
      return [
        ...bar(middle - 40, first.p95, 'product'),
        ...bar(middle + 4, last.p95, 'bare'),
        text(middle, bottom + 18, viewer, 'text-anchor="middle" class="small"'),
      ]
    }),
    line(frame.left, bottom, frame.left + frame.width, bottom, 'axis'),
    text(
      frame.left,
      bottom + 42,
      `${machine.cores} cores, ${machine.cpu} · Bun ${machine.bun}`,
      'class="small"',
    ),
  ])
}
