// Every example of docs/openapi.json is sent to the real server, word for word but for what only a
// world can give: ids, names, codes, tokens. It succeeds, and what comes back is what the document
// says, no field more.
import Ajv2020 from 'ajv/dist/2020'
import { afterAll, beforeAll, expect, test } from 'bun:test'
import document from '../../docs/openapi.json' with { type: 'json' }
import { basePath } from '../../src/http/docs/addresses.ts'
import { isObject, type Json, type JsonObject } from '../../src/http/docs/json.ts'
import { operations } from '../../src/protocol/operations.ts'
import { install, type Installation } from '../support/installation.ts'
import { request } from '../support/people.ts'
import { rows, sceneOf } from './ask.ts'
import { gather, type Cast } from './cast.ts'
import { operationNameOf } from './rows/all.ts'
import { Stage, type Input } from './stage.ts'

let app: Installation
let cast: Cast
beforeAll(async () => {
  app = await install()
  cast = await gather(app)
})
afterAll(() => app[Symbol.asyncDispose]())

interface Described {
  readonly operationId: string
  readonly security?: readonly unknown[]
  readonly parameters?: readonly { name: string; in: 'path' | 'query'; example?: Json }[]
  readonly requestBody?: { content: Record<string, { example?: JsonObject }> }
  readonly responses: Record<string, { content: Record<string, { schema: Json; example?: Json }> }>
}

const described = Object.entries(document.paths).flatMap(([path, item]) =>
  Object.entries(item).map(([method, operation]) => ({
    path,
    method: method.toUpperCase(),
    operation: operation as unknown as Described,
  })),
)
const keys = (map: object) => Object.keys(map)
const mine = described.filter(({ operation }) => operation.operationId in operations)
const probes = described.filter(({ path }) => !path.startsWith(basePath))
/** What is described and is no operation, by its id, and the test that asks for it. */
const elsewhere: Readonly<Record<string, string>> = {
  'exports.download': 'tests/features/accounts.export.test.ts',
  'media.file': 'tests/features/media.test.ts',
  'upload.file': 'tests/features/media.test.ts',
  'upload.image': 'tests/features/media.test.ts',
}

/** What an example cannot know; a captcha is not asked for here. */
const givenByTheWorld = /(^|(?<!captcha)_)(ids?|token|code|email|password)$|^targets$/

test('every operation has examples of its parameters, its body and its answer', () => {
  const ids = described.map(({ operation }) => operation.operationId)
  const others = [...probes.map(({ operation }) => operation.operationId), ...keys(elsewhere)]
  expect(ids.toSorted()).toEqual([...keys(operations), ...others].toSorted())
  for (const { operation } of described) {
    const { operationId, parameters = [], requestBody, responses } = operation
    for (const each of parameters) expect(each, operationId).toHaveProperty('example')
    for (const body of Object.values(requestBody?.content ?? {})) {
      expect(body, operationId).toHaveProperty('example')
    }
    for (const answer of Object.values(responses['200']?.content ?? {})) {
      expect(answer, operationId).toHaveProperty('example')
    }
  }
})

const ajv = new Ajv2020({
  strict: false,
  logger: false,
  validateSchema: false,
  formats: { email: true, uuid: true, 'date-time': true },
})

/** The same schema, which takes no field it does not name. */
function closed(schema: Json): Json {
  if (Array.isArray(schema)) return (schema as Json[]).map(closed)
  if (!isObject(schema)) return schema
  const inside = Object.fromEntries(
    Object.entries(schema).map(([key, each]) => [key, closed(each)]),
  )
  const names = schema['type'] === 'object' && isObject(schema['properties'])
  return names ? { ...inside, additionalProperties: false } : inside
}

const components = closed(document.components as unknown as Json)

function misfits(schema: Json, value: unknown): string[] {
  const check = ajv.compile({ ...(closed(schema) as JsonObject), components })
  check(value)
  return (check.errors ?? []).map(
    ({ instancePath, message, params }) => `${instancePath} ${message} ${JSON.stringify(params)}`,
  )
}

