// The features, lower first: each may call those above its line, and nothing else.
import type { BaseContext } from '../context.ts'
import type { ClassRow } from '../core/token-bucket.ts'
import type { DurableEvent, EventName } from '../protocol/events.ts'
import type { ClientFrameType } from '../protocol/frames.ts'
import type { LimitClass } from '../protocol/operation.ts'
import { merge, type Merged } from '../protocol/merge.ts'
import type { OperationName } from '../protocol/operations.ts'
import { admin } from './admin/feature.ts'
import { burning } from './burning/feature.ts'
import type { Custody, ReadRows } from './custody.ts'
import { consistency } from './consistency/feature.ts'
import { conversations } from './conversations/feature.ts'
import { deletions } from './deletions/feature.ts'
import { departure } from './departure/feature.ts'
import { digests } from './digests/feature.ts'
import { favorites } from './favorites/feature.ts'
import { fetching } from './fetching/feature.ts'
import type { Feature, Op, Reaction, Route } from './feature.ts'
import { friends } from './friends/feature.ts'
import { groups } from './groups/feature.ts'
import { inbox } from './inbox/feature.ts'
import { mails } from './mails/feature.ts'
import { media } from './media/feature.ts'
import { messages } from './messages/feature.ts'
import { moments } from './moments/feature.ts'
import { people } from './people/feature.ts'
import { presence } from './presence/feature.ts'
import { push } from './push/feature.ts'
import { scheduling } from './scheduling/feature.ts'
import { search } from './search/feature.ts'
import { settings } from './settings/feature.ts'
import { signin } from './signin/feature.ts'
import { sync } from './sync/feature.ts'

const all = [
  media,
  people,
  settings,
  mails,
  signin,
  conversations,
  friends,
  deletions,
  messages,
  groups,
  favorites,
  scheduling,
  inbox,
  burning,
  sync,
  search,
  presence,
  moments,
  fetching,
  push,
  digests,
  admin,
  departure,
  consistency,
] as const

export const features: readonly Feature[] = all

type Table = 'routes' | 'ops' | 'reactions' | 'buckets'

type All = (typeof all)[number]
type Bound<K extends Table, F = All> = F extends { readonly [X in K]: infer T } ? keyof T : never
type Exported<F = All> = F extends { readonly custody: Custody<infer N> } ? N : never

/** One table of all features; one that nobody has bound is asked for as an argument, by its name. */
function union<K extends Table, N extends string, T>(
  part: K,
  ..._missing: Exclude<N, Bound<K>> extends never ? [] : [unbound: Exclude<N, Bound<K>>]
): { readonly [X in N]: T } {
  return Object.assign({}, ...features.map((each) => each[part]))
}

export const routes = union<'routes', OperationName, Route<never>>('routes')
export const buckets = union<'buckets', LimitClass, ClassRow>('buckets')
export const ops = union<'ops', Exclude<ClientFrameType, 'ping'>, Op<never>>('ops')

type Limits<F = All> = F extends { readonly limits: infer T extends object } ? T : never
/** Bounds of all features; src/limits.ts adds those of the other rooms. */
export const limits: Merged<Limits> = merge(
  all.flatMap((each): Limits[] => ('limits' in each && each.limits ? [each.limits] : [])),
)

const reactions = union<'reactions', EventName, Reaction<never>>('reactions')

/** What follows from an event; see features/<name>/feature.ts. */
export function react(ctx: BaseContext, event: DurableEvent): Promise<void> {
  return reactions[event.name](ctx, event as never)
}

/** Who fills which file of an export. */
export const exported: { readonly [F in Exported]: ReadRows } = Object.assign(
  {},
  ...features.map(({ custody }) => custody.export),
)
