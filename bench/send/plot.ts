// The picture of `bench send`: how much at which load, and how long it takes.
import { short } from '../lib/numbers.ts'
import {
  circle,
  grid,
  line,
  linear,
  logarithmic,
  path,
  rect,
  svg,
  text,
  type Frame,
} from '../lib/plot.ts'
import type { LoadSummary } from '../lib/summary.ts'
import type { SendResult } from '../measured.ts'

const width = 920
const height = 400
const rates: Frame = { left: 64, top: 64, width: 380, height: 270 }
const times: Frame = { left: 520, top: 64, width: 380, height: 270 }
const targets = ['bare', 'product'] as const
const labels = { bare: 'bare pipeline', product: 'Curlew' }

type Shown = LoadSummary & { readonly target: (typeof targets)[number] }

/** Of both sides and by socket, and fit to be used. */
function isShown(summary: LoadSummary): summary is Shown {
  const isOfBoth = targets.some((target) => target === summary.target)
  return summary.void.length === 0 && isOfBoth && !summary.load.endsWith('REST')
}

export function sendPlot(result: SendResult): string {
  const usable = result.closed.filter(isShown)
  if (usable.length === 0) return svg(width, height, [text(20, 40, 'no usable figures')])
  return svg(width, height, [
    ...legend(),
    ...throughput(result, usable),
    ...latency(result, usable),
    text(rates.left, height - 12, footer(result), 'class="small"'),
  ])
}

function footer({ machine, rounds }: SendResult): string {
  return (
    `${machine.cores} cores, ${machine.cpu}, everything on one machine · Postgres ` +
    `${machine.postgres}, ${machine.durability} · Bun ${machine.bun} · median of ${rounds}`
  )
}

function legend(): string[] {
  return targets.flatMap((target, place) => [
    rect(rates.left + place * 130, 22, 12, 12, target),
    text(rates.left + 18 + place * 130, 32, labels[target]),
  ])
}

function loadsOf(summaries: readonly LoadSummary[]): string[] {
  return [...new Set(summaries.map(({ load }) => load))]
}

function throughput(result: SendResult, usable: readonly Shown[]): string[] {
  const loads = loadsOf(usable)
  const insert = result.insert.rate.median
  const axis = linear(rates, 1.08 * Math.max(insert, ...usable.map(({ rate }) => rate.high)))
  const group = rates.width / loads.length
  const bar = Math.min(34, group / 3)
  const bottom = rates.top + rates.height
  const bars = usable.flatMap((summary) => {
    const place = loads.indexOf(summary.load)
    const side = targets.indexOf(summary.target)
    const x = rates.left + group * (place + 0.5) + (side - 1) * (bar + 2) + 1
    const y = axis.place(summary.rate.median)
    const middle = x + bar / 2
    return [
      rect(x, y, bar, bottom - y, summary.target),
      line(middle, axis.place(summary.rate.low), middle, axis.place(summary.rate.high), 'spread'),
      text(middle, axis.place(summary.rate.high) - 5, thousands(summary.rate.median), centred),
    ]
  })
  return [
    text(rates.left, 56, 'Messages stored and delivered per second', 'class="title"'),
    ...grid(rates, axis, thousands),
    ...bars,
    line(rates.left, axis.place(insert), rates.left + rates.width, axis.place(insert), 'insert'),
    text(rates.left + 4, axis.place(insert) - 5, 'bare INSERT, one row each', 'class="small"'),
    ...loadLabels(rates, loads),
  ]
}

const centred = 'text-anchor="middle" class="small"'

function thousands(value: number): string {
  if (value === 0) return '0'
  return value >= 1_000 ? `${short(value / 1_000).replace(/\.?0+$/, '')} k` : short(value)
}

function loadLabels(frame: Frame, loads: readonly string[], more = ''): string[] {
  const bottom = frame.top + frame.height
  const group = frame.width / loads.length
  return [
    line(frame.left, bottom, frame.left + frame.width, bottom, 'axis'),
    ...loads.map((load, place) =>
      text(frame.left + group * (place + 0.5), bottom + 18, load, 'text-anchor="middle"'),
    ),
    text(
      frame.left + frame.width / 2,
      bottom + 36,
      `pairs × messages under way per pair${more}`,
      centred,
    ),
  ]
}

/** p50 as a full line, p99 as dots above it: the distance is what a user feels. */
function latency(result: SendResult, usable: readonly Shown[]): string[] {
  const all = [...usable, ...result.open.filter(isShown)]
  const loads = loadsOf(all)
  const axis = logarithmic(
    times,
    all.flatMap(({ delivery }) => [delivery.p50, delivery.p99]),
  )
  const group = times.width / loads.length
  const marks = all.flatMap((summary) => {
    const side = targets.indexOf(summary.target)
    const x = times.left + group * (loads.indexOf(summary.load) + 0.5) + (side - 0.5) * 34
    const low = axis.place(summary.delivery.p50)
    const high = axis.place(summary.delivery.p99)
    return [
      path(
        [
          [x, low],
          [x, high],
        ],
        summary.target,
      ),
      circle(x, low, summary.target),
      line(x - 7, high, x + 7, high, `line ${summary.target}`),
      text(x, low + 16, short(summary.delivery.p50), centred),
      text(x, high - 6, short(summary.delivery.p99), centred),
    ]
  })
  return [
    text(times.left, 56, 'Milliseconds from sending to the other socket', 'class="title"'),
    ...grid(times, axis, (value) => String(Math.round(value * 100) / 100)),
    ...marks,
    ...loadLabels(times, loads, result.open.length > 0 ? ' · last: open loop' : ''),
    text(times.left + times.width, 32, '● p50   ┬ p99', 'text-anchor="end" class="small"'),
  ]
}
