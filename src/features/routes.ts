// How a feature's routes are written: operation → use case, one line each.
import type { Actor, Caller } from '../core/actor.ts'
import type { Context } from '../context.ts'
import type { InputOf, OperationName, OutputOf } from '../protocol/operations.ts'
import type { Operations } from '../protocol/operations.ts'

/** Open operations know only the caller, the others who it is. */
type Who<N extends OperationName> = Operations[N] extends { open: true } ? Caller : Actor

export type Route<N extends OperationName> = (
  ctx: Context,
  who: Who<N>,
  input: InputOf<N>,
) => Promise<OutputOf<N>>

/** A table with every operation of these features: one missing does not compile. */
export type Routes<P extends string> = {
  readonly [N in OperationName & `${P}.${string}`]: Route<N>
}
