// Frames to text and back. Decoding checks everything and never throws.
import { isStorable } from './characters.ts'
import { checkOf } from './check.ts'
import { prepare } from './prepare.ts'
import { clientFrames, RequestId, type ClientFrameType, type ServerData } from './frames.ts'
import type { ServerFrameType } from './frames.ts'
import type { Refused } from './errors.ts'
import { refusedBy } from './refused.ts'

export interface Request {
  readonly type: ClientFrameType
  readonly data: unknown
  readonly id: RequestId | undefined
}

interface NoFrame {
  readonly refused: 'badRequest'
  /** What it is not. */
  readonly details: { readonly field: string }
  readonly id: undefined
}

interface WrongField {
  readonly refused: 'validation'
  readonly details: Refused
  readonly id: RequestId | undefined
}

export type Refusal = NoFrame | WrongField

const noFrame = (field: string): NoFrame => ({
  refused: 'badRequest',
  details: { field },
  id: undefined,
})

const wrong = (details: Refused, id: RequestId | undefined): WrongField => ({
  refused: 'validation',
  details,
  id,
})

const types = new Set<string>(Object.keys(clientFrames))

/** One text frame as a request, or why it is none. */
export function decode(text: string): Request | Refusal {
  let frame: unknown
  try {
    frame = JSON.parse(text)
  } catch {
    return noFrame('JSON')
  }
  if (typeof frame !== 'object' || frame === null || Array.isArray(frame)) {
    return noFrame('frame')
  }
  const { type, data, id } = frame as { type?: unknown; data?: unknown; id?: unknown }
  const requestId = id === undefined || id === null ? undefined : (id as RequestId)
  if (requestId !== undefined && !checkOf(RequestId).Check(requestId)) {
    return wrong(refusedBy(checkOf(RequestId).Errors(requestId).First(), 'id'), undefined)
  }
  if (typeof type !== 'string' || !types.has(type)) {
    return wrong(wrongType(type), requestId)
  }
  const schema = clientFrames[type as ClientFrameType].data
  prepare(schema, data)
  const check = checkOf(schema)
  if (!check.Check(data)) {
    return wrong(refusedBy(check.Errors(data).First(), 'data'), requestId)
  }
  const bad = badText(data)
  if (bad !== undefined) return wrong({ field: bad, reason: 'pattern' }, requestId)
  return { type: type as ClientFrameType, data, id: requestId }
}

function wrongType(type: unknown): Refused {
  if (type === undefined) return { field: 'type', reason: 'missing' }
  if (typeof type !== 'string') return { field: 'type', reason: 'type', types: ['string'] }
  return { field: 'type', reason: 'unknown_value', allowed: [...types] }
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
      if (!isStorable(value)) return name
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

const asMessage = /^\{"type":"(?:group_)?message",/
const asSent = '{"type":"message_sent",'

/** A `message` or `group_message` as the session that sent it by REST hears of it. */
export function sentFrame(frame: string): string {
  return frame.replace(asMessage, asSent)
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
