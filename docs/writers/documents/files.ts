// The part of the OpenAPI document about the bytes of files: sent as a form, fetched by a link.
import type { JsonObject } from '../../../src/http/docs/json.ts'
import { basePath } from '../../../src/http/docs/addresses.ts'
import { sizes } from '../../../src/features/media/sizes.ts'
import type { ErrorName } from '../../../src/protocol/errors.ts'
import { Media } from '../../../src/protocol/media.ts'
import type { Refusals } from './refusals.ts'
import type { Schemas } from './schema.ts'
import { successOf } from './success.ts'

const refused: readonly ErrorName[] = [
  'badRequest',
  'unauthenticated',
  'conflict',
  'validation',
  'notAllowed',
  'tooLarge',
  'tooManyRequests',
  'tokenInvalid',
  'tokenExpired',
  'accountDisabled',
  'internal',
  'databaseUnavailable',
]

const file = { type: 'string', contentMediaType: 'application/octet-stream' }

export function filePaths(schemas: Schemas, refusals: Refusals): JsonObject {
  const success = successOf(schemas, Media)
  const upload = (operationId: string, summary: string): JsonObject => ({
    post: {
      operationId,
      summary,
      tags: ['media'],
      requestBody: {
        required: true,
        content: {
          'multipart/form-data': {
            schema: { type: 'object', required: ['file'], properties: { file } },
            example: { file: '…' },
          },
        },
      },
      responses: {
        200: success,
        ...refusals.of(refused),
      },
    },
  })
  return {
    [`${basePath}/upload/image`]: upload(
      'upload.image',
      'Upload an image, as a form with one file',
    ),
    [`${basePath}/upload/file`]: upload('upload.file', 'Upload any file, as a form with one file'),
    [`${basePath}/media/{media_id}/file`]: { get: download(refusals) },
  }
}

const inQuery = (
  name: string,
  description: string,
  schema: JsonObject,
  example: string | number,
) => ({
  name,
  in: 'query',
  required: true,
  description,
  schema,
  example,
})

const id = { type: 'integer', format: 'int64', minimum: 1 }

const download = (refusals: Refusals): JsonObject => ({
  operationId: 'media.file',
  summary: 'The bytes of a file, by a link; it needs no token and is for one viewer',
  tags: ['media'],
  security: [],
  parameters: [
    { name: 'media_id', in: 'path', required: true, schema: id, example: 1042 },
    inQuery('viewer', 'From the link.', id, 7),
    inQuery('until', 'From the link.', id, 1767225600),
    inQuery(
      'signature',
      'From the link.',
      { type: 'string' },
      'h6F0dV4o2J1bq7u8x9yZ3aLrKcWmTnEpQsGtUvXwYzA',
    ),
    {
      ...inQuery(
        'size',
        'A smaller picture instead, a WebP of 1,280 or 320 pixels at most on each side: of images, and ' +
          'of videos that have a `thumbhash`.',
        { type: 'string', enum: [...sizes] },
        'small',
      ),
      required: false,
    },
  ],
  responses: {
    200: {
      description:
        'The bytes. A `Range` is answered with 206, or 416 where none of it is there; ' +
        'a known `ETag` with 304; while the file is processed the answer is 409 with `Retry-After`.',
      content: { 'application/octet-stream': { schema: file, example: '…' } },
    },
    ...refusals.of(['notFound', 'conflict', 'databaseUnavailable', 'internal']),
  },
})
