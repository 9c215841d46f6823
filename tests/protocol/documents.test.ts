// Both documents: valid by their official schemas, whole, and true to their own examples.
import asyncapiSpec from '@asyncapi/specs/schemas/3.0.0-without-$id.json' with { type: 'json' }
import { Validator } from '@seriousme/openapi-schema-validator'
import Ajv, { type AnySchema } from 'ajv'
import Ajv2020 from 'ajv/dist/2020'
import { expect, test } from 'bun:test'
import { buildAsyncApi } from '../../docs/writers/documents/asyncapi.ts'
import { buildOpenApi } from '../../docs/writers/documents/openapi.ts'
import { basePath, socketPath } from '../../src/http/docs/addresses.ts'
import { isObject, type Json, type JsonObject } from '../../src/http/docs/json.ts'
import { basePath as doorPath } from '../../src/http/routes.ts'
import { closes } from '../../src/protocol/closes.ts'
import { errors } from '../../src/protocol/errors.ts'
import { clientFrames, serverFrames } from '../../src/protocol/frames.ts'
import type { Operation } from '../../src/protocol/operation.ts'
import { operations } from '../../src/protocol/operations.ts'
import { socketPath as socketDoorPath } from '../../src/socket/plugin.ts'

const openapi = buildOpenApi()
const asyncapi = buildAsyncApi()

test('the OpenAPI document is valid', async () => {
  const validator = new Validator()
  const { valid, errors: found } = await validator.validate(structuredClone(openapi.document))
  expect(found).toBeUndefined()
  expect(valid).toBe(true)
  expect(validator.version).toBe('3.1')
})

test('the AsyncAPI document is valid', () => {
  const ajv = new Ajv({ strict: false, validateFormats: false, logger: false })
  const check = ajv.compile(asyncapiSpec as AnySchema)
  check(asyncapi.document)
  expect(check.errors).toBeNull()
})

test('a title names one schema only', () => {
  expect([...openapi.collisions, ...asyncapi.collisions]).toEqual([])
})

test.each([
  ['OpenAPI', openapi.document],
  ['AsyncAPI', asyncapi.document],
])('every reference of the %s document leads somewhere', (_name, document) => {
  for (const { path, node } of nodesOf(document)) {
    const reference = node['$ref']
    if (typeof reference !== 'string') continue
    const keys = reference.replace('#/', '').split('/')
    const found = keys.reduce<Json | undefined>(
      (place, key) => (isObject(place) ? place[key] : undefined),
      document,
    )
    expect(found, `${reference} in ${path}`).toBeDefined()
  }
})

test('the documents speak of the addresses the doors open', () => {
  expect(basePath).toBe(doorPath)
  expect(socketPath).toBe(socketDoorPath)
})

const sharedResponses = (openapi.document['components'] as Record<string, JsonObject>)[
  'responses'
] as Record<string, JsonObject>

const paths = openapi.document['paths'] as Record<string, Record<string, JsonObject>>

test.each(Object.entries<Operation>(operations))('%s is described', (name, operation) => {
  const found = paths[`${basePath}${operation.path}`]?.[operation.method.toLowerCase()]
  expect(found).toMatchObject({ operationId: name, tags: [operation.tag] })
  expect(found?.['security']).toEqual(operation.open ? [] : undefined)
  const responses = found?.['responses'] as Record<string, JsonObject>
  expect(Object.keys(responses)).toContain('200')
  for (const refusal of operation.errors) {
    const { code, status } = errors[refusal]
    const shared = sharedResponses[String(responses[status]?.['$ref']).split('/').at(-1) ?? '']
    expect(String(shared?.['description'])).toContain(`\`${code}\``)
  }
  expect('requestBody' in (found ?? {})).toBe(operation.body !== undefined)
  const parameters = (found?.['parameters'] ?? []) as JsonObject[]
  const fields = { ...operation.params?.properties, ...operation.query?.properties }
  expect(parameters.map((each) => each['name'] as string)).toEqual(Object.keys(fields))
})

test('every refusal is shared, and all of them are of one schema', () => {
  const operationsOf = Object.values(paths).flatMap((item) => Object.values(item))
  const mine = operationsOf.filter((each) => !String(each['operationId']).startsWith('process.'))
  for (const each of mine) {
    for (const [status, answer] of Object.entries(each['responses'] as Record<string, Json>)) {
      if (status === '200') continue
      expect(answer).toEqual({ $ref: expect.stringContaining('#/components/responses/') as string })
    }
  }
  for (const each of Object.values(sharedResponses)) {
    const content = each['content'] as { 'application/json': JsonObject }
    expect(content['application/json']['schema']).toEqual({ $ref: '#/components/schemas/Refusal' })
  }
})

