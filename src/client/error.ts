// The one error the SDK throws: what the server refused, or why it could not be asked.
import type { ServerData } from '../protocol/frames.ts'

export type Reason =
  /** The server answered, and the answer is no. */
  | 'refused'
  /** No answer: whether the server did it is unknown. */
  | 'network'
  | 'timeout'
  /** The caller's signal, or `close()`. */
  | 'aborted'
  | 'closed'
  /** Not signed in, or the session has ended. */
  | 'signed_out'
  /** A bound of the SDK is reached; nothing was sent. */
  | 'full'
  | 'too_large'
  /** The application's storage refused, or does not answer. */
  | 'storage'
  /** A file cannot be read any more, or was not kept over a reload. */
  | 'file'
  /** An answer that is none of ours: a proxy's page, broken JSON. */
  | 'protocol'

interface Details {
  readonly reason: Reason
  readonly msg: string
  readonly code?: number | undefined
  readonly status?: number | undefined
  readonly data?: unknown
  readonly retryAfter?: number | undefined
  readonly retryable?: boolean | undefined
  readonly cause?: unknown
}

export class CurlewError extends Error {
  declare readonly reason: Reason
  /** As in the protocol's table of errors; −1 when the server gave none. */
  declare readonly code: number
  declare readonly msg: string
  /** The HTTP status; 0 over the socket or without an answer. */
  declare readonly status: number
  /** Details from the server: `{field, reason, …}` with the bound, `{retry_after}`, a trace id. */
  declare readonly data: unknown
  /** Seconds to wait before trying again, when the server said so. */
  declare readonly retryAfter: number | undefined
  /** The same request may succeed later without being changed. */
  declare readonly retryable: boolean

  constructor({ cause, ...details }: Details) {
    super(details.msg, cause === undefined ? undefined : { cause })
    Object.assign(this, details)
    this.name = 'CurlewError'
    this.code ??= -1
    this.status ??= 0
    this.data ??= null
    this.retryable ??= isUnanswered(this.reason)
  }
}

/** Whether the server did it is unknown. */
export function isUnanswered(reason: Reason): boolean {
  return reason === 'network' || reason === 'timeout'
}

/** Nobody waits for an answer any more. */
export function isOver({ reason }: CurlewError): boolean {
  return reason === 'closed' || reason === 'signed_out'
}

export function asCurlewError(error: unknown): CurlewError {
  if (error instanceof CurlewError) return error
  const msg = error instanceof Error ? error.message : String(error)
  return new CurlewError({ reason: 'network', msg, cause: error })
}

export function closed(): CurlewError {
  return new CurlewError({ reason: 'closed', msg: 'The client is closed.' })
}

export function notSignedIn(): CurlewError {
  return new CurlewError({ reason: 'signed_out', msg: 'Sign in first.', status: 401 })
}

/** The data of an `error` frame. */
export function errorOfFrame(data: unknown): CurlewError {
  const given = data as Partial<ServerData<'error'>> | null
  return new CurlewError({
    reason: 'refused',
    code: given?.code,
    msg: given?.msg ?? 'The server refused.',
    data,
    retryAfter: given?.retry_after,
    retryable: given?.retryable ?? false,
  })
}
