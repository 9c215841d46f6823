// Frames to text and back. Decoding checks everything and never throws.
import { checkOf } from './check.ts'
import { prepare } from './prepare.ts'
import { clientFrames, RequestId, type ClientFrameType, type ServerData } from './frames.ts'
import type { ServerFrameType } from './frames.ts'

export interface Request {
  readonly type: ClientFrameType
  readonly data: unknown
  readonly id: RequestId | undefined
}

export interface Refusal {
  readonly refused: 'badRequest' | 'validation'
  /** What is wrong, as a field name or a few words. */
  readonly field: string
  readonly id: RequestId | undefined
}

const types = new Set<string>(Object.keys(clientFrames))

/** One text frame as a request, or why it is none. */
export function decode(text: string): Request | Refusal {
  let frame: unknown
  try {
    frame = JSON.parse(text)
  } catch {
    return { refused: 'badRequest', field: 'JSON', id: undefined }
  }
  if (typeof frame !== 'object' || frame === null || Array.isArray(frame)) {
    return { refused: 'badRequest', field: 'frame', id: undefined }
  }
  const { type, data, id } = frame as { type?: unknown; data?: unknown; id?: unknown }
  const requestId = id === undefined || id === null ? undefined : (id as RequestId)
  if (requestId !== undefined && !checkOf(RequestId).Check(requestId)) {
    return { refused: 'validation', field: 'id', id: undefined }
  }
  if (typeof type !== 'string' || !types.has(type)) {
    return { refused: 'validation', field: 'type', id: requestId }
  }
  const schema = clientFrames[type as ClientFrameType].data
  prepare(schema, data)
  const check = checkOf(schema)
  if (!check.Check(data)) {
    const first = check.Errors(data).First()
    const field = first?.path.slice(1).replaceAll('/', '.') || 'data'
    return { refused: 'validation', field, id: requestId }
  }
  const bad = badText(data)
  if (bad !== undefined) return { refused: 'validation', field: bad, id: requestId }
  return { type: type as ClientFrameType, data, id: requestId }
}

/** Deeper than any input nests text; what a stranger nests deeper is in no schema and is dropped. */
const textDepthMax = 4

/**
 * The name of the first string that a database cannot hold as UTF-8: one with a NUL or a lone
 * surrogate. Names inside of others as `keys.auth`.
 */
export function badText(data: unknown, depth = 1): string | undefined {
  if (typeof data !== 'object' || data === null || depth > textDepthMax) return undefined
  for (const [name, value] of Object.entries(data)) {
    if (typeof value === 'string') {
      if (value.includes('\0') || !value.isWellFormed()) return name
    } else {
      const inner = badText(value, depth + 1)
      if (inner !== undefined) return `${name}.${inner}`
    }
  }
  return undefined
}

/** A frame of the server's own accord. `timestamp` is in Unix seconds. */
export function encode<T extends ServerFrameType>(
  type: T,
  data: ServerData<T>,
  timestamp: number,
): string {
  return JSON.stringify({ type, data, timestamp })
}

/** The answer to a request. */
export function encodeAnswer(
  type: 'ack' | 'error' | 'pong',
  data: unknown,
  timestamp: number,
  id: RequestId | undefined,
): string {
  return JSON.stringify(
    id === undefined ? { type, data, timestamp } : { type, data, timestamp, id },
  )
}
