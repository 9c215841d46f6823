// docs/reference/limits.md: rate limits, and every bound with what its comment says.
import { Glob } from 'bun'
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { manyFold, type Bucket } from '../../src/core/token-bucket.ts'
import { buckets } from '../../src/features/all.ts'
import { names } from '../../src/features/signin/limits.ts'
import { limits } from '../../src/limits.ts'
import { upgrades } from '../../src/socket/limits.ts'
import { code, table } from './table.ts'

const root = join(dirname(import.meta.dir), '..')

const rate = ({ burst, perMinute }: Bucket) => [burst, perMinute]

export function limitTables(): string {
  const byClass = Object.entries(buckets).map(([name, row]) => [
    code(name),
    row.meaning,
    ...rate(row.caller),
    ...rate(row.account),
    row.away === 'refuse' ? 'refused, 5002' : 'passes',
  ])
  const byName = Object.entries(names).map(([name, row]) => [
    code(name),
    row.meaning,
    ...rate(row.here),
    ...rate(row.everywhere),
  ])
  return [
    '## Rate limits',
    'A token bucket holds so many tokens, "at once", and gets so many back "a minute". A request ' +
      'takes one; without one it is answered 4029 with the seconds to wait. All nodes share the ' +
      'buckets.',
    'A place is an IPv4 address or an IPv6 /64. Behind addresses that are not public stand many: ' +
      `the buckets of such places are ${manyFold} times as large and as fast.`,
    '### By class',
    'Of a place when the operation is open, of an account when it needs a token. [Which operation ' +
      'has which class](operations.md).',
    table(
      ['Class', 'What', 'Place: at once', 'a minute', 'Account: at once', 'a minute', 'No Redis'],
      byClass,
    ),
    '### By name',
    'Of the address or name somebody claims, whether or not there is such an account. Places where ' +
      'its owner has signed in lately go on when the bucket of everywhere is empty.',
    table(
      ['Name', 'What', 'One place: at once', 'a minute', 'Everywhere: at once', 'a minute'],
      byName,
    ),
    '### Sockets',
    `Upgrades from one place, by each node: ${upgrades.burst} at once, ${upgrades.perMinute} a ` +
      'minute; more answer 429 before the upgrade.',
    '## Bounds',
    'Each stands in the `limits.ts` of the room that keeps it. Units are in the names.',
    table(['Bound', 'Value', 'What'], bounds()),
  ].join('\n\n')
}

/** Every bound by its path, with its value and the comment above it. */
function bounds(): (string | number)[][] {
  const said = comments()
  const rows: (string | number)[][] = []
  const walk = (value: unknown, path: string) => {
    if (typeof value === 'object' && value !== null) {
      for (const [key, each] of Object.entries(value)) walk(each, path ? `${path}.${key}` : key)
    } else rows.push([code(path), (value as number).toLocaleString('en'), said.get(path) ?? ''])
  }
  walk(limits, '')
  return rows
}

/** What the comments say, read from the source: `group.key` → text. */
function comments(): Map<string, string> {
  const found = new Map<string, string>()
  for (const file of new Glob('{src,workers}/**/limits.ts').scanSync({ cwd: root })) {
    const text = readFileSync(join(root, file), 'utf8')
    const path: string[] = []
    let comment: string[] = []
    for (const line of text.slice(text.indexOf('export const limits')).split('\n')) {
      const said = /^\s*(?:\/\*\*|\*(?!\/))\s?(.*?)(?:\s*\*\/)?$/.exec(line)
      const key = /^\s*(\w+): (\{)?/.exec(line)
      if (said) comment.push(said[1] ?? '')
      if (line.startsWith('} as const')) break
      if (!key) {
        if (/^\s*\},/.test(line)) path.pop()
        continue
      }
      const name = [...path, key[1]].join('.')
      if (comment.length > 0) found.set(name, comment.join(' ').trim())
      comment = []
      if (key[2] && !line.includes('}')) path.push(key[1] as string)
    }
  }
  return found
}
