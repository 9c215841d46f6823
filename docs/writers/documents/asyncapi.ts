// The AsyncAPI 3.0 document of the socket: frames, who answers what, close codes, ways to sign in.
// Written from the server's side: it receives what clients say and sends what they hear.
import type { TSchema } from '@sinclair/typebox'
import type { Json, JsonObject } from '../../../src/http/docs/json.ts'
import { docsPaths, socketPath } from '../../../src/http/docs/addresses.ts'
import { closes, type CloseName } from '../../../src/protocol/closes.ts'
import { clientFrames, RequestId, serverFrames } from '../../../src/protocol/frames.ts'
import { currentVersion } from '../../../src/protocol/version.ts'
import { en } from '../../../src/texts/en.ts'
import { sample } from './sample.ts'
import { Schemas } from './schema.ts'
import { signInWays, socketBindings, socketDescription } from './socket-words.ts'

interface ClientRow {
  readonly summary: string
  readonly data: TSchema
  readonly answer?: TSchema
}

/** Server frames that only ever answer a request; `error` can also come of its own accord. */
const answers = new Set(['ack', 'pong'])

export interface AsyncApi {
  readonly document: JsonObject
  readonly collisions: ReadonlySet<string>
}

export function buildAsyncApi(): AsyncApi {
  const schemas = new Schemas()
  const messages = { ...clientMessages(schemas), ...serverMessages(schemas) }
  const references = Object.keys(messages).map((key) => [
    key,
    { $ref: `#/components/messages/${key}` },
  ])
  const document: JsonObject = {
    asyncapi: '3.0.0',
    info: {
      title: 'Curlew socket',
      version: String(currentVersion),
      description: socketDescription,
      license: { name: 'MIT' },
      externalDocs: { url: docsPaths.page, description: 'The REST operations.' },
    },
    defaultContentType: 'application/json',
    servers: {
      here: {
        host: 'localhost:8080',
        protocol: 'ws',
        description: 'The server this document came from; `wss` behind TLS.',
        security: Object.keys(signInWays).map((name) => ({
          $ref: `#/components/securitySchemes/${name}`,
        })),
      },
    },
    channels: {
      socket: {
        address: socketPath,
        title: 'The socket',
        description: 'One socket per device carries everything in both directions.',
        messages: Object.fromEntries(references) as JsonObject,
        bindings: socketBindings,
        'x-close-codes': closeCodes(),
      },
    },
    operations: { ...receiving(), ...sending() },
    components: { messages, securitySchemes: signInWays, schemas: schemas.components },
  }
  return { document, collisions: schemas.collisions }
}

function clientMessages(schemas: Schemas): Record<string, JsonObject> {
  const found: Record<string, JsonObject> = {}
  for (const [type, frame] of Object.entries<ClientRow>(clientFrames)) {
    found[`client.${type}`] = message({
      type,
      summary: frame.summary,
      data: schemas.refer(frame.data),
      id: 'optional',
      schemas,
    })
    if (!frame.answer) continue
    found[`ack.${type}`] = message({
      type: 'ack',
      summary: `The answer to \`${type}\`.`,
      data: schemas.refer(frame.answer),
      // A send is answered even without an id.
      id: type === 'send_message' ? 'optional' : 'always',
      schemas,
    })
  }
  return found
}

function serverMessages(schemas: Schemas): Record<string, JsonObject> {
  const found: Record<string, JsonObject> = {}
  for (const [type, { summary, data }] of Object.entries(serverFrames)) {
    // Described per request, with what each carries.
    if (type === 'ack') continue
    const id = type === 'error' || type === 'pong' ? 'optional' : 'never'
    found[`server.${type}`] = message({ type, summary, data: schemas.refer(data), id, schemas })
  }
  return found
}

interface Parts {
  readonly type: string
  readonly summary: string
  readonly data: JsonObject
  readonly id: 'never' | 'optional' | 'always'
  readonly schemas: Schemas
}

/** A frame with its envelope. */
function message({ type, summary, data, id, schemas }: Parts): JsonObject {
  const isAnswer = type === 'ack' || type === 'pong' || type === 'error'
  const empty = Object.keys(data).length === 0
  const example: Record<string, Json> = {
    type,
    data: empty ? {} : sample(data, schemas.components),
  }
  if (id !== 'never') example['id'] = 1
  const properties: Record<string, Json> = { type: { const: type }, data }
  // Clients may leave the time out; the server never does.
  properties['timestamp'] = {
    type: 'integer',
    description: 'Unix seconds.',
    examples: [1767323045],
  }
  if (isAnswer || id === 'never') example['timestamp'] = 1_767_323_045
  if (id !== 'never') properties['id'] = requestId(schemas)
  const required = ['type', ...(empty ? [] : ['data'])]
  if (isAnswer || id === 'never') required.push('timestamp')
  if (id === 'always') required.push('id')
  return {
    name: type,
    title: type,
    summary,
    contentType: 'application/json',
    ...(id === 'never' ? {} : { correlationId: { location: '$message.payload#/id' } }),
    payload: { type: 'object', required, properties },
    examples: [{ name: type, payload: example }],
  }
}

function requestId(schemas: Schemas): JsonObject {
  return { ...schemas.refer(RequestId), description: 'Chosen by the client; its answer bears it.' }
}

const inChannel = (key: string): JsonObject => ({ $ref: `#/channels/socket/messages/${key}` })
const channel = { $ref: '#/channels/socket' }

function receiving(): Record<string, JsonObject> {
  const found: Record<string, JsonObject> = {}
  for (const [type, frame] of Object.entries<ClientRow>(clientFrames)) {
    const answer = frame.answer ? `ack.${type}` : 'server.pong'
    found[type] = {
      action: 'receive',
      channel,
      summary: frame.summary,
      messages: [inChannel(`client.${type}`)],
      reply: { channel, messages: [inChannel(answer), inChannel('server.error')] },
    }
  }
  return found
}

function sending(): Record<string, JsonObject> {
  const found: Record<string, JsonObject> = {}
  for (const [type, { summary }] of Object.entries(serverFrames)) {
    if (answers.has(type)) continue
    const messages = [inChannel(`server.${type}`)]
    found[`on.${type}`] = { action: 'send', channel, summary, messages }
  }
  return found
}

/** AsyncAPI has no place for close codes: an extension, which the socket page shows. */
function closeCodes(): JsonObject[] {
  return Object.entries(closes).map(([name, { code, reconnect }]) => ({
    code,
    name,
    reconnect,
    meaning: en.closes[name as CloseName],
  }))
}
