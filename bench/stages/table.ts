// The table of `bench stages`.
import { short } from '../lib/numbers.ts'
import { table } from '../lib/table.ts'
import type { Stages, StagesResult } from '../measured.ts'

const names = { shortest: 'shortest (d)', bare: 'bare pipeline', product: 'Curlew' } as const

const stages: readonly [string, (of: Stages) => number][] = [
  ['the node: reads, checks, acknowledges', ({ ack, statement }) => ack - statement],
  ['Postgres executes the statement', ({ executing }) => executing],
  ['its commit gets to the disk', ({ flushing }) => flushing],
  [
    'there and back, and wake-ups',
    ({ statement, executing, flushing }) => statement - executing - flushing,
  ],
  ['from the ack to the other socket', ({ ack, arrival }) => arrival - ack],
  ['**all**', ({ arrival }) => arrival],
]

export function printStages({ targets, coresOfOthers, void: wrong }: StagesResult): string {
  const rows = stages.map(([stage, of]) => [
    stage,
    ...targets.map((each) => (wrong.length > 0 ? 'void' : short(of(each)))),
  ])
  return [
    `One pair, one message under way; other programs used ${coresOfOthers.toFixed(2)} cores meanwhile.`,
    table(['µs of a lone message', ...targets.map(({ target }) => names[target])], rows),
  ].join('\n\n')
}
