// The table of `bench connect`.
import type { ConnectResult, ConnectSide, Level } from '../measured.ts'
import { short } from '../lib/numbers.ts'
import { table } from '../lib/table.ts'

const names = {
  bare: 'bare Bun socket',
  product: 'Curlew',
  grouped: 'Curlew, owners in 50 groups',
} as const

export function printConnect({ sides }: ConnectResult): string {
  const bare = sides.find((side) => side.name === 'bare')
  const product = sides.find((side) => side.name === 'product')
  const rows = sides.map(row)
  if (bare && product) {
    rows.push([
      'Curlew / bare',
      short(product.bytesPerSocket / bare.bytesPerSocket),
      short(bytesOverall(product.levels) / bytesOverall(bare.levels)),
      '',
      short(product.connectsPerSecond.median / bare.connectsPerSecond.median),
      short(product.cpuMicrosPerConnect / bare.cpuMicrosPerConnect),
    ])
  }
  const levels = sides[0]?.levels.map((level) => level.sockets.toLocaleString('en-US')) ?? []
  return table(
    [
      'idle sockets',
      'KB per socket (slope)',
      'overall',
      `RSS MB at ${levels.join(' / ')}`,
      'connects/s',
      'API µs per connect',
    ],
    rows,
  )
}

function row(side: ConnectSide): string[] {
  if (side.void.length > 0) return [names[side.name], 'void', 'void', side.void[0]!, 'void', 'void']
  const { median, low, high } = side.connectsPerSecond
  return [
    names[side.name],
    short(side.bytesPerSocket / 1024),
    short(bytesOverall(side.levels) / 1024),
    side.levels.map((level) => short(level.residentBytes / 2 ** 20)).join(' / '),
    `${short(median)} (${short(low)}–${short(high)})`,
    short(side.cpuMicrosPerConnect),
  ]
}

/**
 * From the smallest size there was up to that with all sockets, by the sockets that came in between:
 * a process may still shrink while the first ones come.
 */
function bytesOverall(levels: readonly Level[]): number {
  const smallest = levels.toSorted((a, b) => a.residentBytes - b.residentBytes)[0]!
  const all = levels.at(-1)!
  const sockets = Math.max(1, all.sockets - smallest.sockets)
  return Math.round((all.residentBytes - smallest.residentBytes) / sockets)
}
