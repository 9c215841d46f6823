// Who is there now, as far as one may see: friends and oneself.
import type { Actor } from '../../core/actor.ts'
import type { Context } from '../../context.ts'
import { cached } from '../../infra/redis.ts'
import type { InputOf, OutputOf } from '../../protocol/operations.ts'
import { list, namesOf } from '../friends/contacts.ts'

export async function onlineFriends(
  ctx: Context,
  actor: Actor,
): Promise<OutputOf<'presence.friends'>> {
  const friends = await list(ctx, actor)
  const online = await cached(ctx.registry.online(friends.map((each) => each.friend_user.id)))
  return friends.filter((each) => online.has(each.friend_user.id))
}

/** Strangers, whoever stands behind a block and names nobody has all look alike: away. */
export async function onlineBatch(
  ctx: Context,
  actor: Actor,
  input: InputOf<'presence.batch'>,
): Promise<OutputOf<'presence.batch'>> {
  const asked = input.user_ids.split(',')
  const names = await namesOf(ctx.sql, actor, asked)
  const online = await cached(ctx.registry.online([...names.keys()]))
  const there = new Set([...online].map((id) => names.get(id)?.toLowerCase()))
  return Object.fromEntries(asked.map((name) => [name, there.has(name.toLowerCase())]))
}
