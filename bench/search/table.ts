// The table of `bench search`.
import { short } from '../lib/numbers.ts'
import { table } from '../lib/table.ts'
import type { Times } from '../lib/times.ts'
import type { SearchResult } from '../measured.ts'

const cells = ({ p50, p95, p99 }: Times) => [short(p50), short(p95), short(p99)]
const mebi = (kibi: number) => short(kibi / 1_024)

export function printSearch(result: SearchResult) {
  const { messages, conversations, questions, designs, sizes, perMessage, coresOfOthers } = result
  const rows = questions.map(({ name, times, void: wrong }) => {
    return [name, ...(wrong.length > 0 ? ['void', 'void', 'void'] : cells(times))]
  })
  return [
    `Somebody in ${short(conversations)} conversations, among ${short(messages)} messages in all; other ` +
      `programs used ${coresOfOthers.toFixed(2)} cores meanwhile. Whole answers by HTTP.`,
    table(['ms', 'p50', 'p95', 'p99'], rows),
    `The messages take ${mebi(sizes.messages)} MiB, their texts alone ${mebi(sizes.texts)}; ` +
      `the index takes ${mebi(sizes.index)} MiB, ${mebi(sizes.words)} of them its GIN. To keep it takes ` +
      `${short(perMessage)} µs for each new message, behind the commit.`,
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
