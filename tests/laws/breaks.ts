// Every way to break an input that its schema forbids, one at a time, and the refusal that is due.
import type { TSchema } from '@sinclair/typebox'
import type { Refused, ValueType } from '../../src/protocol/errors.ts'
import { sample } from '../../docs/writers/documents/sample.ts'
import { plain } from '../../docs/writers/documents/schema.ts'

export type Input = Record<string, unknown>

export interface Break {
  readonly input: unknown
  readonly refused: Refused
}

/** A value that breaks one bound, and what is to be said of it but for the name. */
type Wrong = readonly [value: unknown, refused: Omit<Refused, 'field'>, below?: string]

/** The document's own example of it, which is right. */
export const rightOf = (schema: TSchema): Input => sample(plain(schema), {}) as Input

/** `text`: all values come as text, from an address. */
export function breaksOf(schema: TSchema, { text = false } = {}): Break[] {
  const right = rightOf(schema)
  const required = (schema['required'] ?? []) as string[]
  const fields = Object.entries(schema['properties'] as Record<string, TSchema>)
  return fields.flatMap(([field, each]) => {
    const { [field]: _, ...without } = right
    const missing = { input: without, refused: { field, reason: 'missing' } } as const
    // A null is nothing: no break where nothing is needed.
    const none = required.includes(field) ? ofNull(each) : []
    const wrongs = [...wrongsOf(each), ...none].filter(
      ([value]) => !text || typeof value !== 'object',
    )
    // From an address everything is a text: none is of the wrong type where one is wanted.
    const typed = wrongs.filter(([, { types }]) => !text || !types?.includes('string'))
    return [
      ...(required.includes(field) ? [missing] : []),
      ...typed.map(([value, refused, below = '']) => {
        return {
          input: { ...right, [field]: value },
          refused: { field: field + below, ...refused },
        }
      }),
    ]
  })
}

function wrongsOf(schema: TSchema): Wrong[] {
  if (Array.isArray(schema['anyOf'])) return ofUnion(schema['anyOf'] as TSchema[])
  switch (schema['type']) {
    case 'string':
      return [[7, { reason: 'type', types: ['string'] }], ...ofText(schema)]
    case 'integer':
      return [
        ['x', { reason: 'type', types: ['integer'] }],
        [1.5, { reason: 'type', types: ['integer'] }],
        ...ofNumber(schema),
      ]
    case 'boolean':
      return [['x', { reason: 'type', types: ['boolean'] }]]
    case 'array':
      return [[7, { reason: 'type', types: ['array'] }], ...ofList(schema)]
    case 'object':
      return [
        [7, { reason: 'type', types: ['object'] }],
        ...breaksOf(schema).map(({ input, refused: { field, ...rest } }): Wrong => {
          return [input, rest, `.${field}`]
        }),
      ]
    case 'null':
      return []
    default:
      // A schema of another kind wants its lines here.
      throw new Error(`nobody knows how to break ${JSON.stringify(schema)}`)
  }
}

function ofNull({ type }: TSchema): Wrong[] {
  return type === undefined ? [] : [[null, { reason: 'type', types: [type as ValueType] }]]
}

function ofText({ minLength, maxLength, pattern }: TSchema): Wrong[] {
  const wrongs: Wrong[] = []
  if (minLength > 0) {
    wrongs.push(['x'.repeat(minLength - 1), { reason: 'too_short', min: minLength }])
  }
  if (maxLength !== undefined) {
    wrongs.push(['x'.repeat(maxLength + 1), { reason: 'too_long', max: maxLength }])
  }
  if (pattern !== undefined) {
    const odd = '~'.repeat(Math.max(Number(minLength ?? 1), 1))
    if (new RegExp(pattern).test(odd)) throw new Error(`${odd} is right for ${pattern}`)
    wrongs.push([odd, { reason: 'pattern' }])
  }
  return wrongs
}

function ofNumber({ minimum, maximum }: TSchema): Wrong[] {
  return [
    ...(minimum === undefined
      ? []
      : [[minimum - 1, { reason: 'too_small', min: minimum }] as Wrong]),
    ...(maximum === undefined
      ? []
      : [[maximum + 1, { reason: 'too_large', max: maximum }] as Wrong]),
  ]
}

function ofList({ maxItems, items }: TSchema): Wrong[] {
  const right = sample(plain(items), {})
  const many: Wrong = [
    Array.from({ length: Number(maxItems) + 1 }, () => right),
    { reason: 'too_many', max: Number(maxItems) },
  ]
  const inside = wrongsOf(items as TSchema).map(([value, refused, below = '']): Wrong => {
    return [[right, value], refused, `.1${below}`]
  })
  return [...(maxItems === undefined ? [] : [many]), ...inside]
}

function ofUnion(options: readonly TSchema[]): Wrong[] {
  if (options.every((each) => 'const' in each)) {
    const allowed = options.map((each) => each['const'] as string)
    return [
      ['nonsense', { reason: 'unknown_value', allowed }],
      [7, { reason: 'unknown_value', allowed }],
    ]
  }
  const types = options.map((each) => each['type'] as ValueType)
  return [
    [true, { reason: 'type', types }],
    ...options
      .flatMap((each) => wrongsOf(each))
      .filter(([, { reason }, below]) => reason !== 'type' || below !== undefined),
  ]
}
