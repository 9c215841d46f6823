// Every operation of the REST door by name.
import { collect } from './all.ts'
import type { Input, Operation, Output } from './operation.ts'

export const operations = collect('operations') satisfies Record<string, Operation>

export type Operations = typeof operations
export type OperationName = keyof Operations
export type InputOf<N extends OperationName> = Input<Operations[N]>
export type OutputOf<N extends OperationName> = Output<Operations[N]>
