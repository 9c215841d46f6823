// The tables of `bench send`, for the terminal and for the README.
import { short } from '../lib/numbers.ts'
import type { LoadSummary } from '../lib/summary.ts'
import { table } from '../lib/table.ts'
import type { SendResult } from '../measured.ts'

const names = { shortest: 'shortest', bare: 'bare pipeline', product: 'Curlew' } as const

export function printSend(result: SendResult): string {
  return [
    `(a) bare INSERT, one row each, ${result.insert.best} connections: ${insertRate(result)}`,
    closedTable(result),
    openTable(result),
    cpuTable(result),
  ]
    .filter(Boolean)
    .join('\n\n')
}

function insertRate({ insert }: SendResult): string {
  const { median, low, high } = insert.rate
  return `${short(median)} rows/s (${short(low)}–${short(high)})`
}

/** A void figure is never shown as a number. */
function rate({ rate: spread, void: why }: LoadSummary): string {
  if (why.length > 0) return 'void'
  return `${short(spread.median)} (${short(spread.low)}–${short(spread.high)})`
}

function ms(summary: LoadSummary, pick: 'p50' | 'p95' | 'p99' | 'p999'): string {
  return summary.void.length > 0 ? 'void' : short(summary.delivery[pick])
}

function closedTable({ closed, insert }: SendResult): string {
  const rows = closed.map((summary) => {
    const ratio =
      summary.target === 'product'
        ? ratiosOf(summary, closed)
        : `${short(summary.rate.median / insert.rate.median)} of (a)`
    return [
      `${summary.load} ${names[summary.target]}`,
      rate(summary),
      ratio,
      summary.void.length > 0 ? 'void' : short(summary.ack.p50),
      ms(summary, 'p50'),
      ms(summary, 'p95'),
      ms(summary, 'p99'),
    ]
  })
  return table(
    ['closed loop', 'delivered/s', 'ratio', 'ack p50 ms', 'p50 ms', 'p95 ms', 'p99 ms'],
    rows,
  )
}

/** Of what was measured beside it: the pipeline, the shortest program, the socket's rate. */
function ratiosOf(summary: LoadSummary, closed: readonly LoadSummary[]): string {
  const socketLoad = summary.load.replace(' REST', '')
  const beside = [
    ['bare', summary.load, 'bare'],
    ['shortest', summary.load, 'shortest'],
    ['product', socketLoad === summary.load ? '' : socketLoad, 'socket'],
  ] as const
  const ratios = beside.flatMap(([target, load, name]) => {
    const other = closed.find((each) => each.load === load && each.target === target)
    return other ? [`${short(summary.rate.median / other.rate.median)} of ${name}`] : []
  })
  return ratios.join(', ') || '–'
}

function openTable({ open }: SendResult): string {
  if (open.length === 0) return ''
  return table(
    ['open loop', 'delivered/s', 'p50 ms', 'p95 ms', 'p99 ms', 'p99.9 ms'],
    open.map((summary) => [
      `${summary.load} ${names[summary.target]}`,
      rate(summary),
      ms(summary, 'p50'),
      ms(summary, 'p95'),
      ms(summary, 'p99'),
      ms(summary, 'p999'),
    ]),
  )
}

const processes = ['api', 'worker', 'redis', 'postgres', 'generator']

function cpuTable({ closed, open }: SendResult): string {
  const rows = [...closed, ...open].map((summary) => {
    const used = processes.map((process) => summary.cpuMicros[process])
    const served = used.slice(0, -1).reduce<number>((sum, micros) => sum + (micros ?? 0), 0)
    return [
      `${summary.load} ${names[summary.target]}`,
      ...used.map((micros) => (micros === undefined ? '–' : short(micros))),
      short(served),
      summary.coresOfOthers.toFixed(2),
    ]
  })
  return table(
    ['CPU µs per message', ...processes, 'without generator', 'other programs, cores'],
    rows,
  )
}
