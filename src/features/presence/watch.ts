// Watching: how these people are now, and from then on whenever that changes, told to the socket that asked.
import type { Actor } from '../../core/actor.ts'
import type { Context } from '../../context.ts'
import { cached } from '../../infra/redis.ts'
import type { ClientAnswer, ClientData } from '../../protocol/frames.ts'
import { watchedBy } from '../friends/contacts.ts'
import { away, watchers } from './watchers.ts'

/** Whoever may not be seen, or is not there at all, seems to be away. */
export async function watch(
  ctx: Context,
  actor: Actor,
  { user_ids: asked }: ClientData<'watch_presence'>,
  socket: string,
): Promise<ClientAnswer<'watch_presence'>> {
  const found = await watchedBy(ctx, actor, asked)
  const asAsked = new Map(asked.map((name) => [name.toLowerCase(), name]))
  const names = new Map(
    [...found].map(([id, { userId }]) => [id, asAsked.get(userId.toLowerCase()) ?? userId]),
  )
  const hidden = new Set([...found].flatMap(([id, { isSeen }]) => (isSeen ? [] : [id])))
  const statuses = new Map([...found].flatMap(([id, { status }]) => (status ? [[id, status]] : [])))
  const watching = { user: actor.id, socket, names, hidden, statuses }
  const seen = await cached(ctx.of(watchers).watch(watching))
  const byName = new Map(
    [...seen].map(([id, presence]) => [names.get(id)?.toLowerCase(), presence]),
  )
  return Object.fromEntries(asked.map((name) => [name, byName.get(name.toLowerCase()) ?? away]))
}
