// For sync: what somebody keeps, as it is now. What is not among the answers is gone, or may not be read.
import type { Actor } from '../../core/actor.ts'
import type { Context } from '../../context.ts'
import type { Favorite } from '../../protocol/favorites.ts'
import { show } from './keep.ts'
import { findKept, pageByMessage, pageInEach, type KeptRow } from './store.ts'

/** These, or so many after one, by message; null: it has burned at this moment. */
export async function favoritesBy(
  ctx: Context,
  actor: Actor,
  wanted: { readonly ids: readonly number[] } | { readonly after: number; readonly limit: number },
): Promise<Map<number, Favorite | null>> {
  if ('ids' in wanted && wanted.ids.length === 0) return new Map()
  const rows =
    'ids' in wanted
      ? await findKept(ctx.sql, actor.id, wanted.ids)
      : await pageByMessage(ctx.sql, actor.id, wanted)
  return byMessage(ctx, actor, rows)
}

/** Of each of these conversations at most `limit` after a message, by rising message. */
export async function favoritesIn(
  ctx: Context,
  actor: Actor,
  ranges: readonly { readonly id: number; readonly after: number }[],
  limit: number,
): Promise<Favorite[]> {
  if (ranges.length === 0) return []
  return show(ctx, actor, await pageInEach(ctx.sql, actor.id, ranges, limit))
}

async function byMessage(ctx: Context, actor: Actor, rows: readonly KeptRow[]) {
  const shown = await show(ctx, actor, rows)
  const found = new Map(shown.map((each) => [each.message_id, each]))
  return new Map(rows.map(({ message_id: id }) => [id, found.get(id) ?? null]))
}