interface Call {
  readonly operation: Described
  readonly path: string
  readonly method: string
}

/**
 * The example with what a scene gives it; null when that scene asks in another way. Where a scene
 * names fields of the query, those alone are sent: some exclude each other.
 */
function filled({ operation }: Call, scene: Input): Input | null {
  const { parameters = [], requestBody } = operation
  const named = parameters.filter((each) => each.in === 'query' && each.name in scene)
  const sent = parameters.filter((each) => each.in === 'path' || named.length === 0)
  const stated = [...sent, ...named].map((each) => [each.name, each.example])
  const body = requestBody?.content['application/json']?.example ?? {}
  const example: Input = { ...Object.fromEntries(stated), ...body }
  const wanted = Object.keys(example).filter(
    (field) => givenByTheWorld.test(field) && example[field] !== null,
  )
  if (wanted.some((field) => !(field in scene))) return null
  return { ...example, ...Object.fromEntries(wanted.map((field) => [field, scene[field]])) }
}

function send({ operation, path, method }: Call, stage: Stage, input: Input) {
  const { parameters = [], requestBody, security } = operation
  let place = path
  const query = new URLSearchParams()
  for (const { name, in: where } of parameters) {
    const text = String(input[name])
    if (where === 'path') place = place.replace(`{${name}}`, encodeURIComponent(text))
    else if (name in input) query.set(name, text)
  }
  const fields = Object.keys(requestBody?.content['application/json']?.example ?? {})
  return request(app.url(), method, query.size > 0 ? `${place}?${query}` : place, {
    ...(security ? {} : { token: stage.asker?.token ?? '' }),
    ...(requestBody ? { body: Object.fromEntries(fields.map((each) => [each, input[each]])) } : {}),
  })
}

test.each(mine.map((each) => [each.operation.operationId, each] as const))(
  '%s does what its example says',
  async (name, call) => {
    const { parameters = [], responses } = call.operation
    const left = new Set(parameters.map((each) => each.name))
    let sent = 0
    for (const row of rows.filter((each) => operationNameOf(each) === name)) {
      const stage = new Stage(app, cast)
      const input = filled(call, await sceneOf(row)(stage))
      if (!input) continue
      sent++
      for (const field of Object.keys(input)) left.delete(field)
      const { status, code, msg, data } = await send(call, stage, input)
      expect([row, status, code]).toEqual([row, 200, 0])
      const schema = responses['200']?.content['application/json']?.schema as Json
      expect(misfits(schema, { code, msg, data })).toEqual([])
    }
    // Otherwise: its scene in tests/laws/rows has to give the ids, names and codes of the example.
    expect(sent, `scenes that can play the example of ${name}`).toBeGreaterThan(0)
    expect([...left]).toEqual([])
  },
)

test.each(probes.map((each) => [each.path, each] as const))(
  '%s answers what the document says',
  async (path, { operation }) => {
    const response = await fetch(app.url() + path)
    expect(response.status).toBe(200)
    const [[type, { schema }] = ['', { schema: null }]] = Object.entries(
      operation.responses['200']?.content ?? {},
    )
    expect(response.headers.get('content-type')).toStartWith(type)
    const value: unknown = type.endsWith('json') ? await response.json() : await response.text()
    expect(misfits(schema, value)).toEqual([])
  },
)

test('a field too many, one too few and one of another type are seen', () => {
  const schema = { $ref: '#/components/schemas/ReadMark' }
  expect(misfits(schema, { read_seq: 1, unread: 0 })).toEqual([])
  expect(misfits(schema, { read_seq: 1, unread: 0, email: 'x' })).not.toEqual([])
  expect(misfits(schema, { read_seq: 1 })).not.toEqual([])
  expect(misfits(schema, { read_seq: 1, unread: '0' })).not.toEqual([])
})
