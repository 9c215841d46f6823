// What a frame of the socket is.
import type { TSchema } from '@sinclair/typebox'
import type { LimitClass } from './operation.ts'

export interface ClientFrame {
  readonly summary: string
  readonly data: TSchema
  /** `data` of the `ack`; none where the answer is another frame or nothing. */
  readonly answer?: TSchema
  /** Counted in the same bucket as the operations of this class. */
  readonly limit?: LimitClass
}

export interface ServerFrame {
  readonly summary: string
  readonly data: TSchema
}
