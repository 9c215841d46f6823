// The declarations of the protocol that the package has in place of its schemas.
import type { Operation } from '../../src/protocol/operation.ts'
import { clientFrames, serverFrames } from '../../src/protocol/frames.ts'
import { operations } from '../../src/protocol/operations.ts'
import type { TSchema } from '@sinclair/typebox'
import { block, comment, key, SchemaTypes } from './schema-types.ts'

interface Frame {
  readonly summary: string
  readonly data: TSchema
  readonly answer?: TSchema
}

/** What hangs on the three maps below, as in src/protocol: the SDK's declarations name these. */
const derived = `
export type OperationName = keyof Operations
export type InputOf<N extends OperationName> = Operations[N]['input']
export type OutputOf<N extends OperationName> = Operations[N]['output']

export type ClientFrameType = keyof ClientFrames
export type ClientData<T extends ClientFrameType> = ClientFrames[T]['data']
/** Of the frames that are acknowledged. */
export type ClientAnswer<T extends ClientFrameType> = ClientFrames[T] extends { answer: infer A }
  ? A
  : never

export type ServerFrameType = keyof ServerFrames
export type ServerData<T extends ServerFrameType> = ServerFrames[T]['data']
`

/** The text of `protocol/types.d.ts`. */
export function protocolTypes(): string {
  const types = new SchemaTypes()
  const maps = [
    '// What may be said to a Curlew server and heard from it: made of the schemas it checks by.',
    '/** Each operation of the REST door: what `client.call` takes and what it answers. */',
    `export interface Operations ${operationsBlock(types)}`,
    '/** What a client may say over the socket. */',
    `export interface ClientFrames ${framesBlock(types, clientFrames)}`,
    '/** What a client may hear over the socket. */',
    `export interface ServerFrames ${framesBlock(types, serverFrames)}`,
  ]
  return `${[...maps, derived, ...types.interfaces].join('\n')}\n`
}

function operationsBlock(types: SchemaTypes): string {
  const all: [string, Operation][] = Object.entries(operations)
  return block(
    all.map(([name, { method, path, summary, params, query, body, data }]) => {
      const parts = [params, query, body].filter((part) => part !== undefined)
      const members = [`input: ${types.typeOfAll(parts)}`, `output: ${types.typeOf(data)}`]
      return `${comment(`\`${method} ${path}\`: ${summary}`)}${key(name)}: ${block(members)}`
    }),
  )
}

function framesBlock(types: SchemaTypes, frames: Record<string, Frame>): string {
  return block(
    Object.entries(frames).map(([name, { summary, data, answer }]) => {
      const members = [`data: ${types.typeOf(data)}`]
      if (answer) members.push(`answer: ${types.typeOf(answer)}`)
      return `${comment(summary)}${key(name)}: ${block(members)}`
    }),
  )
}
