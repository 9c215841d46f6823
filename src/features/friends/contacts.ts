// My friends: list, remove.
import type { Actor } from '../../core/actor.ts'
import { Failure } from '../../core/failure.ts'
import type { Context } from '../../context.ts'
import { emit } from '../../infra/db.ts'
import type { InputOf, OutputOf } from '../../protocol/operations.ts'
import { findAnyone, findProfiles } from '../accounts/people.ts'
import { closeDirect } from '../conversations/pairs.ts'
import { deleteFriendship, listFriends, lockPair } from './store.ts'
import { friendView } from './view.ts'

export async function list(ctx: Context, actor: Actor): Promise<OutputOf<'friends.list'>> {
  const rows = await listFriends(ctx.sql, actor.id)
  const people = rows.map((row) => row.friend_id)
  const profiles = await findProfiles(ctx.sql, [actor.id, ...people])
  return rows.map((row) => friendView(row, profiles))
}

/** Ends the friendship for both; nobody can write from this commit on. */
export async function remove(
  ctx: Context,
  actor: Actor,
  input: InputOf<'friends.remove'>,
): Promise<OutputOf<'friends.remove'>> {
  const other = await findAnyone(ctx.sql, input.friend_id)
  if (!other) throw new Failure('friendNotFound')
  await ctx.transact(async (tx) => {
    await lockPair(tx.sql, actor.id, other.id)
    if (!(await deleteFriendship(tx.sql, actor.id, other.id))) throw new Failure('friendNotFound')
    await closeDirect(tx, actor, other)
    emit(tx, { name: 'friend.removed', by: actor.id, other: other.id })
  })
  return { message: 'removed' }
}
