// Who is there now, as far as one may see: friends and oneself.
import type { Actor } from '../../core/actor.ts'
import type { Context } from '../../context.ts'
import { cached } from '../../infra/redis.ts'
import type { InputOf, OutputOf } from '../../protocol/operations.ts'
import { list, shownAmong, watchedBy } from '../friends/contacts.ts'

export async function onlineFriends(
  ctx: Context,
  actor: Actor,
): Promise<OutputOf<'presence.friends'>> {
  const all = await list(ctx, actor)
  const pairs = all.map(({ friend_user }) => [actor.id, friend_user.id] as const)
  const shown = await shownAmong(ctx.sql, pairs, ctx.clock.now())
  const friends = all.filter((_, at) => shown[at]?.isSeen)
  const online = await cached(ctx.registry.online(friends.map((each) => each.friend_user.id)))
  return friends.filter((each) => online.has(each.friend_user.id))
}

/** Strangers, who does not show it, who stands behind a block and names nobody has all look alike: away. */
export async function onlineBatch(
  ctx: Context,
  actor: Actor,
  input: InputOf<'presence.batch'>,
): Promise<OutputOf<'presence.batch'>> {
  const asked = input.user_ids.split(',')
  const known = await watchedBy(ctx, actor, asked)
  const seen = [...known].flatMap(([id, { isSeen }]) => (isSeen ? [id] : []))
  const online = await cached(ctx.registry.online(seen))
  const there = new Set([...online].map((id) => known.get(id)?.userId.toLowerCase()))
  return Object.fromEntries(asked.map((name) => [name, there.has(name.toLowerCase())]))
}
