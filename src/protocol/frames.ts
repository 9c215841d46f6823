// The socket's frames: what a client may say, what it may hear. Those of the line itself stand here.
import { Type, type Static } from '@sinclair/typebox'
import { collect } from './all.ts'
import type { ClientFrame, ServerFrame } from './frame.ts'
import type { LimitClass } from './operation.ts'
import { refusedFields } from './refused.ts'
import { Id, Seq, UserId } from './scalars.ts'

/** The request id a client chooses; the answer carries it back. */
export const RequestId = Type.Union([
  Type.String({ minLength: 1, maxLength: 64 }),
  Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER, examples: [1] }),
])
export type RequestId = Static<typeof RequestId>

export const clientFrames = {
  ping: { summary: 'Answered by `pong`.', data: Type.Unknown() },
  ...collect('clientFrames'),
} as const satisfies Record<string, ClientFrame>

/** The class a frame is counted in, if any. */
export function limitOf(type: ClientFrameType): LimitClass | undefined {
  const frame: ClientFrame = clientFrames[type]
  return frame.limit
}

export type ClientFrameType = keyof typeof clientFrames
export type ClientData<T extends ClientFrameType> = Static<(typeof clientFrames)[T]['data']>
export type ClientAnswer<T extends Exclude<ClientFrameType, 'ping'>> = Static<
  (typeof clientFrames)[T]['answer']
>

export const serverFrames = {
  hello: {
    summary: 'The first frame after the upgrade.',
    data: Type.Object({
      session_id: Id,
      device_id: Type.String(),
      user_id: UserId,
      node_id: Type.String(),
      heartbeat_seconds: Type.Integer({
        description: 'Ping at least this often.',
        examples: [30],
      }),
      cursor: Type.String({ description: 'Opaque: this moment in the account’s history.' }),
      epoch: Type.String({ description: 'Changes when old cursors are of no use.' }),
    }),
  },
  ack: { summary: 'A request succeeded; `id` is the request’s.', data: Type.Unknown() },
  error: {
    summary: 'A request failed (`id` is the request’s), or a frame could not be read.',
    data: Type.Object({
      code: Type.Integer({ description: 'As in the error table.', examples: [4010] }),
      msg: Type.String({ examples: ['type: has to be one of ping, send_message.'] }),
      retryable: Type.Boolean({ description: 'The same request may succeed later.' }),
      retry_after: Type.Optional(Type.Number({ description: 'Seconds to wait.' })),
      field: Type.Optional(Type.String({ description: 'What is wrong.', examples: ['type'] })),
      ...refusedFields,
      trace_id: Type.Optional(
        Type.String({ description: 'With 5000: the log of the server has the rest under it.' }),
      ),
    }),
  },
  pong: { summary: 'The answer to `ping`.', data: Type.Unknown() },
  heads: {
    summary: 'Newest seq of conversations with recent traffic, at least every 30 s.',
    data: Type.Record(Type.String({ pattern: '^[0-9]+$' }), Seq, { examples: [{ 1042: 7 }] }),
  },
  kicked: {
    summary: 'The server is about to close.',
    data: Type.Object({ reason: Type.String({ examples: ['the session ended'] }) }),
  },
  ...collect('serverFrames'),
} as const satisfies Record<string, ServerFrame>

export type ServerFrameType = keyof typeof serverFrames
export type ServerData<T extends ServerFrameType> = Static<(typeof serverFrames)[T]['data']>
