// The `error` frame: what a device may read of a failure, in its language.
import type { Locale } from '../core/actor.ts'
import type { FailureDetails } from '../core/failure.ts'
import { encodeAnswer } from '../protocol/codec.ts'
import { errors, type ErrorName } from '../protocol/errors.ts'
import type { RequestId } from '../protocol/frames.ts'
import { messageOf } from '../texts/texts.ts'

export function errorFrame(
  reason: ErrorName,
  locale: Locale,
  details: FailureDetails,
  seconds: number,
  id?: RequestId,
): string {
  const { code, retryable } = errors[reason]
  const data = { ...details, code, msg: messageOf(locale, reason, details), retryable }
  return encodeAnswer('error', data, seconds, id)
}
