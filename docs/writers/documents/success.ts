// The answer of an operation that has succeeded: the envelope around what it answers.
import type { TSchema } from '@sinclair/typebox'
import type { JsonObject } from '../../../src/http/docs/json.ts'
import { sample } from './sample.ts'
import type { Schemas } from './schema.ts'

export function successOf(schemas: Schemas, answer: TSchema): JsonObject {
  const data = schemas.refer(answer)
  const schema = {
    type: 'object',
    required: ['code', 'msg', 'data'],
    properties: {
      code: { type: 'integer', const: 0 },
      msg: { type: 'string', const: 'success' },
      data,
    },
  }
  const example = { code: 0, msg: 'success', data: sample(data, schemas.components) }
  return {
    description: 'Success.',
    content: { 'application/json': { schema, example } },
  }
}
