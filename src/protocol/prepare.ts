// What a door does to a text before it looks at it, so that all doors read it alike.
import type { TSchema } from '@sinclair/typebox'
import { Prepared, type Preparation } from './scalars.ts'

interface Step {
  readonly name: string
  readonly how: Preparation
  /** Longer texts stay as they are and are refused: no work is done on what has no bound. */
  readonly unitsMax: number
}

const lineBreak = /[\n\v\f\r\u0085\u2028\u2029]/
const steps = new Map<TSchema, readonly Step[]>()

/** Addresses and names in the fields of an input, in place: as if they had been written so. */
export function prepare(schema: TSchema, data: unknown): void {
  if (typeof data !== 'object' || data === null) return
  const fields = data as Record<string, unknown>
  for (const step of stepsOf(schema)) {
    if (!Object.hasOwn(fields, step.name)) continue
    const value = fields[step.name]
    fields[step.name] = Array.isArray(value)
      ? value.map((each) => prepared(each, step))
      : prepared(value, step)
  }
}

function prepared(value: unknown, { how, unitsMax }: Step): unknown {
  if (typeof value !== 'string' || value.length > unitsMax) return value
  // A space slips in with any keyboard; whoever ends a line there means something else.
  const text = lineBreak.test(value) ? value : value.trim()
  // What is trimmed alone is ASCII, or will be refused.
  return how === 'name' ? text.normalize('NFC') : text
}

function stepsOf(schema: TSchema): readonly Step[] {
  let found = steps.get(schema)
  if (!found) steps.set(schema, (found = findSteps(schema)))
  return found
}

/** A character that NFC makes of several is made of four at most. */
const unitsPerCharacter = 2 * 4

function findSteps(schema: TSchema): Step[] {
  const fields = Object.entries((schema['properties'] ?? {}) as Record<string, TSchema>)
  return fields.flatMap(([name, field]) => {
    const text = (field['items'] as TSchema | undefined) ?? field
    const how = text[Prepared as never] as Preparation | undefined
    return how ? [{ name, how, unitsMax: unitsPerCharacter * Number(text['maxLength']) }] : []
  })
}
