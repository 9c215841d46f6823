// One hash of everything that may be said. Words about it do not count; its meaning does.
import { createHash } from 'node:crypto'
import { closes } from '../../src/protocol/closes.ts'
import { errors } from '../../src/protocol/errors.ts'
import { clientFrames, RequestId, serverFrames } from '../../src/protocol/frames.ts'
import { operations } from '../../src/protocol/operations.ts'

/** For readers only: clients cannot tell the difference. */
const wordsKeys = new Set(['title', 'description', 'examples', 'summary', 'tag', 'limit'])

export function everythingSaid(): unknown {
  return {
    operations,
    clientFrames,
    serverFrames,
    requestId: RequestId,
    errors,
    closes,
  }
}

export function fingerprint(said: unknown): string {
  return createHash('sha256')
    .update(JSON.stringify(canonical(said)))
    .digest('hex')
    .slice(0, 32)
}

/** Keys sorted, TypeBox's symbols gone. Under `properties` every key is a field, whatever its name. */
function canonical(value: unknown, areFields = false): unknown {
  if (Array.isArray(value)) return value.map((each) => canonical(each))
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value)
    .filter(([key]) => areFields || !wordsKeys.has(key))
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, each]) => [key, canonical(each, key === 'properties' && !areFields)])
  return Object.fromEntries(entries)
}
