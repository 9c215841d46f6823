// What goes wrong and is expected: one class, one code from the protocol's table.
import { errors, type ErrorName } from '../protocol/errors.ts'
import { en } from '../texts/en.ts'

/**
 * Why a field was refused, as clients read it in `data.reason` of a 4010. The bound that was broken
 * comes along as `min`, `max` or `allowed`.
 */
export type RefusalReason =
  | 'missing'
  | 'type'
  | 'pattern'
  | 'too_short'
  | 'too_long'
  | 'too_small'
  | 'too_large'
  | 'too_many'
  | 'unknown_value'
  | 'duplicate'
  | 'conflict'

/** Lengths in code points, sizes as numbers, `allowed` the values that may stand there. */
export interface Bounds {
  readonly min?: number
  readonly max?: number
  readonly allowed?: readonly (string | number)[]
}

export interface FailureDetails {
  readonly field?: string
  readonly retry_after?: number
  readonly trace_id?: string
  /** What an address takes instead: the header of the same name. */
  readonly allow?: string
  readonly [key: string]: unknown
}

export class Failure extends Error {
  readonly details: FailureDetails | null

  constructor(
    readonly reason: ErrorName,
    details: FailureDetails | null = null,
    cause?: unknown,
  ) {
    super(en.errors[reason], cause === undefined ? undefined : { cause })
    this.name = 'Failure'
    this.details = details
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
