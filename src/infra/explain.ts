// What a caller may know of an error. Both doors ask it, and it knows the driver's errors, which core
// must not: so it stands here.
import { Failure, isFailure } from '../core/failure.ts'
import type { Log } from '../core/log.ts'
import { errors } from '../protocol/errors.ts'
import { databaseAway, isDatabaseAway } from './db.ts'

/** A foreseen failure is told as it is, with a wait; of anything else only that it is ours. */
export function explain(error: unknown, log: Log): Failure {
  if (isFailure(error)) {
    if (error.reason === 'databaseUnavailable') log.debug({ err: error }, 'the database is away')
    return withWait(error)
  }
  return isDatabaseAway(error) ? databaseAway(error) : new Failure('internal', null, error)
}

/** Whoever is to come again is told when. Mail comes back when somebody has repaired it. */
function withWait(error: Failure): Failure {
  const { reason } = error
  // A refused input will be refused again.
  if (reason === 'validation') return error
  const { status } = errors[reason]
  if ((status !== 429 && status !== 503) || error.details?.retry_after !== undefined) return error
  const wait = reason === 'mailUnavailable' ? 60 : 1
  return new Failure(reason, { ...error.details, retry_after: wait }, error)
}
