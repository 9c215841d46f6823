// Keep a message, keep it no longer, look through what is kept.
import type { Actor } from '../../core/actor.ts'
import { Failure } from '../../core/failure.ts'
import { decodeNumbers, encodeCursor } from '../../core/page.ts'
import type { BaseContext, Context } from '../../context.ts'
import type { EventData } from '../../protocol/events.ts'
import type { Favorite } from '../../protocol/favorites.ts'
import { messageTypes } from '../../protocol/messages.types.ts'
import type { InputOf, OutputOf } from '../../protocol/operations.ts'
import { showMessages } from '../messages/delivery/replay.ts'
import { tell } from '../tell.ts'
import { limits } from './limits.ts'
import { deleteKept, keepMessage, listKept, lockKept, type KeptRow } from './store.ts'

const defaultSize = 20

/** Kept once, however often it is asked for. */
export async function add(
  ctx: Context,
  actor: Actor,
  { message_id }: InputOf<'favorites.add'>,
): Promise<Favorite> {
  const max = limits.favorites.perPersonMax
  const kept = await ctx.transact(async (tx) => {
    await lockKept(tx.sql, actor.id)
    const asked = { user: actor.id, message: message_id, now: tx.now, max }
    const found = await keepMessage(tx.sql, asked)
    if (!found) throw new Failure('messageNotFound')
    // It says what happened to a group, and nobody said it.
    if (found.message_type === messageTypes.system) throw new Failure('notAllowed')
    if (!found.kept) throw new Failure('conflict', { field: 'favorites', max })
    if (found.is_new) tx.emit({ name: 'favorite.set', user: actor.id, message_id })
    return found.kept
  })
  const [shown] = await show(ctx, actor, [kept])
  // It has burned, or was deleted, since.
  if (!shown) throw new Failure('messageNotFound')
  return shown
}

/** What is not there is gone already, whether or not there is such a message. */
export async function remove(
  ctx: Context,
  actor: Actor,
  { message_id }: InputOf<'favorites.remove'>,
): Promise<OutputOf<'favorites.remove'>> {
  await ctx.transact(async (tx) => {
    if (!(await deleteKept(tx.sql, actor.id, message_id))) return
    tx.emit({ name: 'favorite.set', user: actor.id, message_id })
  })
  return { message: 'removed' }
}

/** A reaction: to their own devices alone. */
export async function tellSet(
  ctx: BaseContext,
  { user }: EventData<'favorite.set'>,
): Promise<void> {
  await tell(ctx, [user], 'changed', { what: 'favorite' })
}

export async function list(
  ctx: Context,
  actor: Actor,
  { cursor, limit, page = 1, page_size: size = defaultSize }: InputOf<'favorites.list'>,
): Promise<OutputOf<'favorites.list'>> {
  if (cursor === undefined && limit === undefined) {
    const numbered = { limit: size, offset: (page - 1) * size }
    const { total, rows } = await listKept(ctx.sql, actor.id, numbered)
    return { list: await show(ctx, actor, rows), total }
  }
  const wanted = limit ?? defaultSize
  const [before] = cursor ? decodeNumbers(cursor, 1) : []
  const { rows } = await listKept(ctx.sql, actor.id, { before, limit: wanted + 1, offset: 0 })
  const shown = rows.slice(0, wanted)
  const edge = rows.length > wanted ? shown.at(-1) : undefined
  return {
    list: await show(ctx, actor, shown),
    has_more: edge !== undefined,
    next_cursor: edge ? encodeCursor([edge.id]) : null,
  }
}

/** Each with its message as it stands now; who may read it was asked where the rows were found. */
export async function show(
  ctx: Context,
  actor: Actor,
  rows: readonly KeptRow[],
): Promise<Favorite[]> {
  const messages = await showMessages(
    ctx,
    actor.id,
    rows.map((row) => row.message_id),
  )
  const byId = new Map(messages.map((message) => [message.id, message]))
  return rows.flatMap(({ id, message_id, created_at }) => {
    const message = byId.get(message_id)
    return message ? [{ id, message_id, created_at: created_at.toISOString(), message }] : []
  })
}
