// A null where nothing is needed: absent in every input there is, and refused where something is.
import { expect, test } from 'bun:test'
import type { TSchema } from '@sinclair/typebox'
import { checkOf } from '../../src/protocol/check.ts'
import { clientFrames } from '../../src/protocol/frames.ts'
import type { Operation } from '../../src/protocol/operation.ts'
import { operations } from '../../src/protocol/operations.ts'
import { prepare } from '../../src/protocol/prepare.ts'
import { rightOf } from '../laws/breaks.ts'

/** Fields whose schema has a null of its own. */
const nullable = new Set(['moments.comment reply_to_id'])

const inputs: [string, TSchema][] = [
  ...Object.entries<Operation>(operations).flatMap(([name, { query, body }]) =>
    [query, body].flatMap((each): [string, TSchema][] => (each ? [[name, each]] : [])),
  ),
  ...Object.entries(clientFrames)
    .filter(([, { data }]) => 'properties' in data)
    .map(([name, { data }]): [string, TSchema] => [name, data]),
]

/** Null says something of its own there: until no time at all, after no time at all. */
const saysNull = new Set(['groups.mute until', 'conversations.timer seconds'])

test('every field that may be missing may be null, and no other', () => {
  const seen = new Set<string>()
  for (const [name, schema] of inputs) {
    const required = (schema['required'] ?? []) as string[]
    const right = rightOf(schema)
    const needed = Object.fromEntries(required.map((field) => [field, right[field]]))
    for (const field of Object.keys(schema['properties'] as object)) {
      const where = `${name} ${field}`
      const input = { ...needed, [field]: null }
      prepare(schema, input)
      const isRight = checkOf(schema).Check(input)
      expect([where, isRight]).toEqual([where, !required.includes(field) || saysNull.has(where)])
      const stays = required.includes(field) || nullable.has(where)
      expect([where, Object.hasOwn(input, field)]).toEqual([where, stays])
      seen.add(where)
    }
  }
  expect(seen.size).toBeGreaterThan(60)
  for (const each of nullable) expect(seen).toContain(each)
})
