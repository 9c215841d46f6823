// What a door does to an input before it looks at it, so that all doors read it alike.
import type { TSchema } from '@sinclair/typebox'
import { isStorable } from './characters.ts'
import { Prepared, type Preparation } from './scalars.ts'
import { isVisible } from './visible.ts'

interface Step {
  readonly name: string
  readonly how: Preparation
  /** Longer texts stay as they are and are refused: no work is done on what has no bound. */
  readonly unitsMax: number
}

interface Plan {
  readonly steps: readonly Step[]
  /** Fields that may be missing and never are null. */
  readonly absentAsNull: readonly string[]
}

const lineBreak = /[\n\v\f\r\u0085\u2028\u2029]/
const plans = new Map<TSchema, Plan>()

/**
 * The fields of an input, in place. Texts become what they would be had they been written well. A
 * null where nothing is needed says that nothing is there: many languages write their empty fields so.
 */
export function prepare(schema: TSchema, data: unknown): void {
  if (typeof data !== 'object' || data === null) return
  const fields = data as Record<string, unknown>
  const { steps, absentAsNull } = planOf(schema)
  for (const name of absentAsNull) {
    if (fields[name] === null) delete fields[name]
  }
  for (const step of steps) {
    if (!Object.hasOwn(fields, step.name)) continue
    const value = fields[step.name]
    fields[step.name] = Array.isArray(value)
      ? value.map((each) => prepared(each, step))
      : prepared(value, step)
  }
}

function prepared(value: unknown, { how, unitsMax }: Step): unknown {
  if (typeof value !== 'string' || value.length > unitsMax) return value
  return ways[how](value)
}

const ways: Readonly<Record<Preparation, (text: string) => string>> = {
  // What is trimmed alone is ASCII, or will be refused.
  trim: trimmed,
  list: (text) => text.split(',').map(trimmed).join(','),
  name: (text) => trimmed(text).normalize('NFC'),
  shown,
  key: (text) => shown(trimmed(text).normalize('NFC')),
}

/** A space slips in with any keyboard; whoever ends a line there means something else. */
function trimmed(text: string): string {
  return lineBreak.test(text) ? text : text.trim()
}

/** What nobody could store is still refused, however little of it there is to see. */
function shown(text: string): string {
  return isVisible(text) || !isStorable(text) ? text : ''
}

function planOf(schema: TSchema): Plan {
  let found = plans.get(schema)
  if (!found) plans.set(schema, (found = makePlan(schema)))
  return found
}

/** A character that NFC makes of several is made of four at most. */
const unitsPerCharacter = 2 * 4

function makePlan(schema: TSchema): Plan {
  const fields = Object.entries((schema['properties'] ?? {}) as Record<string, TSchema>)
  const required = (schema['required'] ?? []) as string[]
  const steps = fields.flatMap(([name, field]) => {
    const text = (field['items'] as TSchema | undefined) ?? field
    const how = text[Prepared as never] as Preparation | undefined
    return how ? [{ name, how, unitsMax: unitsPerCharacter * Number(text['maxLength']) }] : []
  })
  const absentAsNull = fields
    .filter(([name, field]) => !required.includes(name) && !mayBeNull(field))
    .map(([name]) => name)
  return { steps, absentAsNull }
}

function mayBeNull({ type, anyOf }: TSchema): boolean {
  return type === 'null' || (Array.isArray(anyOf) && (anyOf as TSchema[]).some(mayBeNull))
}
