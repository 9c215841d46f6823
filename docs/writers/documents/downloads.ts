// The part of the OpenAPI document about what is fetched as a file instead of JSON.
import type { JsonObject } from '../../../src/http/docs/json.ts'
import { basePath } from '../../../src/http/docs/addresses.ts'
import type { Refusals } from './refusals.ts'

const token = {
  name: 'token',
  in: 'path',
  required: true,
  description: 'From the mailed link.',
  schema: { type: 'string' },
  example: 'h6F0dV4o2J1bq7u8x9yZ3aLrKcWmTnEpQsGtUvXwYzA',
}

export const downloadPaths = (refusals: Refusals): JsonObject => ({
  [`${basePath}/exports/{token}`]: {
    get: {
      operationId: 'exports.download',
      summary: 'A data export as a ZIP; the link works once, for seven days',
      tags: ['accounts'],
      security: [],
      parameters: [token],
      responses: {
        200: {
          description: 'The ZIP. `docs/export.schema.json` describes its files.',
          content: {
            'application/zip': {
              schema: { type: 'string', contentMediaType: 'application/zip' },
              example: 'PK…',
            },
          },
        },
        ...refusals.of(['notFound', 'databaseUnavailable', 'internal']),
      },
    },
  },
})
