// What an operation is: its door, its input and output, and how it may be refused.
import type { Static, TObject, TSchema } from '@sinclair/typebox'
import type { ErrorName } from './errors.ts'

export interface Operation {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  /** Below /api/v1; parameters as `{name}`, as OpenAPI writes them. */
  readonly path: string
  readonly summary: string
  readonly tag: string
  /** Callable without a token. */
  readonly open?: boolean
  readonly params?: TObject
  readonly query?: TObject
  readonly body?: TObject
  readonly data: TSchema
  readonly errors: readonly ErrorName[]
  /** Counted by the doors in the token bucket of this class (`limits.ts` of a feature): may answer 429. */
  readonly limit?: LimitClass
  /** May ask for a `captcha_token`, where the installation's CAPTCHA_ON names this. */
  readonly captcha?: CaptchaAction
}

export type LimitClass =
  | 'code'
  | 'check'
  | 'login'
  | 'refresh'
  | 'ticket'
  | 'request'
  | 'search'
  | 'post'
  | 'send'
  | 'react'
  | 'forward'
  | 'group'
  | 'watch'
  | 'upload'
  | 'fetch'

export type CaptchaAction = 'code' | 'register-pwd' | 'login-pwd'

type Part<S> = S extends TSchema ? Static<S> : unknown

/** Path, query and body in one object: what a use case takes. */
export type Input<O extends Operation> = Part<O['params']> & Part<O['query']> & Part<O['body']>

export type Output<O extends Operation> = Static<O['data']>
