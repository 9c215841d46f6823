// Every way a request can be refused: code, HTTP status, and whether trying again can help. The
// words stand in src/texts. 401 says that the token is of no use, and nothing else: a client may sign
// out on any. Why 4108 is one of them and a wrong password is not: docs/decisions/0011.

interface ErrorRow {
  readonly code: number
  readonly status: 400 | 401 | 403 | 404 | 405 | 409 | 410 | 413 | 422 | 429 | 500 | 503
  /** The same request may succeed later without being changed. */
  readonly retryable: boolean
}

const row = (code: number, status: ErrorRow['status'], retryable = false): ErrorRow => ({
  code,
  status,
  retryable,
})

export const errors = {
  badRequest: row(4001, 400),
  methodNotAllowed: row(4001, 405),
  unauthenticated: row(4002, 401),
  notFound: row(4004, 404),
  conflict: row(4009, 409),
  validation: row(4010, 422),
  tooLarge: row(4013, 413),
  tooManyRequests: row(4029, 429, true),
  userNotFound: row(4101, 404),
  userExists: row(4102, 409),
  wrongPassword: row(4103, 400),
  tokenInvalid: row(4104, 401),
  tokenExpired: row(4105, 401),
  codeInvalid: row(4106, 400),
  codeExpired: row(4107, 400),
  accountDisabled: row(4108, 401),
  friendNotFound: row(4201, 404),
  alreadyFriends: row(4202, 409),
  requestExists: row(4203, 409),
  requestNotFound: row(4204, 404),
  messageNotFound: row(4301, 404),
  windowOver: row(4302, 403),
  clientIdReused: row(4303, 409),
  emptyKeyword: row(4311, 422),
  momentNotFound: row(4401, 404),
  notAllowed: row(4403, 403),
  alreadyBlocked: row(4501, 409),
  blockNotFound: row(4502, 404),
  blocked: row(4503, 403),
  invitationExists: row(4511, 409),
  invitationNotFound: row(4512, 404),
  invitationHandled: row(4513, 409),
  announcementNotFound: row(4521, 404),
  forwardFailed: row(4531, 400),
  conversationNotFound: row(4541, 404),
  groupNotFound: row(4551, 404),
  groupFull: row(4552, 409),
  muted: row(4553, 403),
  notMember: row(4554, 403),
  internal: row(5000, 500, true),
  databaseUnavailable: row(5001, 503, true),
  cacheUnavailable: row(5002, 503, true),
  mailUnavailable: row(5003, 503, true),
  busy: row(5030, 503, true),
} as const satisfies Record<string, ErrorRow>

export type ErrorName = keyof typeof errors

/** Why a field was refused, as clients read it in `data.reason` of a 4010. */
export const refusalReasons = [
  'missing',
  'type',
  'pattern',
  'too_short',
  'too_long',
  'too_small',
  'too_large',
  'too_many',
  'unknown_value',
  'duplicate',
  'conflict',
] as const
export type RefusalReason = (typeof refusalReasons)[number]

/** What a value may be of, as JSON Schema names it. */
export type ValueType = 'string' | 'integer' | 'number' | 'boolean' | 'array' | 'object' | 'null'

/** The bound that was broken, beside the reason. */
export type Bounds = {
  /** Lengths in code points, or in `unit`; sizes as numbers. */
  readonly min?: number
  readonly max?: number
  readonly unit?: 'bytes'
  /** The values that may stand there; `64-255` is a range. */
  readonly allowed?: readonly (string | number)[]
  readonly types?: readonly ValueType[]
  /** Of a missing field: any of these would do. */
  readonly one_of?: readonly string[]
  /** The field it contradicts; `self`: whoever asks. */
  readonly with?: string
}

/** A refused field. */
export type Refused = Bounds & {
  readonly field: string
  readonly reason: RefusalReason
}
