// The table of `bench fanout`.
import { short } from '../lib/numbers.ts'
import { table } from '../lib/table.ts'
import type { CrowdSummary, FanoutResult } from '../measured.ts'

export function printFanout({ crowds, direct, beside }: FanoutResult): string {
  const [ceiling, paced, disturbed] = direct
  const bare = crowds.find(({ target }) => target === 'bare')
  const big = crowds.find(({ target, load }) => target === 'product' && load === bare?.load)
  const lines = crowds.map((each) => {
    if (each.void.length > 0) return [nameOf(each), 'void', each.void.join('; '), '', '', '', '']
    const { messages, deliveries, ack, toLast, cpuMicros, crowdCores } = each
    return [
      nameOf(each),
      short(messages.median),
      `${short(deliveries.median)} (${short(deliveries.low)}–${short(deliveries.high)})`,
      `${short(ack.p50)} / ${short(ack.p99)}`,
      `${short(toLast.p50)} / ${short(toLast.p95)}`,
      short(cpuMicros['api'] ?? 0),
      crowdCores.toFixed(2),
    ]
  })
  const head = [
    'group',
    'messages/s',
    'frames/s (low–high)',
    'ack p50 / p99, ms',
    'to the last socket p50 / p95, ms',
    'CPU of the API per frame, µs',
    'cores of the crowd',
  ]
  const others = Math.max(0, ...crowds.map((each) => each.coresOfOthers))
  return [
    `Each frame of each message is counted; other programs used up to ${others.toFixed(2)} cores.`,
    table(head, lines),
    ...(bare && big
      ? [`Big group: ${ratio(big.deliveries.median, bare.deliveries.median)} of bare \`publish\`.`]
      : []),
    ...(ceiling ? [against(crowds, ceiling.rate.median)] : []),
    ...(paced && disturbed
      ? [
          `Between two people, 100 messages a second: p50 ${short(paced.delivery.p50)} ms, p99 ` +
            `${short(paced.delivery.p99)} ms; while the big group hears ${beside} messages a second ` +
            `${short(disturbed.delivery.p50)} and ${short(disturbed.delivery.p99)} ms.`,
        ]
      : []),
  ].join('\n\n')
}

const ratio = (one: number, other: number) => (one / other).toFixed(2)

const nameOf = ({ load, target }: CrowdSummary) => `${load}, ${target}`

function against(crowds: readonly CrowdSummary[], ceiling: number): string {
  const parts = crowds.flatMap(({ load, ofDirect: of }) =>
    of ? `${load}: ${of.median.toFixed(2)} (${of.low.toFixed(2)}–${of.high.toFixed(2)})` : [],
  )
  return (
    `Direct messages (100×4) on the same installation: ${short(ceiling)}/s. ` +
    `In messages a second, each round against the direct one before it: ${parts.join(', ')}.`
  )
}
