// The OpenAPI 3.1 document of the REST door, from the map its requests are checked against.
import type { JsonObject } from '../../../src/http/docs/json.ts'
import { basePath, docsPaths } from '../../../src/http/docs/addresses.ts'
import type { Operation } from '../../../src/protocol/operation.ts'
import { operations } from '../../../src/protocol/operations.ts'
import { currentVersion } from '../../../src/protocol/version.ts'
import { filePaths } from './files.ts'
import { downloadPaths } from './downloads.ts'
import { probePaths, probeTag } from './probes.ts'
import { refusalExamples, Refusals, refusalSchemas, refusalsOf } from './refusals.ts'
import { sample } from './sample.ts'
import { Schemas } from './schema.ts'
import { successOf } from './success.ts'

const tags: Readonly<Record<string, string>> = {
  accounts: 'Who I am: sign up, sign in, profile, sessions.',
  friends: 'Whom I know: requests and contacts.',
  conversations: 'Where I talk: the list, read marks, settings.',
  messages: 'What is said: send, read, take back.',
  groups: 'Where many talk: groups, members, roles.',
  moments: 'What friends share: the feed, likes, comments.',
  favorites: 'What I kept.',
  media:
    'Files: uploaded, used in what is said and shown, fetched by links. ' +
    '`/api/v1/media/tus` speaks tus 1.0: uploads that go on where they broke off.',
  sync: 'What I missed.',
  push: 'Notifications while no device is connected.',
}

const description = `What holds for every operation:

- Every answer is \`{code, msg, data}\`. Success is status 200 and \`code\` 0; a failure has a true
  HTTP status, a \`code\` from the error table and a \`msg\` a person can act on.
- \`Authorization: Bearer <token>\` bears the \`token\` of a sign-in; open operations need none.
- A known path asked by another method answers 405 with \`Allow\`. Bodies are UTF-8, or answer 400.
- Every answer has an \`X-Request-Id\`, yours when you send a well-formed one.
- \`Accept-Language: zh\` or \`en\` chooses the language of \`msg\` and of short answers.
- What you may not see answers 404, as if it did not exist.
- Writes that create a message take a \`client_msg_id\`: the same call again answers the same.
- Live messages come through the [socket](${docsPaths.socketPage}).
`

export interface OpenApi {
  readonly document: JsonObject
  readonly collisions: ReadonlySet<string>
}

export function buildOpenApi(): OpenApi {
  const schemas = new Schemas()
  const refusals = new Refusals()
  const paths: Record<string, Record<string, JsonObject>> = {}
  for (const [name, operation] of Object.entries<Operation>(operations)) {
    const path = (paths[`${basePath}${operation.path}`] ??= {})
    path[operation.method.toLowerCase()] = describe(name, operation, schemas, refusals)
  }
  const used = new Set(Object.values<Operation>(operations).map((each) => each.tag))
  const document: JsonObject = {
    openapi: '3.1.0',
    info: {
      title: 'Curlew',
      summary: 'A self-hosted instant-messaging back end.',
      description,
      version: String(currentVersion),
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: '/', description: 'The server this document came from.' }],
    security: [{ bearer: [] }],
    tags: [...[...used].map((name) => ({ name, description: tags[name] ?? '' })), probeTag],
    paths: { ...paths, ...filePaths(schemas, refusals), ...downloadPaths(refusals), ...probePaths },
    components: {
      securitySchemes: {
        bearer: {
          type: 'http',
          scheme: 'bearer',
          bearerFormat: 'JWT',
          description: 'The `token` a sign-in answers; `POST /users/refresh` makes the next.',
        },
      },
      headers: {
        RetryAfter: {
          description: 'Seconds to wait before asking again.',
          schema: { type: 'integer', minimum: 1 },
        },
      },
      responses: sorted(refusals.responses),
      examples: refusalExamples(),
      schemas: { ...sorted(schemas.components), ...refusalSchemas },
    },
  }
  return { document, collisions: schemas.collisions }
}

function describe(
  name: string,
  operation: Operation,
  schemas: Schemas,
  refusals: Refusals,
): JsonObject {
  const parameters = [
    ...parametersOf(operation.params, 'path', schemas),
    ...parametersOf(operation.query, 'query', schemas),
  ]
  return {
    operationId: name,
    // Readers show summaries as they are, without Markdown.
    summary: operation.summary.replaceAll('`', ''),
    tags: [operation.tag],
    ...(operation.open ? { security: [] } : {}),
    ...(parameters.length > 0 ? { parameters } : {}),
    ...(operation.body ? { requestBody: bodyOf(operation, schemas) } : {}),
    responses: { 200: successOf(schemas, operation.data), ...refusals.of(refusalsOf(operation)) },
  }
}

function parametersOf(
  schema: Operation['params'],
  place: 'path' | 'query',
  schemas: Schemas,
): JsonObject[] {
  if (!schema) return []
  const required = new Set(schema.required)
  return Object.entries(schema.properties).map(([name, field]) => {
    const { description: meaning, ...rest } = schemas.refer(field)
    return {
      name,
      in: place,
      required: place === 'path' || required.has(name),
      ...(meaning === undefined ? {} : { description: meaning }),
      schema: rest,
      example: sample(rest, schemas.components),
    }
  })
}

function bodyOf(operation: Operation, schemas: Schemas): JsonObject {
  const body = operation.body as NonNullable<Operation['body']>
  const schema = schemas.refer(body)
  return {
    // An empty body counts as `{}`, so one without required fields may be left out.
    required: (body.required ?? []).length > 0,
    content: { 'application/json': { schema, example: sample(schema, schemas.components) } },
  }
}

function sorted(components: Readonly<Record<string, JsonObject>>): JsonObject {
  return Object.fromEntries(Object.entries(components).toSorted(([a], [b]) => (a < b ? -1 : 1)))
}
