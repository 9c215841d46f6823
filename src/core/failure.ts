// What goes wrong and is expected: one class, one code from the protocol's table.
import { errors, type ErrorName } from '../protocol/errors.ts'
import { en } from '../texts/en.ts'

export interface FailureDetails {
  readonly field?: string
  readonly retry_after?: number
  readonly trace_id?: string
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

export function isFailure(error: unknown, reason?: ErrorName): error is Failure {
  return error instanceof Failure && (reason === undefined || error.reason === reason)
}
