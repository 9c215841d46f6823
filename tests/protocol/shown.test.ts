// Who is shown what: docs/security.md has a line for every field, and what is one's own stays so.
import type { TSchema } from '@sinclair/typebox'
import { expect, test } from 'bun:test'
import { clientFrames, serverFrames } from '../../src/protocol/frames.ts'
import { operations } from '../../src/protocol/operations.ts'

/** Objects with a title by that; others by the operation or frame they come with. */
type Entities = Map<string, Set<string>>

const wrappers = /Page$/

function collect(schema: TSchema, at: string, into: Entities): Entities {
  const { title, properties, items, anyOf, allOf, patternProperties } = schema as {
    title?: string
    properties?: Record<string, TSchema>
    items?: TSchema
    anyOf?: TSchema[]
    allOf?: TSchema[]
    patternProperties?: Record<string, TSchema>
  }
  const name = title ?? at
  const fields = Object.keys(properties ?? {})
  if (fields.length > 0 && !wrappers.test(name)) {
    into.set(name, new Set([...(into.get(name) ?? []), ...fields]))
  }
  const parts = [properties, patternProperties].flatMap((each) => Object.values(each ?? {}))
  for (const part of [...parts, ...(anyOf ?? []), ...(allOf ?? []), ...(items ? [items] : [])]) {
    collect(part, at, into)
  }
  return into
}

const entities: Entities = new Map()
for (const [name, { data }] of Object.entries(operations)) collect(data, name, entities)
for (const [type, { data }] of Object.entries(serverFrames)) {
  collect(data, `frame ${type}`, entities)
}
for (const frame of Object.values(clientFrames)) {
  if ('answer' in frame) collect(frame.answer, 'answer', entities)
}

/** The lines of the table: entities, their fields or `all`. */
const document = await Bun.file(new URL('../../docs/security.md', import.meta.url)).text()
const section = /## Who sees what\n([\s\S]*?)\n## /.exec(document)?.[1] ?? ''
const lines = section
  .split('\n')
  .filter((line) => /^\| (?!Entity|-)/.test(line))
  .map((line) => line.split('|').map((cell) => cell.trim()))

test('docs/security.md says of every field who sees it', () => {
  const said: Entities = new Map()
  for (const [, names = '', fields = ''] of lines) {
    for (const name of names.split(', ')) {
      const named = fields === 'all' ? (entities.get(name) ?? []) : fields.split(' ')
      const plain = [...named].map((field) => field.replaceAll('`', ''))
      said.set(name, new Set([...(said.get(name) ?? []), ...plain]))
    }
  }
  const plain = (all: Entities) =>
    Object.fromEntries([...all].map(([name, fields]) => [name, [...fields].toSorted()]).toSorted())
  expect(plain(said)).toEqual(plain(entities))
})

test('what would tell strangers where and when somebody is stands in what is for friends at most', () => {
  const own = new Set(['Me', 'Session', 'Settings', 'frame hello'])
  const forFriends = new Set(['Presence', 'frame presence'])
  const telling =
    /^(email.*|last_login_at|last_used_at|last_seen_at|locale|address|device_.*|phone)$/
  const told = [...entities]
    .filter(([name]) => !own.has(name) && !forFriends.has(name))
    .flatMap(([name, fields]) =>
      [...fields].filter((field) => telling.test(field)).map((field) => `${name}.${field}`),
    )
  expect(told).toEqual([])
})
