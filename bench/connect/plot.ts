// The picture of `bench connect`: memory of the API process as sockets come.
import type { ConnectResult, ConnectSide, Name } from '../measured.ts'
import { short } from '../lib/numbers.ts'
import { circle, grid, line, linear, path, rect, svg, text, type Frame } from '../lib/plot.ts'

const frame: Frame = { left: 64, top: 64, width: 520, height: 240 }
const names = { bare: 'bare Bun socket', product: 'Curlew' } as const

const isDrawn = (side: ConnectSide): side is ConnectSide & { name: Name } => side.name in names

export function connectPlot({ sides, machine }: ConnectResult): string {
  const usable = sides.filter(isDrawn).filter((side) => side.void.length === 0)
  const levels = usable.flatMap((side) => side.levels)
  if (levels.length === 0) return svg(640, 120, [text(20, 40, 'no usable figures')])
  const axis = linear(frame, Math.max(...levels.map((level) => level.residentBytes / 2 ** 20)))
  const most = Math.max(...levels.map((level) => level.sockets))
  const across = (sockets: number) => frame.left + (frame.width * sockets) / most
  const bottom = frame.top + frame.height
  const curves = usable.flatMap((side) => {
    const points = side.levels.map(
      (level) => [across(level.sockets), axis.place(level.residentBytes / 2 ** 20)] as const,
    )
    return [path(points, side.name), ...points.map(([x, y]) => circle(x, y, side.name))]
  })
  return svg(640, 360, [
    text(frame.left, 50, 'Resident memory of the API process, MB', 'class="title"'),
    ...usable.flatMap((side, place) => [
      rect(frame.left + place * 250, 16, 12, 12, side.name),
      text(
        frame.left + 18 + place * 250,
        26,
        `${names[side.name]}: ${short(side.bytesPerSocket / 1024)} KB per socket`,
      ),
    ]),
    ...grid(frame, axis, short),
    ...curves,
    line(frame.left, bottom, frame.left + frame.width, bottom, 'axis'),
    ...(usable[0]?.levels ?? []).map((level) =>
      text(
        across(level.sockets),
        bottom + 18,
        level.sockets.toLocaleString('en-US'),
        'text-anchor="middle"',
      ),
    ),
    text(
      frame.left,
      bottom + 40,
      `idle authenticated sockets · ${machine.cores} cores, ${machine.cpu} · Bun ${machine.bun}`,
      'class="small"',
    ),
  ])
}
