// Blocks: want nothing more to do with somebody, and take that back.
import type { Actor } from '../../core/actor.ts'
import { Failure, invalid } from '../../core/failure.ts'
import { limits } from './limits.ts'
import type { Context } from '../../context.ts'
import type { Tx } from '../../infra/db.ts'
import type { Block } from '../../protocol/friends.ts'
import type { InputOf, OutputOf } from '../../protocol/operations.ts'
import { findPerson } from '../people/people.ts'
import { closeDirect } from '../conversations/pairs.ts'
import { countBlocks, deleteBlock, insertBlock, listBlocks, type NewBlock } from './blocks.store.ts'
import { findFacesOf } from './faces.ts'
import { dropWaiting } from './requests.store.ts'
import { noteClosed } from './requests.ts'
import { deleteFriendship, lockPair } from './store.ts'
import { blockView } from './view.ts'

/**
 * Cuts both ways, from this commit on: friendship, waiting requests and the conversation end here;
 * search, cards, presence and moments ask the table. The other one is told what anybody is told
 * whose friendship ends, and nothing when there was none.
 */
export async function block(
  ctx: Context,
  actor: Actor,
  input: InputOf<'friends.block'>,
): Promise<OutputOf<'friends.block'>> {
  const other = await findPerson(ctx.sql, input.blocked_user_id)
  if (other.id === actor.id) throw invalid('blocked_user_id', 'conflict', { with: 'self' })
  await ctx.transact(async (tx) => {
    const { now } = tx
    await lockPair(tx.sql, actor.id, other.id)
    const made = await insertBlock(tx.sql, actor.id, other.id, now)
    if (!made) throw new Failure('alreadyBlocked')
    const max = limits.friends.blocksMax
    if ((await countBlocks(tx.sql, actor.id)) > max) {
      throw new Failure('conflict', { field: 'blocks', max })
    }
    for (const request of await dropWaiting(tx.sql, actor.id, other.id, now)) {
      noteClosed(tx, request, actor.id)
    }
    await closeDirect(tx, actor, other)
    noteBlock(tx, actor, made)
    if (await deleteFriendship(tx.sql, actor.id, other.id)) {
      tx.emit({ name: 'friend.removed', by: actor.id, other: other.id })
    }
  })
  return { message: 'blocked' }
}

/** A step. Where the two have a conversation, the other one sees another face there. */
function noteBlock(
  tx: Tx,
  actor: Actor,
  { blocked_id: other, conversation_id: id }: Pick<NewBlock, 'blocked_id' | 'conversation_id'>,
): void {
  const conversation = id === null ? {} : { conversation_id: id }
  tx.emit({ name: 'block.changed', by: actor.id, other, ...conversation })
}

/** Restores nothing: the two are strangers who may ask each other again. */
export async function unblock(
  ctx: Context,
  actor: Actor,
  input: InputOf<'friends.unblock'>,
): Promise<OutputOf<'friends.unblock'>> {
  await ctx.transact(async (tx) => {
    const ended = await deleteBlock(tx.sql, actor.id, input.user_id)
    if (!ended) throw new Failure('blockNotFound')
    noteBlock(tx, actor, ended)
  })
  return { message: 'unblocked' }
}

export async function blockedList(ctx: Context, actor: Actor): Promise<Block[]> {
  const rows = await listBlocks(ctx.sql, actor.id)
  const people = rows.map((row) => row.blocked_id)
  const profiles = await findFacesOf(ctx, actor.id, [actor.id, ...people])
  return rows.map((row) => blockView(row, profiles))
}
