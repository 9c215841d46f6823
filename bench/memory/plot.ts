// The picture of `bench memory`: resident size over messages carried.
import { short } from '../lib/numbers.ts'
import { grid, line, linear, path, rect, svg, text, type Frame } from '../lib/plot.ts'
import type { MemoryResult } from '../measured.ts'

const frame: Frame = { left: 64, top: 64, width: 640, height: 240 }
const kinds = { api: 'product', worker: 'bare' } as const

export function memoryPlot(result: MemoryResult): string {
  const sizes = Object.values(result.series).flat()
  if (sizes.length === 0) return svg(760, 120, [text(20, 40, 'no usable figures')])
  const axis = linear(frame, Math.max(...sizes) / 2 ** 20)
  const bottom = frame.top + frame.height
  const across = (share: number) => frame.left + frame.width * share
  const curves = Object.entries(kinds).map(([name, kind]) => {
    const values = result.series[name]!
    const points = values.map(
      (bytes, place) => [across(place / values.length), axis.place(bytes / 2 ** 20)] as const,
    )
    return path(points, kind)
  })
  return svg(760, 360, [
    text(frame.left, 50, 'Resident memory over messages carried, MB', 'class="title"'),
    ...result.growth.flatMap((one, place) => [
      rect(frame.left + place * 300, 16, 12, 12, kinds[one.process as keyof typeof kinds]),
      text(
        frame.left + 18 + place * 300,
        26,
        `${one.process}: ${short(one.bytesPerMessage)} ± ${short(one.margin)} bytes per message`,
      ),
    ]),
    ...grid(frame, axis, short),
    line(across(result.warmupShare), frame.top, across(result.warmupShare), bottom, 'axis'),
    text(across(result.warmupShare) + 5, frame.top + 12, 'warm-up ends', 'class="small"'),
    ...curves,
    line(frame.left, bottom, frame.left + frame.width, bottom, 'axis'),
    ...[0, 0.25, 0.5, 0.75, 1].map((share) =>
      text(across(share), bottom + 18, label(share * result.messages), 'text-anchor="middle"'),
    ),
    text(
      frame.left,
      bottom + 40,
      `${short(result.rate)} messages/s · ${result.machine.cores} cores, ${result.machine.cpu} · ` +
        `Bun ${result.machine.bun}`,
      'class="small"',
    ),
  ])
}

function label(messages: number): string {
  return Math.round(messages).toLocaleString('en-US')
}
