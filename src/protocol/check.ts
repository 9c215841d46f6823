// Schemas compiled, with lengths counted as the published `maxLength` means them.
import { Kind, TypeRegistry, type TSchema, type TString } from '@sinclair/typebox'
import { TypeCompiler } from '@sinclair/typebox/compiler'
import { ValueErrorIterator, ValueErrorType, type ValueError } from '@sinclair/typebox/errors'
import { longerThan, shorterThan } from './characters.ts'
import { Further } from './scalars.ts'

export interface Check {
  Check(value: unknown): boolean
  /** As TypeBox says them; only who was refused asks. */
  Errors(value: unknown): ValueErrorIterator
}

const compiled = new Map<TSchema, Check>()

/** The compiled check of a schema; compiled at first use. */
export function checkOf(schema: TSchema): Check {
  let check = compiled.get(schema)
  if (!check) compiled.set(schema, (check = compile(schema)))
  return check
}

/**
 * TypeBox counts UTF-16 units and would refuse 40 of 64 rare Han characters. So each text with a
 * bound or a pattern becomes a kind of our own, which TypeBox asks us about.
 */
function compile(schema: TSchema): Check {
  const type = TypeCompiler.Compile(withTexts(schema) as TSchema)
  return {
    Check: (value) => type.Check(value),
    Errors: (value) => named(type.Errors(value)),
  }
}

const kind = 'CountedText'
TypeRegistry.Set<TString>(kind, (schema, value) => wrongWith(schema, value) === undefined)

/** A copy in which texts are of our kind. Symbols are what TypeBox knows its types by. */
function withTexts(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withTexts)
  if (typeof value !== 'object' || value === null) return value
  const copy: Record<PropertyKey, unknown> = {}
  for (const key of Reflect.ownKeys(value)) {
    copy[key] = withTexts((value as Record<PropertyKey, unknown>)[key])
  }
  if (copy[Kind] === 'String') copy[Kind] = kind
  return copy
}

/** Lengths first: a pattern never walks a text without a bound. */
function wrongWith(schema: TString, value: unknown): keyof typeof words | undefined {
  if (typeof value !== 'string') return ValueErrorType.String
  const { minLength, maxLength, pattern } = schema
  if (maxLength !== undefined && longerThan(value, maxLength)) return ValueErrorType.StringMaxLength
  if (minLength !== undefined && shorterThan(value, minLength)) {
    return ValueErrorType.StringMinLength
  }
  if (typeof pattern === 'string' && !patternOf(pattern).test(value)) {
    return ValueErrorType.StringPattern
  }
  const further: ((text: string) => boolean) | undefined = schema[Further as never]
  return further && !further(value) ? ValueErrorType.StringPattern : undefined
}

const patterns = new Map<string, RegExp>()

/** As JSON Schema reads patterns: by code points. */
function patternOf(text: string): RegExp {
  let pattern = patterns.get(text)
  if (!pattern) patterns.set(text, (pattern = new RegExp(text, 'u')))
  return pattern
}

const words = {
  [ValueErrorType.String]: 'Expected string',
  [ValueErrorType.StringMaxLength]: 'Expected fewer characters',
  [ValueErrorType.StringMinLength]: 'Expected more characters',
  [ValueErrorType.StringPattern]: 'Expected string to match its pattern',
}

/** Our kind's errors under the names TypeBox has for them. */
function named(errors: ValueErrorIterator): ValueErrorIterator {
  return new ValueErrorIterator(each(errors))
}

function* each(errors: ValueErrorIterator): IterableIterator<ValueError> {
  for (const error of errors) {
    const inner = { ...error, errors: error.errors.map(named) }
    const type =
      error.schema[Kind] === kind ? wrongWith(error.schema as TString, error.value) : null
    // A field that is not there at all keeps TypeBox's word for it.
    const own = error.type === ValueErrorType.Kind && type !== null && type !== undefined
    yield own ? { ...inner, type, message: words[type] } : inner
  }
}
