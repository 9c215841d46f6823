// The fields of a schema as a table, and examples of messages, in HTML.
import { escape, words } from './html.ts'
import { isObject, type Json, type JsonObject } from './json.ts'

export interface Field {
  readonly name: string
  readonly schema: JsonObject
  readonly required: boolean
}

export function fieldTable(schema: JsonObject): string {
  const fields = fieldsOf(schema)
  if (fields.length === 0) return `<p class="type">${typeOf(schema)}</p>`
  return `<div class="table"><table class="fields"><tbody>${fields.map(row).join('')}</tbody></table></div>`
}

/** Of an object, or of all parts of an `allOf`; parts that are references stay references. */
export function fieldsOf(schema: JsonObject): Field[] {
  if (Array.isArray(schema['allOf'])) {
    return (schema['allOf'] as JsonObject[]).flatMap((part) =>
      '$ref' in part ? [{ name: '…', schema: part, required: true }] : fieldsOf(part),
    )
  }
  if (!isObject(schema['properties'])) return []
  const required = new Set(Array.isArray(schema['required']) ? schema['required'] : [])
  return Object.entries(schema['properties']).map(([name, each]) => ({
    name,
    schema: each as JsonObject,
    required: required.has(name),
  }))
}

function row({ name, schema, required }: Field): string {
  const optional = required ? '' : ' <span class="optional">optional</span>'
  const meaning = schema['description'] === undefined ? '' : words(schema['description'])
  const bounds = boundsOf(schema)
  const told = [meaning, bounds].filter((each) => each !== '').join(' ')
  return `<tr><td><code>${escape(name)}</code>${optional}</td>
<td class="type">${typeOf(schema)}</td><td>${told}</td></tr>`
}

/** As `typeName`; what it names among the objects of the page is a link. */
function typeOf(schema: JsonObject): string {
  return escape(typeName(schema)).replaceAll(
    /\b[A-Z]\w*/g,
    (name) => `<a href="#object.${name}">${name}</a>`,
  )
}

export function typeName(schema: JsonObject): string {
  const reference = schema['$ref']
  if (typeof reference === 'string') return reference.split('/').at(-1) ?? ''
  if ('const' in schema) return JSON.stringify(schema['const'])
  if (Array.isArray(schema['enum'])) return schema['enum'].map(String).join(' | ')
  if (Array.isArray(schema['anyOf'])) {
    return (schema['anyOf'] as JsonObject[]).map(typeName).join(' | ')
  }
  if (isObject(schema['items'])) return `${typeName(schema['items'])}[]`
  if (isObject(schema['patternProperties'])) {
    const value = Object.values(schema['patternProperties'])[0] as JsonObject
    return `{ id: ${typeName(value)} }`
  }
  const type = schema['type'] as Json | undefined
  if (Array.isArray(type)) return type.map(String).join(' | ')
  if (type === 'object') return '{}'
  return type === undefined ? 'anything' : String(type)
}

function boundsOf(schema: JsonObject): string {
  const { minLength, maxLength, minimum, maximum } = schema
  if (maxLength !== undefined) {
    const range = minLength === undefined ? `At most ${maxLength}` : `${minLength}–${maxLength}`
    return minLength === maxLength ? `${maxLength} characters.` : `${range} characters.`
  }
  // The bounds of ids and positions say nothing but "a whole number".
  if (maximum === undefined || maximum === Number.MAX_SAFE_INTEGER) return ''
  return `${Number(minimum ?? 0)}–${Number(maximum)}.`
}

/** One folded block with an example of each message. */
export function examplesOf(...messages: (JsonObject | undefined)[]): string {
  const texts = messages.flatMap((message) => {
    const first = Array.isArray(message?.['examples']) ? message['examples'][0] : undefined
    return isObject(first) ? [JSON.stringify(first['payload'], null, 2)] : []
  })
  const blocks = texts.map((text) => `<pre>${escape(text)}</pre>`)
  return `<details class="example"><summary>Example</summary>${blocks.join('')}</details>`
}
