// Post a moment, delete it.
import type { Actor } from '../../core/actor.ts'
import { must } from '../../core/assert.ts'
import { Failure, invalid } from '../../core/failure.ts'
import type { Context } from '../../context.ts'
import { mediaIdOf } from '../../protocol/paths.ts'
import type { Moment } from '../../protocol/moments.ts'
import type { InputOf, OutputOf } from '../../protocol/operations.ts'
import { useInMoment } from '../media/use.ts'
import { checkPost, listKind } from './policy.ts'
import { show } from './reading.ts'
import { deleteMoment, findAuthor, findFriends, insertMoment } from './store.ts'

export async function create(
  ctx: Context,
  actor: Actor,
  input: InputOf<'moments.create'>,
): Promise<Moment> {
  const { listed: names, ...post } = checkPost(input, ctx.config)
  const id = await ctx.transact(async (tx) => {
    const friends = names.length > 0 ? await findFriends(tx.sql, actor.id, names) : []
    if (friends.length < names.length) {
      const field = post.listKind === listKind.allow ? 'allow_list' : 'deny_list'
      throw invalid(field, 'unknown_value')
    }
    const listed = friends.map((friend) => friend.id)
    const moment = await insertMoment(tx.sql, { ...post, author: actor.id, listed, now: tx.now })
    const files = post.images.flatMap((image) => mediaIdOf(image) ?? [])
    await useInMoment(tx, actor.id, moment, files)
    return moment
  })
  const [moment] = await show(ctx, actor, [id])
  return must(moment, 'a new moment is its author’s to see')
}

/** Its likes and comments go with it. */
export async function remove(
  ctx: Context,
  actor: Actor,
  input: InputOf<'moments.remove'>,
): Promise<OutputOf<'moments.remove'>> {
  if (!(await deleteMoment(ctx.sql, input.id, actor.id))) {
    const author = await findAuthor(ctx.sql, actor.id, input.id)
    throw new Failure(author === undefined ? 'momentNotFound' : 'notAllowed')
  }
  return { message: 'removed' }
}
