// Read moments: one, my own, my friends', somebody's.
import type { Actor } from '../../core/actor.ts'
import { Failure } from '../../core/failure.ts'
import { limits } from './limits.ts'
import type { Context } from '../../context.ts'
import type { Moment } from '../../protocol/moments.ts'
import type { InputOf, OutputOf } from '../../protocol/operations.ts'
import { findPerson, findProfiles } from '../people/people.ts'
import { hasBlocked } from '../friends/policy.ts'
import { momentsPage, type Paging } from './pages.ts'
import { listSeenComments, listSeenLikes } from './responses.store.ts'
import { readComments, readLikes } from './responses.ts'
import { findMoments } from './store.ts'
import { quietReaders } from './state.ts'
import { listTimeline } from './timeline.ts'
import { listWall } from './timeline.store.ts'
import { commentView, likeView, momentView, peopleOf } from './view.ts'

export async function timeline(
  ctx: Context,
  actor: Actor,
  input: InputOf<'moments.timeline'>,
): Promise<OutputOf<'moments.timeline'>> {
  return momentsPage(
    input,
    (range) => listTimeline(ctx.sql, ctx.of(quietReaders), actor.id, range),
    (ids) => show(ctx, actor, ids),
  )
}

export async function mine(
  ctx: Context,
  actor: Actor,
  input: InputOf<'moments.mine'>,
): Promise<OutputOf<'moments.mine'>> {
  return wallOf(ctx, actor, actor.id, input)
}

/** Whom I blocked seems never to have posted; who blocked me is not there, as on their card. */
export async function wall(
  ctx: Context,
  actor: Actor,
  input: InputOf<'moments.wall'>,
): Promise<OutputOf<'moments.wall'>> {
  const author = await findPerson(ctx.sql, input.user_id)
  if (await hasBlocked(ctx.sql, author.id, actor.id)) throw new Failure('userNotFound')
  return wallOf(ctx, actor, author.id, input)
}

function wallOf(ctx: Context, actor: Actor, author: number, paging: Paging) {
  return momentsPage(
    paging,
    (range) => listWall(ctx.sql, actor.id, author, range),
    (ids) => show(ctx, actor, ids),
  )
}

export async function get(
  ctx: Context,
  actor: Actor,
  input: InputOf<'moments.get'>,
): Promise<Moment> {
  const [row] = await findMoments(ctx.sql, actor.id, [input.id])
  if (!row) throw new Failure('momentNotFound')
  const first = { after: 0, offset: 0, limit: limits.moments.responsesShown }
  const [profiles, likes, comments] = await Promise.all([
    findProfiles(ctx.sql, actor.id, [row.user_id]),
    readLikes(ctx.sql, actor.id, input.id, first),
    readComments(ctx.sql, actor.id, input.id, first),
  ])
  return { ...momentView(row, profiles), likes, comments }
}

/**
 * A part of a use case: moments in the order of the ids, those left out that the actor may not
 * see, each with the newest of what stands below it. However many there are, the statements are as
 * many.
 */
export async function show(ctx: Context, actor: Actor, ids: readonly number[]): Promise<Moment[]> {
  const rows = await findMoments(ctx.sql, actor.id, ids)
  const newestLikes = rows.flatMap((row) => row.newest_likes)
  const newestComments = rows.flatMap((row) => row.newest_comments)
  const [likes, comments] = await Promise.all([
    newestLikes.length > 0 ? listSeenLikes(ctx.sql, newestLikes) : [],
    newestComments.length > 0 ? listSeenComments(ctx.sql, actor.id, newestComments) : [],
  ])
  const people = [...rows, ...likes].map((row) => row.user_id)
  const profiles = await findProfiles(ctx.sql, actor.id, [...people, ...peopleOf(comments)])
  const found = new Map(rows.map((row) => [row.id, row]))
  const liked = Map.groupBy(likes, (row) => row.moment_id)
  const said = Map.groupBy(comments, (row) => row.moment_id)
  return ids.flatMap((id) => {
    const row = found.get(id)
    if (!row) return []
    return {
      ...momentView(row, profiles),
      likes: (liked.get(id) ?? []).map((each) => likeView(each, profiles)),
      comments: (said.get(id) ?? []).map((each) => commentView(each, profiles)),
    }
  })
}
