// TypeBox schemas as the plain JSON Schema of a document: named objects become components.
import type { TSchema } from '@sinclair/typebox'
import { isObject, type Json, type JsonObject } from '../../../src/http/docs/json.ts'
import { Email, Time, Uuid } from '../../../src/protocol/scalars.ts'

/**
 * What TypeBox may not be told, because it would then want a checker for it: the patterns in the
 * protocol check, these only tell readers and generators what the text is.
 */
const formats = new Map<Json | undefined, string>(
  (
    [
      [Email, 'email'],
      [Time, 'date-time'],
      [Uuid, 'uuid'],
    ] as const
  ).map(([schema, format]) => [signOf(plain(schema)), format]),
)

/** Without TypeBox's symbols, which JSON does not know. */
export function plain(value: unknown): JsonObject {
  return JSON.parse(JSON.stringify(value)) as JsonObject
}

/** Ids and positions: a generator without a word makes 32 bits of a whole number. */
const isWide = (schema: JsonObject) =>
  schema['type'] === 'integer' && Number(schema['maximum']) > 2 ** 31 - 1

/** Optional fields are clones: what tells a scalar from others is its text, not its identity. */
function signOf(schema: JsonObject): string {
  return JSON.stringify([schema['type'], schema['pattern'], schema['examples']])
}

const mapsOfSchemas = ['properties', 'patternProperties']
const listsOfSchemas = ['anyOf', 'allOf', 'oneOf']
const schemas = ['items', 'additionalProperties']

/** The components of one document. An object schema with a title is one, under that title. */
export class Schemas {
  readonly components: Record<string, JsonObject> = {}
  /** Titles two different schemas bear; a test wants none. The second stays where it is used. */
  readonly collisions = new Set<string>()
  readonly #texts = new Map<string, string>()

  /** A reference for a named schema, the schema itself for any other. */
  refer(schema: TSchema): JsonObject {
    return this.#refer(plain(schema))
  }

  #refer(schema: JsonObject): JsonObject {
    const { title } = schema
    if (typeof title !== 'string' || !('properties' in schema)) return this.#inside(schema)
    const text = JSON.stringify(schema)
    const known = this.#texts.get(title)
    if (known === undefined) {
      this.#texts.set(title, text)
      this.components[title] = {}
      this.components[title] = this.#inside(schema)
    } else if (known !== text) {
      this.collisions.add(title)
      return this.#inside(schema)
    }
    return { $ref: `#/components/schemas/${title}` }
  }

  #inside(schema: JsonObject): JsonObject {
    const changed: Record<string, Json> = {}
    for (const [key, value] of Object.entries(schema)) {
      if (mapsOfSchemas.includes(key) && isObject(value)) {
        const fields = Object.entries(value).map(([name, each]) => [name, this.#of(each)])
        changed[key] = Object.fromEntries(fields) as JsonObject
      } else if (listsOfSchemas.includes(key) && Array.isArray(value)) {
        changed[key] = (value as Json[]).map((each) => this.#of(each))
      } else {
        changed[key] = schemas.includes(key) ? this.#of(value) : value
      }
    }
    const format = isWide(schema) ? 'int64' : formats.get(signOf(schema))
    return shorter(format === undefined ? changed : { ...changed, format })
  }

  #of(schema: Json): Json {
    return isObject(schema) ? this.#refer(schema) : schema
  }
}

/** Unions of constants as `enum`, "or null" as a second type: the same, and easier to read. */
function shorter(schema: JsonObject): JsonObject {
  const { anyOf, ...rest } = schema
  if (!Array.isArray(anyOf)) return schema
  const options = anyOf as JsonObject[]
  const type = options[0]?.['type']
  if (type !== undefined && options.every((each) => 'const' in each && each['type'] === type)) {
    return { ...rest, type, enum: options.map((each) => each['const'] as Json) }
  }
  const [first, second] = options
  if (options.length === 2 && second?.['type'] === 'null' && typeof first?.['type'] === 'string') {
    if (!('const' in first) && !('enum' in first)) {
      return { ...first, ...rest, type: [first['type'], 'null'] }
    }
  }
  return schema
}
