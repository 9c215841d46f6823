// What goes wrong and is expected: one class, one code from the protocol's table.
import {
  errors,
  type Bounds,
  type ErrorName,
  type RefusalReason,
  type Refused,
} from '../protocol/errors.ts'

export interface FailureDetails {
  readonly field?: string
  readonly retry_after?: number
  readonly trace_id?: string
  /** What an address takes instead: the header of the same name. */
  readonly allow?: string
  readonly [key: string]: unknown
}

/** Every name but that of a refused input, which says more. */
type PlainName = Exclude<ErrorName, 'validation'>

/** Its `message` is the name alone: the words for people stand in src/texts, in their language. */
export class Failure extends Error {
  readonly details: FailureDetails | null

  /** Who refuses an input says which field and why; `invalid` does. */
  constructor(reason: 'validation', details: Refused)
  constructor(reason: PlainName, details?: FailureDetails | null, cause?: unknown)
  constructor(
    readonly reason: ErrorName,
    details: FailureDetails | Refused | null = null,
    cause?: unknown,
  ) {
    super(reason, cause === undefined ? undefined : { cause })
    this.name = 'Failure'
    this.details = details as FailureDetails | null
  }

  get code(): number {
    return errors[this.reason].code
  }
}

/** The refusal of one field of an input: 4010 with what is wrong about it. */
export function invalid(field: string, reason: RefusalReason, bounds: Bounds = {}): Failure {
  return new Failure('validation', { field, reason, ...bounds })
}

export function isFailure(error: unknown, reason?: ErrorName): error is Failure {
  return error instanceof Failure && (reason === undefined || error.reason === reason)
}
