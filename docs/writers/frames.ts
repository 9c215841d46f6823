// docs/reference/frames.md: what each frame of the socket holds.
import { fieldsOf, typeName } from '../../src/http/docs/fields.ts'
import { isObject, type JsonObject } from '../../src/http/docs/json.ts'
import { code, table } from './table.ts'

type Node = Record<string, JsonObject>

export function frameTables(asyncapi: JsonObject): string {
  const components = asyncapi['components'] as Node
  const messages = Object.entries(components['messages'] as Node)
  const from = (...prefixes: string[]) =>
    messages.filter(([key]) => prefixes.some((prefix) => key.startsWith(prefix)))
  return [
    '## Client to server',
    ...from('client.').map(([key, message]) => client(key, message, components)),
    '## Server to client',
    ...from('server.').map(([, message]) => section(message)),
    '## Objects',
    ...Object.entries(components['schemas'] as Node).map(([name, schema]) =>
      [`### ${name}`, schema['description'] ?? '', fields(schema)].join('\n\n'),
    ),
  ].join('\n\n')
}

function client(key: string, message: JsonObject, components: JsonObject): string {
  const answer = (components['messages'] as Node)[key.replace('client.', 'ack.')]
  const told = answer ? `Answer: \`ack\` with\n\n${fields(dataOf(answer))}` : 'Answer: `pong`.'
  return `${section(message)}\n\n${told}`
}

function section(message: JsonObject): string {
  return [`### ${String(message['name'])}`, message['summary'], fields(dataOf(message))].join(
    '\n\n',
  )
}

function dataOf(message: JsonObject): JsonObject {
  const payload = message['payload'] as JsonObject
  const properties = payload['properties']
  return isObject(properties) ? (properties['data'] as JsonObject) : {}
}

function fields(schema: JsonObject): string {
  const all = fieldsOf(schema)
  if (all.length === 0) return code(typeName(schema))
  const rows = all.map(({ name, schema: each, required }) => [
    code(name),
    code(typeName(each)),
    required ? '' : 'optional',
    each['description'] ?? '',
  ])
  return table(['Field', 'Type', '', 'Meaning'], rows)
}
