// What the board refuses, as everything here is refused: by itself it knows neither codes nor `Allow`.
import { Failure } from '../../core/failure.ts'
import type { ErrorName } from '../../protocol/errors.ts'

export interface BoardRefusal {
  readonly failure: Failure
  /** The board's own word: which of its things is missing, why a job cannot be tried again. */
  readonly said?: string | undefined
  readonly traceId?: string | undefined
}

/** What our handler of the board's errors leaves in the body for `refusalOf`. */
export interface BoardError {
  readonly reason: Exclude<ErrorName, 'validation'>
  readonly traceId?: string
}

const reasons: Readonly<Record<number, BoardError['reason']>> = {
  400: 'badRequest',
  403: 'notAllowed',
  404: 'notFound',
  // Only a queue that may be looked at and not changed answers so: a question of rights.
  405: 'notAllowed',
}

/** `allow`: what the address takes by the board's own routes, if it is one. */
export async function refusalOf(
  response: Response,
  method: string,
  allow: string | undefined,
): Promise<BoardRefusal> {
  if (allow !== undefined && !allow.split(', ').includes(method)) {
    return { failure: new Failure('methodNotAllowed', { allow }) }
  }
  const { reason, traceId, error } = await bodyOf(response)
  return {
    failure: new Failure(reason ?? reasons[response.status] ?? 'internal'),
    said: typeof error === 'string' ? error : undefined,
    traceId,
  }
}

async function bodyOf(response: Response): Promise<Partial<BoardError> & { error?: unknown }> {
  const json = response.headers.get('content-type')?.startsWith('application/json')
  const text = await response.text()
  // Who asked by HEAD gets the type of a body and none.
  return json && text !== '' ? (JSON.parse(text) as object) : {}
}
