// An example value of a schema: its own example where it has one, otherwise the plainest that fits.
import { isObject, type Json, type JsonObject } from '../../../src/http/docs/json.ts'

type Components = Readonly<Record<string, JsonObject>>

export function sample(schema: JsonObject, components: Components): Json {
  if (Array.isArray(schema['type']) && schema['type'].includes('null')) return null
  const examples = schema['examples']
  if (Array.isArray(examples) && examples.length > 0) return examples[0] as Json
  for (const key of ['const', 'default']) if (key in schema) return schema[key] as Json
  const choices = schema['enum']
  if (Array.isArray(choices)) return choices[0] as Json
  if (typeof schema['$ref'] === 'string') {
    const named = components[schema['$ref'].split('/').at(-1) ?? '']
    return named ? sample(named, components) : null
  }
  if (Array.isArray(schema['allOf'])) {
    const parts = (schema['allOf'] as JsonObject[]).map((each) => sample(each, components))
    return Object.assign({}, ...parts) as JsonObject
  }
  const options = schema['anyOf'] ?? schema['oneOf']
  if (Array.isArray(options)) return sample(options[0] as JsonObject, components)
  return plainest(schema, components)
}

function plainest(schema: JsonObject, components: Components): Json {
  switch (schema['type']) {
    case 'object':
      return sampleFields(schema, components)
    case 'array':
      return isObject(schema['items']) ? [sample(schema['items'], components)] : []
    case 'integer':
    case 'number':
      return Number(schema['minimum'] ?? 0)
    case 'boolean':
      return false
    case 'string':
      return 'text'.padEnd(Number(schema['minLength'] ?? 0), '.')
    default:
      return schema['type'] === 'null' ? null : {}
  }
}

function sampleFields(schema: JsonObject, components: Components): JsonObject {
  const fields = isObject(schema['properties']) ? Object.entries(schema['properties']) : []
  const values = fields.map(([name, each]) => [name, sample(each as JsonObject, components)])
  return Object.fromEntries(values) as JsonObject
}
