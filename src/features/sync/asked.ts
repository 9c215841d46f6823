// What an account asks for, and what has changed for it.
import type { Actor } from '../../core/actor.ts'
import type { Context } from '../../context.ts'
import { kinds } from '../../protocol/kept.ts'
import { findPairs, findShared, type Found, type Noted } from './store.ts'

/** What somebody asks for, and what has changed since. */
export interface Asked {
  readonly ctx: Context
  readonly actor: Actor
  readonly since: string
  /** Of this account alone, by kind and number. */
  readonly things: readonly Noted[]
  /** Conversations that changed, by number. */
  readonly conversations: readonly number[]
  /** Those of them that may be this account's no more. */
  readonly left: ReadonlySet<number>
  /** People who look otherwise to this account, wherever both are. */
  readonly fellows: readonly number[]
}

/** A conversation changes for everybody in it, for this account, or by what the other one is. */
export async function askedOf(
  ctx: Context,
  actor: Actor,
  since: string,
  { conversations, noted }: Found,
): Promise<Asked> {
  const refs = (kind: Noted['kind']) =>
    noted.flatMap((thing) => (thing.kind === kind ? [thing.ref] : []))
  const left = new Set(refs('conversation'))
  const fellows = refs('fellow')
  const [pairs, shared] = await Promise.all([
    findPairs(ctx.sql, actor.id, refs('friend')),
    findShared(ctx.sql, actor.id, fellows),
  ])
  const things = noted
    .filter(({ kind }) => kind !== 'conversation' && kind !== 'fellow')
    .toSorted((a, b) => kinds[a.kind] - kinds[b.kind] || a.ref - b.ref)
  const all = [...new Set([...conversations, ...left, ...pairs, ...shared])].toSorted(
    (a, b) => a - b,
  )
  return { ctx, actor, since, things, conversations: all, left, fellows }
}
