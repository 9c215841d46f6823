// The table of `bench connect`.
import type { ConnectResult, ConnectSide } from './connect.ts'
import { short } from './lib/numbers.ts'
import { table } from './lib/table.ts'

const names = { bare: 'bare Bun socket', product: 'Curlew' } as const

export function printConnect({ sides }: ConnectResult): string {
  const bare = sides.find((side) => side.name === 'bare')
  const product = sides.find((side) => side.name === 'product')
  const rows = sides.map(row)
  if (bare && product) {
    rows.push([
      'Curlew / bare',
      short(product.bytesPerSocket / bare.bytesPerSocket),
      short(product.bytesPerSocketAtMost / bare.bytesPerSocketAtMost),
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
      'at most',
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
    short(side.bytesPerSocketAtMost / 1024),
    side.levels.map((level) => short(level.residentBytes / 2 ** 20)).join(' / '),
    `${short(median)} (${short(low)}–${short(high)})`,
    short(side.cpuMicrosPerConnect),
  ]
}
