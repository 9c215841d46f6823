// For the type checker alone: the package's plain types say what the schemas say, name for name.
// Names that differ stand in the error.
import type * as packed from 'curlew-client/protocol'
import type * as frames from 'curlew/protocol/frames.ts'
import type { InputOf, OperationName, OutputOf } from 'curlew/protocol/operations.ts'

/** Intersections flattened. */
type Plain<T> = T extends readonly (infer Item)[]
  ? Plain<Item>[]
  : T extends object
    ? { [K in keyof T]: Plain<T[K]> }
    : T

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false

type Differing<A, B> = {
  [K in keyof A | keyof B]: K extends keyof A & keyof B
    ? Same<Plain<A[K]>, Plain<B[K]>> extends true
      ? never
      : K
    : K
}[keyof A | keyof B]

type None<T extends never> = T

type Inputs = { [N in OperationName]: InputOf<N> }
type PackedInputs = { [N in packed.OperationName]: packed.InputOf<N> }
export type NoInput = None<Differing<Inputs, PackedInputs>>

type Outputs = { [N in OperationName]: OutputOf<N> }
type PackedOutputs = { [N in packed.OperationName]: packed.OutputOf<N> }
export type NoOutput = None<Differing<Outputs, PackedOutputs>>

type Said = { [T in frames.ClientFrameType]: frames.ClientData<T> }
type PackedSaid = { [T in packed.ClientFrameType]: packed.ClientData<T> }
export type NoFrame = None<Differing<Said, PackedSaid>>

type Acknowledged = Exclude<frames.ClientFrameType, 'ping'>
type Answers = { [T in Acknowledged]: frames.ClientAnswer<T> }
type PackedAnswers = { [T in Acknowledged]: packed.ClientAnswer<T> }
export type NoAnswer = None<Differing<Answers, PackedAnswers>>

type Heard = { [T in frames.ServerFrameType]: frames.ServerData<T> }
type PackedHeard = { [T in packed.ServerFrameType]: packed.ServerData<T> }
export type NoEvent = None<Differing<Heard, PackedHeard>>
