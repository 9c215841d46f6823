// The plate at the door of a feature: all that the doors, the workers and the documents know of it.
import type { Static, TSchema } from '@sinclair/typebox'
import type { BaseContext, Context, State } from '../context.ts'
import type { Actor, Caller } from '../core/actor.ts'
import type { ClassRow } from '../core/token-bucket.ts'
import type { Event } from '../protocol/event.ts'
import type { ExportFile } from '../protocol/export.ts'
import type { ClientFrame } from '../protocol/frame.ts'
import type { Input, Operation, Output } from '../protocol/operation.ts'
import type { Custody } from './custody.ts'

/** Operation → use case. Open operations know only the caller, the others who it is. */
export type Route<O extends Operation = Operation> = (
  ctx: Context,
  who: O extends { readonly open: true } ? Caller : Actor,
  input: Input<O>,
) => Promise<Output<O>>

type Data<F extends ClientFrame> = Static<F['data']>
type Answer<F extends ClientFrame> = F['answer'] extends TSchema ? Static<F['answer']> : never

/**
 * What a frame asks for. An operation waits for what came before it on its socket, and what comes
 * after waits for it. A pipelined one is done in two steps: others wait only until it has found its
 * conversation, and are then handled while its commit is under way.
 */
export type Op<F extends ClientFrame = ClientFrame> =
  | {
      readonly run: (
        ctx: Context,
        actor: Actor,
        data: Data<F>,
        origin: string,
      ) => Promise<Answer<F>>
    }
  | {
      readonly begin: (
        ctx: Context,
        actor: Actor,
        data: Data<F>,
        origin: string,
      ) => Begun<Answer<F>> | Promise<Begun<Answer<F>>>
    }

/** Wrapped, so that waiting for the beginning does not wait for the answer. */
export interface Begun<A> {
  readonly answer: Promise<A>
}

/** What follows from an event once its transaction has committed. Idempotent: jobs are at least once. */
export type Reaction<E extends Event = Event> = (
  ctx: BaseContext,
  event: Readonly<Static<E['data']>>,
) => Promise<void>

/** The parts of src/protocol that a feature answers for, and its own limits.ts. */
interface Protocol {
  readonly operations?: Readonly<Record<string, Operation>>
  readonly clientFrames?: Readonly<Record<string, ClientFrame>>
  readonly events?: Readonly<Record<string, Event>>
  readonly exportFiles?: Readonly<Record<string, TSchema>>
  /** Bounds with their units; docs/reference/limits.md is their union, and that of the buckets. */
  readonly limits?: object
  /** Rate limits by class. */
  readonly buckets?: Readonly<Record<string, ClassRow>>
}

type Part<P, K extends keyof Protocol> = P extends { readonly [X in K]: infer T } ? T : never

type Names<T> = [T] extends [never] ? never : keyof T

/** One of each that the protocol names, and none besides: what is missing does not compile. */
type Bound<T, K extends string, Table> = [T] extends [never]
  ? { readonly [X in K]?: undefined }
  : { readonly [X in K]: Table }

type Routes<T> = { readonly [N in keyof T]: T[N] extends Operation ? Route<T[N]> : never }
type Ops<T> = { readonly [N in keyof T]: T[N] extends ClientFrame ? Op<T[N]> : never }
type Reactions<T> = { readonly [N in keyof T]: T[N] extends Event ? Reaction<T[N]> : never }

interface Sign {
  readonly name: string
  /** The features below that it calls. */
  readonly uses: readonly Feature[]
  /** What each process keeps of it; use cases reach it by `ctx.of(…)`. */
  readonly states?: readonly State<unknown>[]
  /** What is due by what the database says: the sweeper does it, or adds the jobs that Redis has lost. */
  readonly recover?: (ctx: BaseContext) => Promise<void>
}

export type Plate<P extends Protocol> = Sign &
  Bound<Part<P, 'operations'>, 'routes', Routes<Part<P, 'operations'>>> &
  Bound<Part<P, 'clientFrames'>, 'ops', Ops<Part<P, 'clientFrames'>>> &
  Bound<Part<P, 'events'>, 'reactions', Reactions<Part<P, 'events'>>> &
  Bound<Part<P, 'limits'>, 'limits', Part<P, 'limits'>> &
  Bound<Part<P, 'buckets'>, 'buckets', Part<P, 'buckets'>> & {
    readonly custody: Custody<Names<Part<P, 'exportFiles'>> & ExportFile>
  }

/** A plate as those see it who go through all of them. */
export interface Feature extends Sign {
  readonly routes?: object | undefined
  readonly ops?: object | undefined
  readonly reactions?: object | undefined
  readonly limits?: object | undefined
  readonly buckets?: Readonly<Record<string, ClassRow>> | undefined
  readonly custody: Pick<Custody, 'erase' | 'expire'> & { readonly export: object }
}

export function feature<P extends Protocol>(plate: Plate<P>): Plate<P> {
  return plate
}
