// One cursor over everything: what an account has missed since it, or a first snapshot.
import type { Actor } from '../../core/actor.ts'
import { must } from '../../core/assert.ts'
import type { Context } from '../../context.ts'
import { closePosition, openPosition, type Place, type Position } from '../../core/position.ts'
import type { InputOf, OutputOf } from '../../protocol/operations.ts'
import { fillSnapshot, firstPlace } from './snapshot.ts'
import { limits } from './limits.ts'
import { fillDelta, goOn } from './delta.ts'
import { askedOf } from './asked.ts'
import { SyncPage } from './page.ts'
import { findChanges } from './store.ts'

/**
 * State at the cursor and the events are the state now. What is new is found in one statement, with the
 * snapshot it saw; all else is read later and so holds at least that. What came in between comes again
 * next time.
 */
export async function sync(
  ctx: Context,
  actor: Actor,
  { cursor = '', limit = limits.sync.events }: InputOf<'sync.get'>,
): Promise<OutputOf<'sync.get'>> {
  const page = new SyncPage(limit)
  if (cursor === '') return snapshot(ctx, actor, page, null)
  const position = openPosition(ctx.seal, cursor)
  if (!position || isOver(ctx, position)) return reset(ctx, actor, page)
  const { since, pass } = position
  // The pages of a first snapshot are shown as they are now; whatever moves meanwhile comes after them.
  if (since === '') return snapshot(ctx, actor, page, position)
  const found = await findChanges(ctx.sql, actor.id, position)
  const isUnknown = found.epoch !== position.epoch || found.isAhead || found.isForgotten
  if (isUnknown) return reset(ctx, actor, page)
  const asked = await askedOf(ctx, actor, since, found)
  const next = await (pass ? goOn(asked, page, pass) : fillDelta(asked, page))
  return answer(
    ctx,
    page,
    pass ? position : { ...position, at: now(ctx) },
    pass?.to ?? found.now,
    next,
  )
}

const now = (ctx: Context) => Math.floor(ctx.clock.now().getTime() / 1000)

const isOver = (ctx: Context, { at }: Position) => now(ctx) - at > ctx.config.syncMs / 1000

async function reset(ctx: Context, actor: Actor, page: SyncPage): Promise<OutputOf<'sync.get'>> {
  return { ...(await snapshot(ctx, actor, page, null)), reset: true }
}

async function snapshot(
  ctx: Context,
  actor: Actor,
  page: SyncPage,
  position: Position | null,
): Promise<OutputOf<'sync.get'>> {
  const here = await whereNow(ctx)
  if (position && position.epoch !== here.epoch) return reset(ctx, actor, page)
  const begun = position ?? { epoch: here.epoch, since: '', at: here.at }
  const next = await fillSnapshot(ctx, actor, page, position?.pass ?? firstPlace)
  return answer(ctx, page, begun, position?.pass?.to ?? here.since, next)
}

/** Before anything is read. */
async function whereNow(ctx: Context): Promise<Position> {
  const { cursor } = must(await ctx.position.get('now'), 'there is always a now')
  return must(openPosition(ctx.seal, cursor), 'our own cursor can be read')
}

function answer(
  ctx: Context,
  page: SyncPage,
  position: Position,
  to: string,
  next: Place | null,
): OutputOf<'sync.get'> {
  const { epoch, since, at } = position
  const after = next ? { epoch, since, at, pass: { to, ...next } } : { epoch, since: to, at }
  return {
    events: page.events,
    next_cursor: closePosition(ctx.seal, after),
    has_more: next !== null,
  }
}