test.each([
  ['OpenAPI', openapi.document],
  ['AsyncAPI', asyncapi.document],
])('ids and positions of the %s document have 64 bits, null or not', (_name, document) => {
  const isWhole = ({ type }: JsonObject) =>
    type === 'integer' || (Array.isArray(type) && type.includes('integer'))
  const whole = [...nodesOf(document)].filter(({ node }) => isWhole(node))
  const narrow = whole.filter(({ path, node }) => {
    const wide = Number(node['maximum']) > 2 ** 31 - 1 || /[/_](id|seq)$/.test(path)
    return wide && node['format'] !== 'int64'
  })
  expect(narrow.map(({ path }) => path)).toEqual([])
  expect(whole.filter(({ node }) => node['format'] === 'int64').length).toBeGreaterThan(30)
})

test('nothing else is described but downloads and the process itself', () => {
  const all = Object.values(paths).flatMap((item) => Object.values(item))
  const ids = all.map((each) => each['operationId'] as string)
  const files = ['upload.image', 'upload.file', 'media.file', 'exports.download']
  const own = [...files, 'process.alive', 'process.ready', 'process.metrics']
  expect(ids.toSorted()).toEqual([...Object.keys(operations), ...own].toSorted())
})

test('every frame and close code is described', () => {
  const channel = (asyncapi.document['channels'] as { socket: JsonObject }).socket
  const messages = Object.keys(channel['messages'] as JsonObject)
  const clients = Object.keys(clientFrames).map((type) => `client.${type}`)
  const servers = Object.keys(serverFrames).filter((type) => type !== 'ack')
  expect(messages).toEqual(expect.arrayContaining(clients))
  expect(messages).toEqual(expect.arrayContaining(servers.map((type) => `server.${type}`)))
  const codes = (channel['x-close-codes'] as JsonObject[]).map((close) => close['code'] as number)
  expect(codes).toEqual(Object.values(closes).map(({ code }) => code))
})

test.each([
  ['OpenAPI', openapi.document],
  ['AsyncAPI', asyncapi.document],
])('every example in the %s document passes its schema', (_name, document) => {
  const claims = [...nodesOf(document)].flatMap(({ path, node }) => claimsOf(path, node, document))
  expect(claims.length).toBeGreaterThan(100)
  const formats = { email: true, uuid: true, 'date-time': isTime } as const
  // Ajv would look at all components again for each claim; the schemas themselves once is enough.
  const ajv = new Ajv2020({ strict: false, formats, logger: false, validateSchema: false })
  expect(ajv.validateSchema({ $defs: schemasOf(document) }), ajv.errorsText()).toBe(true)
  for (const { path, schema, value } of distinct(claims)) {
    // The components come along, so that references inside find them.
    const check = ajv.compile({ ...schema, components: document['components'] })
    check(value)
    expect(check.errors, `${path}: ${JSON.stringify(value)}`).toBeNull()
  }
})

const isTime = (text: string) => new Date(text).toISOString() === text

function schemasOf(document: JsonObject): JsonObject {
  return (document['components'] as Record<string, JsonObject>)['schemas'] ?? {}
}

/** Shared refusals stand in hundreds of places. */
function distinct(claims: readonly Claim[]): Iterable<Claim> {
  const text = ({ schema, value }: Claim) => JSON.stringify([schema, value])
  return new Map(claims.map((claim) => [text(claim), claim])).values()
}

interface Claim {
  readonly path: string
  readonly schema: JsonObject
  readonly value: Json
}

/** Examples beside a schema, inside one, and of a message; `examples` may be a list or a map. */
function claimsOf(path: string, node: JsonObject, document: JsonObject): Claim[] {
  const claims: Claim[] = []
  const { schema, payload, example, examples } = node
  if (isObject(schema) && example !== undefined) claims.push({ path, schema, value: example })
  if (isObject(schema) && isObject(examples)) {
    for (const each of Object.values(examples)) {
      const name =
        String((each as JsonObject)['$ref'])
          .split('/')
          .at(-1) ?? ''
      const named = (document['components'] as Record<string, JsonObject>)['examples']?.[name]
      claims.push({ path, schema, value: (named as JsonObject)['value'] as Json })
    }
  }
  if (!Array.isArray(examples)) return claims
  for (const each of examples as Json[]) {
    if (isObject(payload)) {
      claims.push({ path, schema: payload, value: (each as JsonObject)['payload'] as Json })
    } else {
      claims.push({ path, schema: node, value: each })
    }
  }
  return claims
}

function* nodesOf(value: Json, path = '#'): Generator<{ path: string; node: JsonObject }> {
  if (Array.isArray(value)) {
    for (const [index, each] of (value as Json[]).entries())
      yield* nodesOf(each, `${path}/${index}`)
  } else if (isObject(value)) {
    yield { path, node: value }
    for (const [key, each] of Object.entries(value)) yield* nodesOf(each, `${path}/${key}`)
  }
}
