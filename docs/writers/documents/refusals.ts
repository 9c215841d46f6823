// How an operation can be refused: what it names itself, and what the door adds for all alike.
import { Type } from '@sinclair/typebox'
import { buckets } from '../../../src/features/all.ts'
import type { JsonObject } from '../../../src/http/docs/json.ts'
import { errors, type ErrorName } from '../../../src/protocol/errors.ts'
import type { Operation } from '../../../src/protocol/operation.ts'
import { refusedFields } from '../../../src/protocol/refused.ts'
import { en } from '../../../src/texts/en.ts'
import { messageOf } from '../../../src/texts/texts.ts'
import { Schemas } from './schema.ts'

/** In the order of their codes. */
export function refusalsOf(operation: Operation): ErrorName[] {
  const names = new Set<ErrorName>([...operation.errors, 'internal'])
  const add = (...more: ErrorName[]) => more.forEach((name) => names.add(name))
  if (!operation.open) add('unauthenticated', 'tokenInvalid', 'tokenExpired', 'accountDisabled')
  if (!operation.open || operation.body) add('databaseUnavailable')
  if (operation.body) add('badRequest', 'tooLarge')
  // An id that disagrees with the path, a name that stands twice.
  if (operation.params || operation.query) add('badRequest')
  if (operation.body?.properties['password']) add('busy')
  if (operation.body || operation.params || operation.query) add('validation')
  if (operation.limit) add('tooManyRequests')
  // Sends go on while Redis is away; whoever would guess passwords or mail strangers waits.
  if (operation.limit && buckets[operation.limit].away === 'refuse') add('cacheUnavailable')
  if (operation.captcha) add('busy')
  return [...names].toSorted((a, b) => errors[a].code - errors[b].code)
}

/**
 * The responses of one document: one per status and set of codes, shared by all operations. A
 * generator would otherwise make a class of its own of each.
 */
export class Refusals {
  readonly responses: Record<string, JsonObject> = {}

  /** One response per status, with the codes that can stand in it. */
  of(names: readonly ErrorName[]): JsonObject {
    const byStatus = Map.groupBy(names, (name) => errors[name].status)
    const sorted = [...byStatus].toSorted(([a], [b]) => a - b)
    return Object.fromEntries(sorted.map(([status, some]) => [status, this.#share(status, some)]))
  }

  #share(status: number, names: readonly ErrorName[]): JsonObject {
    const codes = names.map((name) => errors[name].code)
    const name = `Refused${status}_${codes.join('_')}`
    this.responses[name] ??= response(status, names)
    return { $ref: `#/components/responses/${name}` }
  }
}

function response(status: number, names: readonly ErrorName[]): JsonObject {
  const lines = names.map((name) => `\`${errors[name].code}\` ${en.errors[name]}`)
  const reference = (name: ErrorName) => ({ $ref: `#/components/examples/${name}` })
  return {
    description: lines.join('  \n'),
    ...(status === 429 || status === 503 ? { headers: retryAfter } : {}),
    content: {
      'application/json': {
        schema: { $ref: '#/components/schemas/Refusal' },
        examples: Object.fromEntries(names.map((name) => [name, reference(name)])),
      },
    },
  }
}

const retryAfter = { 'Retry-After': { $ref: '#/components/headers/RetryAfter' } }

const RefusalDetails: JsonObject = {
  title: 'RefusalDetails',
  description: 'What is known beside the code; a refused field says why.',
  type: 'object',
  properties: {
    field: { type: 'string', description: 'The field that is wrong.' },
    ...(new Schemas().refer(Type.Object(refusedFields))['properties'] as JsonObject),
    retry_after: { type: 'number', description: 'Seconds to wait.' },
    trace_id: { type: 'string', description: 'Under this id the server’s log knows more.' },
  },
}

export const refusalSchemas: Readonly<Record<string, JsonObject>> = {
  Refusal: {
    title: 'Refusal',
    description: 'The envelope of a failure.',
    type: 'object',
    required: ['code', 'msg', 'data'],
    properties: {
      code: { type: 'integer', description: 'One code of the error table, never 0.' },
      msg: { type: 'string', description: 'For a person, in the language they asked for.' },
      data: {
        anyOf: [{ $ref: '#/components/schemas/RefusalDetails' }, { type: 'null' }],
        description: 'Details where there are any.',
      },
    },
  },
  RefusalDetails,
}

const details: Partial<Record<ErrorName, JsonObject>> = {
  badRequest: { field: 'body', expected: 'JSON' },
  validation: { field: 'nickname', reason: 'too_long', max: 64 },
  userExists: { field: 'user_id' },
  internal: { trace_id: '0198c2f4-6f0e-7c43-9d5b-3a8c1e1f7a10' },
}

/** One example per refusal, shared by all operations. */
export function refusalExamples(): JsonObject {
  const rows = Object.entries(errors).map(([name, { code, status }]) => {
    const wait = status === 429 || status === 503 ? { retry_after: 1 } : null
    const data = details[name as ErrorName] ?? wait
    const summary = `${code} ${en.errors[name as ErrorName]}`
    const msg = messageOf('en', name as ErrorName, data)
    return [name, { summary, value: { code, msg, data } }]
  })
  return Object.fromEntries(rows) as JsonObject
}
