// The table of `bench search`.
import { short, type Spread } from '../lib/numbers.ts'
import { table } from '../lib/table.ts'
import type { Times } from '../lib/times.ts'
import type { CostSide, SearchCost, SearchResult } from '../measured.search.ts'

const cells = ({ p50, p95, p99 }: Times) => [short(p50), short(p95), short(p99)]
const mebi = (kibi: number) => short(kibi / 1_024)

export function printSearch(result: SearchResult): string {
  const parts = result.messages > 0 ? [printFinding(result)] : []
  return [...parts, ...(result.cost ? [printCost(result.cost)] : [])].join('\n\n')
}

function printFinding(result: SearchResult): string {
  const { messages, conversations, questions, designs, sizes, perMessage, coresOfOthers } = result
  const rows = questions.map(({ name, times, void: wrong }) => {
    return [name, ...(wrong.length > 0 ? ['void', 'void', 'void'] : cells(times))]
  })
  return [
    `Somebody in ${short(conversations)} conversations, among ${short(messages)} messages in all; other ` +
      `programs used ${coresOfOthers.toFixed(2)} cores meanwhile. Whole answers by HTTP.`,
    table(['ms', 'p50', 'p95', 'p99'], rows),
    `The messages take ${mebi(sizes.messages)} MiB, their texts alone ${mebi(sizes.texts)}; ` +
      `the index takes ${mebi(sizes.index)} MiB. To keep it takes ${short(perMessage)} µs for each new ` +
      `message, behind the commit.`,
    ...(designs.length > 0 ? [printDesigns(designs)] : []),
  ].join('\n\n')
}

function printDesigns(designs: SearchResult['designs']): string {
  return [
    'The statement that finds candidates, by design:',
    table(
      ['ms', 'rare p50', 'rare p95', 'frequent p50', 'frequent p95', 'MiB'],
      designs.map(({ name, rare, frequent, size }) => [
        name,
        short(rare.p50),
        short(rare.p95),
        short(frequent.p50),
        short(frequent.p95),
        mebi(size),
      ]),
    ),
  ].join('\n\n')
}

const processes = ['api', 'worker', 'redis', 'postgres']

function printCost({
  pairs,
  rate,
  cpu,
  kept,
  left,
  lagMs,
  coresOfOthers,
  void: wrong,
}: SearchCost) {
  if (wrong.length > 0) return `Beside the send path: void, ${wrong.join('; ')}.`
  const row = (name: string, { rate: { median, low, high }, cpuMicros }: CostSide) => {
    const used = processes.map((each) => cpuMicros[each] ?? 0)
    const sum = used.reduce((all, each) => all + each, 0)
    return [name, `${short(median)} (${short(low)}–${short(high)})`, ...[...used, sum].map(short)]
  }
  const ratio = ({ median, low, high }: Spread) =>
    `${median.toFixed(2)} (${low.toFixed(2)}–${high.toFixed(2)})`
  return [
    `Beside the send path (100×4), ${pairs} pairs of turns; other programs used up to ` +
      `${coresOfOthers.toFixed(2)} cores.`,
    table(
      ['the index', 'delivered/s', ...processes.map((each) => `${each}, CPU µs`), 'all'],
      [row('kept', kept), row('left alone', left)],
    ),
    `Kept to left alone, pair by pair: messages a second ${ratio(rate)}, processor time of all processes ` +
      `for each ${ratio(cpu)}. Nothing was left to index ${short(lagMs.median / 1_000)} s after the last ` +
      `answer (${short(lagMs.low / 1_000)}–${short(lagMs.high / 1_000)}).`,
  ].join('\n\n')
}
