// The envelope around every REST answer.
import type { Locale } from '../core/actor.ts'
import type { Failure } from '../core/failure.ts'
import { errors } from '../protocol/errors.ts'
import { messageOf } from '../texts/texts.ts'

export function success(data: unknown): Response {
  return Response.json({ code: 0, msg: 'success', data })
}

/** `beside` stands next to the envelope, for a reader that knows no other way. */
export function failure(
  error: Failure,
  locale: Locale,
  traceId?: string,
  beside?: Readonly<Record<string, string>>,
): Response {
  const { code, status } = errors[error.reason]
  const details = traceId === undefined ? error.details : { trace_id: traceId }
  const { retry_after: wait, allow } = error.details ?? {}
  return Response.json(
    { code, msg: messageOf(locale, error.reason, error.details), data: details, ...beside },
    {
      status,
      headers: {
        ...(wait === undefined ? {} : { 'retry-after': String(Math.ceil(wait)) }),
        ...(allow === undefined ? {} : { allow }),
      },
    },
  )
}
