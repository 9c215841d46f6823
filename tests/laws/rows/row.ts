// What every law has to know of an operation or a frame, in one object. Rows stand in one file per
// feature; whoever adds an operation adds its row there, and what is missing does not compile.
import type { Static, TSchema } from '@sinclair/typebox'
import type { ClientFrame } from '../../../src/protocol/frame.ts'
import type { Input as InputOf, Operation } from '../../../src/protocol/operation.ts'
import type { OperationName } from '../../../src/protocol/operations.ts'
import type { Person } from '../../support/people.ts'
import type { Cast } from '../cast.ts'
import type { Crowd } from '../crowds.ts'
import type { Input, Stage } from '../stage.ts'
import type { Access } from './access.ts'
import type { Longest } from './longest.ts'
import type { Twice } from './twice.ts'

/** One way to ask. The examples are those of `friends.remove`. */
export interface Way {
  /**
   * Makes the owner's thing ready and answers the input that asks for it. Asked by the owner it
   * succeeds; the other laws send the same input from everybody else, twice, and ten times at once:
   * `async (stage) => ({ friend_id: await stage.other(() => stage.newFriend()) })`.
   */
  readonly scene: (stage: Stage) => Input | Promise<Input>
  /** What each asker gets, see access.ts: `friendsOnly('friendNotFound')`. */
  readonly access: Access
  /** SQL statements it takes, when caches are warm: `8`. Cheaper is as much a change as dearer. */
  readonly budget: number
  /**
   * For what writes: how its effect is seen, and what a second one gets, see twice.ts:
   * `once(friendships, ['friendNotFound'], -2)`.
   */
  readonly twice?: Twice
}

export type Scene = Way['scene']

/** A way to ask for this operation: one that may write says what becomes of it twice. */
type WayOf<O extends Operation> = Omit<Way, 'twice'> &
  (O['method'] extends 'GET' ? { readonly twice?: never } : { readonly twice: Twice })

export type Row<O extends Operation> = WayOf<O> & {
  /** Other ways to ask, by what follows the name: `'to a person': { scene, … }`. */
  readonly also?: Readonly<Record<string, WayOf<O>>>
} & Secret<keyof InputOf<O>> &
  Worded<InputOf<O>> &
  Listed<Static<O['data']>> &
  Sighted<Static<O['data']>>

/**
 * Where a password or a code is asked for: which field proves who asks, or null where it only says
 * what is to be from now on: `'old_password'`.
 */
type Secret<F> =
  Extract<F, 'code' | `${string}password${string}`> extends never
    ? { readonly secret?: never }
    : { readonly secret: F | null }

type HasText<T> = T extends readonly (infer E)[]
  ? HasText<E>
  : T extends string
    ? string extends T
      ? true
      : never
    : T extends object
      ? HasText<T[keyof T]>
      : never

/**
 * Where text is taken: inputs as people send them and the longest ones allowed, see longest.ts:
 * `({ stranger }) => ({ whole: both({ friend_id: stranger }) })`.
 */
type Worded<I> =
  true extends HasText<I> ? { readonly longest: Longest } : { readonly longest?: never }

type Lists = readonly unknown[] | { readonly list: readonly unknown[] }

/**
 * Where a list is answered: how the owner's list gets `size` things in it, see crowds.ts. A long
 * list has to cost no more than a short one, in every way to read it:
 * `{ 'by page': history({ page_size: 100 }), 'by cursor': … }`.
 */
type Listed<D> =
  Extract<D, Lists> extends never
    ? { readonly grows?: never }
    : { readonly grows: Readonly<Record<string, Crowd>> | Answered }

/** One answer for each thing that was sent along: it is as long as whoever asks makes it. */
export type Answered = 'one for each that was sent'

/** Whether an answer names a person by more than their `user_id`; one's own profile aside. */
type Shows<D> = D extends readonly (infer E)[]
  ? Shows<E>
  : D extends object
    ? 'email' extends keyof D
      ? false
      : 'nickname' extends keyof D
        ? true
        : Shows<D[keyof D]>
    : false

/** Where people are shown: what somebody who was blocked still sees: `seesNothing(() => ({}))`. */
type Sighted<D> = true extends Shows<D> ? { readonly sight: Sight } : { readonly sight?: never }

/** Bob asks; alice has blocked him, and has changed everything about herself since. */
export interface Sight {
  /** `name`: that she is there, under her user_id. `nothing`: no word of her, or a refusal. */
  readonly sees: 'name' | 'nothing'
  readonly asks: (then: Aftermath) => Input | Promise<Input>
  /** Asked after all others: it changes what is between the two. */
  readonly last?: boolean
}

export interface Aftermath {
  readonly alice: Person
  readonly bob: Person
  /** A friend of both. */
  readonly carol: Person
  readonly conversation: number
  /** Something bob said to alice a moment ago. */
  readonly said: number
  /** A group of carol’s with both in it, and what carol said there, read by alice. */
  readonly group: string
  readonly groupSaid: number
  /** A request she once made to him; answered. */
  readonly request: number
  /** Moments, each with likes and comments by the two others. */
  readonly hers: number
  readonly his: number
  readonly carols: number
  /** What bob said below carol's, in answer to alice. */
  readonly answer: number
}

export const seesNothing = (asks: Sight['asks']): Sight => ({ sees: 'nothing', asks })
export const seesName = (asks: Sight['asks']): Sight => ({ sees: 'name', asks })

/** A frame a client may send. */
export type FrameRow = Way & {
  /** The operation that does the same, with which it is compared; or why there is none. */
  readonly rest: Pair | { readonly none: string }
}

export interface Pair {
  readonly operation: OperationName
  /** Fields of the frame that have another name, or no place, in REST. */
  readonly names?: Readonly<Record<string, string>>
  readonly without?: readonly string[]
  /** Optional in REST, where its absence means something. */
  readonly always?: readonly string[]
  /** Makes most inputs sensible where a schema cannot say what that is. */
  readonly tame?: (data: Input, die: number, cast: Cast) => Input
  /** What both answers say of a success. */
  readonly shared: (data: Input) => unknown
}

/** Of a frame that shows a person: whether devices of somebody who was blocked hear it. */
export type Heard = 'heard' | 'not heard'

type Part<M, K extends string> = M extends { readonly [X in K]: infer T } ? T : object
type OperationsOf<M> = Part<M, 'operations'>
type ClientFrames<M> = Part<M, 'clientFrames'>
type ServerFrames<M> = Part<M, 'serverFrames'>
type DataOf<F> = F extends { readonly data: infer S extends TSchema } ? Static<S> : never
type Showing<F> = { [T in keyof F]: true extends Shows<DataOf<F[T]>> ? T : never }[keyof F]
/** A part that would be empty is left out. */
type Filled<K extends string, T> = keyof T extends never ? object : { readonly [X in K]: T }

/** All rows of a feature, for all that `src/protocol/<feature>.ts` defines. */
export type Rows<M> = Filled<
  'operations',
  {
    readonly [N in keyof OperationsOf<M>]: OperationsOf<M>[N] extends Operation
      ? Row<OperationsOf<M>[N]>
      : never
  }
> &
  Filled<
    'frames',
    {
      readonly [T in keyof ClientFrames<M>]: ClientFrames<M>[T] extends ClientFrame
        ? FrameRow & { readonly twice: Twice }
        : never
    }
  > &
  Filled<'told', { readonly [T in Showing<ServerFrames<M>>]: Heard }>
