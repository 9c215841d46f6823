// Inputs for a schema: good ones, those at its edges, and hostile ones. For property-based tests.
import type { TObject, TSchema } from '@sinclair/typebox'
import * as fc from 'fast-check'

/** What no field expects, all of it JSON. */
const hostile = fc.constantFrom<unknown>(
  null,
  '',
  ' ',
  '\0',
  'a\0b',
  '\ud800',
  '‮txet',
  "'; drop table users; --",
  '$(id)',
  '../../etc/passwd',
  '0',
  '-1',
  0,
  -1,
  -0,
  1.5,
  1e308,
  2 ** 53,
  2 ** 63,
  true,
  false,
  [],
  [1042],
  {},
  { $gt: '' },
  { toString: 'x' },
)

const text = ({ minLength = 0, maxLength = 40 }: { minLength?: number; maxLength?: number }) =>
  fc.oneof(
    fc.string({ minLength, maxLength: Math.min(maxLength, 40), unit: 'binary' }),
    fc.constantFrom(
      'x'.repeat(Math.max(minLength - 1, 0)),
      'x'.repeat(Math.min(maxLength, 20_000)),
    ),
    fc.constantFrom('y'.repeat(Math.min(maxLength + 1, 20_000)), '水'.repeat(5_001)),
  )

/** Values for one field, in and out of its bounds. */
function valuesOf(schema: TSchema): fc.Arbitrary<unknown> {
  const { type, examples = [], minimum = 0, maximum = Number.MAX_SAFE_INTEGER } = schema
  const known = (examples as unknown[]).map((each) => fc.constant(each))
  if (type === 'integer') {
    const edges = fc.constantFrom(minimum, maximum, minimum - 1, maximum + 1)
    return fc.oneof(...known, edges, fc.integer({ min: 1, max: 300 }))
  }
  if (type === 'string')
    return fc.oneof(...known, text(schema as { minLength?: number; maxLength?: number }))
  return fc.oneof(...known, hostile)
}

/**
 * Objects for a schema. `world` gives fields that must name something there is; most values come
 * from it. A required field is left out now and then, an unknown one added.
 */
export function inputsOf(
  schema: TObject,
  world: Readonly<Record<string, readonly unknown[]>> = {},
): fc.Arbitrary<Record<string, unknown>> {
  const fields = Object.entries(schema.properties).map(([name, field]) => {
    const given = world[name]
    const good = given ? fc.constantFrom(...given) : valuesOf(field)
    const values = fc.oneof(
      { arbitrary: good, weight: 30 },
      { arbitrary: valuesOf(field), weight: 2 },
      { arbitrary: hostile, weight: 1 },
    )
    const absence = schema.required?.includes(name) ? 0.2 : 12
    const value = fc.oneof(
      { arbitrary: values.map((each) => ({ each })), weight: 60 },
      { arbitrary: fc.constant(null), weight: 5 * absence },
    )
    return [name, value] as const
  })
  const extra = fc.constantFrom({}, {}, {}, { extra: 1 }, JSON.parse('{"__proto__":{"x":1}}'))
  return fc.tuple(fc.record(Object.fromEntries(fields)), extra).map(([record, more]) => {
    const there = Object.entries(record).filter(([, value]) => value !== null)
    const named = there.map(([name, value]) => [name, (value as { each: unknown }).each])
    return { ...more, ...Object.fromEntries(named) }
  })
}

/** What may stand where an object is expected. */
export const notObjects = fc.constantFrom<unknown>(null, [], [{}], 'text', 7, true)
