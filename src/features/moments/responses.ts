// Likes and comments: give them, take them back, read them.
import type { Actor } from '../../core/actor.ts'
import { must } from '../../core/assert.ts'
import { Failure, invalid } from '../../core/failure.ts'
import type { Context } from '../../context.ts'
import type { Sql, Tx } from '../../infra/db.ts'
import type { MomentComment, MomentLike } from '../../protocol/moments.ts'
import type { InputOf, OutputOf } from '../../protocol/operations.ts'
import { findProfiles } from '../people/people.ts'
import { responsesPage } from './pages.ts'
import { checkComment } from './policy.ts'
import {
  deleteComment,
  deleteLike,
  findComment,
  holdMoment,
  insertComment,
  insertLike,
  listComments,
  listLikes,
  type CommentRow,
  type Part,
  type Standing,
} from './responses.store.ts'
import { findAuthor, findMoments } from './store.ts'
import { commentView, likeView, peopleOf } from './view.ts'

/**
 * Whoever sees a moment may like it, once; only friends of theirs see that. A second time changes
 * nothing and tells nobody.
 */
export async function like(
  ctx: Context,
  actor: Actor,
  input: InputOf<'moments.like'>,
): Promise<OutputOf<'moments.like'>> {
  await ctx.transact(async (tx) => {
    await requireStanding(tx, actor, input.id)
    const id = await insertLike(tx.sql, input.id, actor.id, tx.now)
    if (id !== undefined) tx.emit({ name: 'moment.liked', like_id: id })
  })
  return { message: 'liked', ...(await standingOf(ctx, actor, input.id)) }
}

/** What one gave can be taken back from a moment one no longer sees. */
export async function unlike(
  ctx: Context,
  actor: Actor,
  input: InputOf<'moments.unlike'>,
): Promise<OutputOf<'moments.unlike'>> {
  if (!(await deleteLike(ctx.sql, input.id, actor.id))) {
    await requireSight(ctx, actor, input.id)
  }
  return { message: 'unliked', ...(await standingOf(ctx, actor, input.id)) }
}

async function standingOf(ctx: Context, actor: Actor, moment: number) {
  const [row] = await findMoments(ctx.sql, actor.id, [moment])
  return { like_count: row?.like_count ?? 0, liked_by_me: row?.liked_by_me ?? false }
}

export async function comment(
  ctx: Context,
  actor: Actor,
  input: InputOf<'moments.comment'>,
): Promise<MomentComment> {
  const content = checkComment(input.content)
  const replyTo = input.reply_to_id ?? null
  const id = await ctx.transact(async (tx) => {
    const standing = await requireStanding(tx, actor, input.id)
    // A moment for everyone is read by strangers and commented on by friends: what strangers say
    // there, and however often, its author would not see, nor be able to delete.
    if (standing === 'reader') throw new Failure('notAllowed')
    if (replyTo !== null) {
      const answered = await findComment(tx.sql, actor.id, replyTo)
      if (answered?.moment_id !== input.id) {
        throw invalid('reply_to_id', 'unknown_value')
      }
    }
    const row = { moment: input.id, actor: actor.id, content, replyTo, now: tx.now }
    const inserted = await insertComment(tx.sql, row)
    tx.emit({ name: 'moment.commented', comment_id: inserted })
    return inserted
  })
  const row = await findComment(ctx.sql, actor.id, id)
  // Deleted, or the friendship ended, in this very moment.
  if (!row) throw new Failure('momentNotFound')
  const [shown] = await showComments(ctx.sql, actor.id, [row])
  return must(shown, 'a row is shown')
}

/** Its author may, and whose moment it stands below. */
export async function removeComment(
  ctx: Context,
  actor: Actor,
  input: InputOf<'moments.removeComment'>,
): Promise<OutputOf<'moments.removeComment'>> {
  if (!(await deleteComment(ctx.sql, input.comment_id, actor.id))) {
    const seen = await findComment(ctx.sql, actor.id, input.comment_id)
    throw new Failure(seen ? 'notAllowed' : 'momentNotFound')
  }
  return { message: 'removed' }
}

export async function likes(
  ctx: Context,
  actor: Actor,
  input: InputOf<'moments.likes'>,
): Promise<OutputOf<'moments.likes'>> {
  await requireSight(ctx, actor, input.id)
  return responsesPage(input, (part) => readLikes(ctx.sql, actor.id, input.id, part))
}

export async function comments(
  ctx: Context,
  actor: Actor,
  input: InputOf<'moments.comments'>,
): Promise<OutputOf<'moments.comments'>> {
  await requireSight(ctx, actor, input.id)
  return responsesPage(input, (part) => readComments(ctx.sql, actor.id, input.id, part))
}

/** A question: likes as a viewer sees them. */
export async function readLikes(
  sql: Sql,
  viewer: number,
  moment: number,
  part: Part,
): Promise<MomentLike[]> {
  const rows = await listLikes(sql, viewer, moment, part)
  const people = rows.map((row) => row.user_id)
  const profiles = await findProfiles(sql, viewer, people)
  return rows.map((row) => likeView(row, profiles))
}

/** A question: comments as a viewer sees them. */
export async function readComments(
  sql: Sql,
  viewer: number,
  moment: number,
  part: Part,
): Promise<MomentComment[]> {
  return showComments(sql, viewer, await listComments(sql, viewer, moment, part))
}

async function showComments(
  sql: Sql,
  viewer: number,
  rows: readonly CommentRow[],
): Promise<MomentComment[]> {
  const profiles = await findProfiles(sql, viewer, peopleOf(rows))
  return rows.map((row) => commentView(row, profiles))
}

async function requireSight(ctx: Context, actor: Actor, moment: number): Promise<void> {
  const author = await findAuthor(ctx.sql, actor.id, moment)
  if (author === undefined) throw new Failure('momentNotFound')
}

/** A step: the actor sees the moment, and it stays to the end of the transaction. */
async function requireStanding(
  tx: Tx,
  actor: Actor,
  moment: number,
): Promise<Exclude<Standing, 'hidden'>> {
  const standing = await holdMoment(tx.sql, actor.id, moment)
  if (standing === 'hidden') throw new Failure('momentNotFound')
  return standing
}
