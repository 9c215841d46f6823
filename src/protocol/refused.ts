// What TypeBox found wrong, as a refusal says it: which field, why, and the bound that was broken.
import { Type, type TSchema } from '@sinclair/typebox'
import { ValueErrorType, type ValueError } from '@sinclair/typebox/errors'
import { refusalReasons, type Bounds, type RefusalReason } from './errors.ts'
import type { Refused, ValueType } from './errors.ts'

const Limit = Type.Integer({
  minimum: Number.MIN_SAFE_INTEGER,
  maximum: Number.MAX_SAFE_INTEGER,
  description: 'The bound: of characters, or of the number.',
})

/** What stands beside `field` in a refusal. */
export const refusedFields = {
  reason: Type.Optional(
    Type.Union(
      refusalReasons.map((each) => Type.Literal(each)),
      { description: 'Why the field was refused.' },
    ),
  ),
  min: Type.Optional(Limit),
  max: Type.Optional(Limit),
  unit: Type.Optional(Type.Literal('bytes', { description: 'What the bound counts, if this.' })),
  allowed: Type.Optional(
    Type.Array(Type.Unknown({ description: 'A text or a whole number.' }), {
      description: 'What may stand there; `64-255` is a range.',
    }),
  ),
  types: Type.Optional(Type.Array(Type.String(), { description: 'What it may be of.' })),
  one_of: Type.Optional(
    Type.Array(Type.String(), { description: 'Of what is missing: any of these would do.' }),
  ),
  with: Type.Optional(
    Type.String({ description: 'The field it contradicts; `self`: whoever asks.' }),
  ),
}

/** `whole` names what was checked, for what is wrong about all of it. */
export function refusedBy(error: ValueError | undefined, whole: string): Refused {
  if (!error) return { field: whole, reason: 'type' }
  const { schema, value } = error
  const field = error.path.slice(1).replaceAll('/', '.') || whole
  if (value === undefined) return { field, reason: 'missing' }
  if (error.type === ValueErrorType.Union) return ofUnion(error, field, whole)
  // A name that the object does not have.
  if (error.type === ValueErrorType.ObjectAdditionalProperties) {
    return { field, reason: 'unknown_value', allowed: Object.keys(schema['properties']) }
  }
  if (error.type === ValueErrorType.Literal) return { field, ...unknown([schema]) }
  const bound = bounds[error.type]
  if (!bound) return { field, reason: 'type', types: [schema['type'] as ValueType] }
  const [reason, name, keyword] = bound
  if (!name) return { field, reason }
  return { field, reason, [name]: Number(schema[keyword as string]) }
}

type Bound = readonly [
  reason: RefusalReason,
  name?: Exclude<keyof Bounds, 'types' | 'allowed' | 'one_of'>,
  keyword?: string,
]

const bounds: Readonly<Partial<Record<ValueErrorType, Bound>>> = {
  [ValueErrorType.StringMinLength]: ['too_short', 'min', 'minLength'],
  [ValueErrorType.StringMaxLength]: ['too_long', 'max', 'maxLength'],
  [ValueErrorType.StringPattern]: ['pattern'],
  [ValueErrorType.IntegerMinimum]: ['too_small', 'min', 'minimum'],
  [ValueErrorType.IntegerMaximum]: ['too_large', 'max', 'maximum'],
  [ValueErrorType.ArrayMaxItems]: ['too_many', 'max', 'maxItems'],
}

/** Of values: none of them. Of types: what is wrong with the one that was meant, or the types. */
function ofUnion({ schema, errors, path }: ValueError, field: string, whole: string): Refused {
  const options = schema['anyOf'] as TSchema[]
  if (options.every((each) => 'const' in each)) return { field, ...unknown(options) }
  for (const each of errors) {
    const inner = each.First()
    if (!inner) continue
    const refused = refusedBy(inner, whole)
    if (inner.path !== path || refused.reason !== 'type') return refused
  }
  return { field, reason: 'type', types: options.map((each) => each['type'] as ValueType) }
}

const unknown = (options: readonly TSchema[]) =>
  ({ reason: 'unknown_value', allowed: options.map((each) => each['const'] as string) }) as const
