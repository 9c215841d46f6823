// Reactions: whom a like or comment is told to, and in which words for whom.
import { limits } from './limits.ts'
import type { BaseContext } from '../../context.ts'
import type { Sql } from '../../infra/db.ts'
import type { EventData } from '../../protocol/events.ts'
import type { ServerData } from '../../protocol/frames.ts'
import { findSights } from '../people/people.ts'
import { tell } from '../tell.ts'
import { findLike, findStoredComment, listListeners, type Listener } from './activity.store.ts'
import type { CommentRow } from './responses.store.ts'
import { commentView, peopleOf } from './view.ts'

interface Told {
  readonly users: readonly number[]
  readonly data: ServerData<'moment_activity'>
}

export async function tellLike(
  ctx: BaseContext,
  { like_id }: EventData<'moment.liked'>,
): Promise<void> {
  await tellAll(ctx, await likeActivity(ctx.sql, like_id))
}

export async function tellComment(
  ctx: BaseContext,
  { comment_id }: EventData<'moment.commented'>,
): Promise<void> {
  await tellAll(ctx, await commentActivity(ctx.sql, comment_id))
}

async function tellAll(ctx: BaseContext, told: readonly Told[]): Promise<void> {
  for (const { users, data } of told) await tell(ctx, users, 'moment_activity', data)
}

/** Nothing when it was taken back meanwhile. */
async function likeActivity(sql: Sql, id: number): Promise<Told[]> {
  const row = await findLike(sql, id)
  if (!row) return []
  const listeners = await listListeners(sql, row, null, limits.moments.listenersMax)
  const sights = await findSights(sql, idsOf(listeners), [row.user_id])
  return sights.flatMap(({ viewers, profiles }) => {
    const user = profiles.get(row.user_id)
    if (!user) return []
    return [{ users: viewers, data: { moment_id: row.moment_id, kind: 'like' as const, user } }]
  })
}

/** The comment it answers is shown only to those who may see that one too. */
async function commentActivity(sql: Sql, id: number): Promise<Told[]> {
  const row = await findStoredComment(sql, id)
  if (!row) return []
  const listeners = await listListeners(sql, row, row.reply_user_id, limits.moments.listenersMax)
  const seeing = (sees: boolean) => listeners.filter((each) => each.sees_reply === sees)
  return [
    ...(await commentFor(sql, seeing(true), row)),
    ...(await commentFor(sql, seeing(false), { ...row, reply_id: null })),
  ]
}

async function commentFor(
  sql: Sql,
  listeners: readonly Listener[],
  row: CommentRow,
): Promise<Told[]> {
  const sights = await findSights(sql, idsOf(listeners), peopleOf([row]))
  return sights.map(({ viewers, profiles }) => {
    const comment = commentView(row, profiles)
    const { moment_id, user } = comment
    return { users: viewers, data: { moment_id, kind: 'comment', user, comment } }
  })
}

const idsOf = (listeners: readonly Listener[]) => listeners.map((each) => each.id)
