// SQL of likes and comments.
import type { Sql, TxSql } from '../../infra/db.ts'
import { mayComment, maySeeMoment, maySeeResponse } from './sight.sql.ts'

export interface LikeRow {
  id: number
  moment_id: number
  user_id: number
  created_at: Date
}

export interface CommentRow {
  id: number
  moment_id: number
  user_id: number
  content: string
  created_at: Date
  updated_at: Date
  /** The comment it answers, where the viewer may see it; null otherwise. */
  reply_id: number | null
  reply_user_id: number | null
  reply_content: string | null
  reply_created_at: Date | null
}

/** How somebody stands to a moment: not at all, as a reader, or as one who may comment. */
export type Standing = 'hidden' | 'reader' | 'friend'

/**
 * Asked inside the transaction that responds: the moment stays until its end. A deletion that was
 * first makes it hidden.
 */
export async function holdMoment(sql: TxSql, actor: number, id: number): Promise<Standing> {
  const [row] = await sql<{ may: boolean }[]>`
    select ${mayComment(sql, actor)} as may from moments m
    where m.id = ${id} and ${maySeeMoment(sql, actor)}
    for key share of m`
  if (!row) return 'hidden'
  return row.may ? 'friend' : 'reader'
}

/** The new like's id; nothing when there was one. */
export async function insertLike(
  sql: TxSql,
  moment: number,
  actor: number,
  now: Date,
): Promise<number | undefined> {
  const [row] = await sql<{ id: number }[]>`
    insert into moment_likes (moment_id, user_id, created_at)
    values (${moment}, ${actor}, ${now})
    on conflict do nothing
    returning id`
  return row?.id
}

export async function deleteLike(sql: Sql, moment: number, actor: number): Promise<boolean> {
  const rows = await sql`
    delete from moment_likes where moment_id = ${moment} and user_id = ${actor} returning id`
  return rows.length > 0
}

export async function insertComment(
  sql: TxSql,
  comment: { moment: number; actor: number; content: string; replyTo: number | null; now: Date },
): Promise<number> {
  const { moment, actor, content, replyTo, now } = comment
  const [row] = await sql<{ id: number }[]>`
    insert into moment_comments
      (moment_id, user_id, reply_to_id, content, created_at, updated_at)
    values (${moment}, ${actor}, ${replyTo}, ${content}, ${now}, ${now})
    returning id`
  return (row as { id: number }).id
}

/** Which part of a list is wanted: after an id, or past so many. */
export interface Part {
  readonly after: number
  readonly offset: number
  readonly limit: number
}

/** Likes of a moment that the viewer sees, oldest first; none of a moment that is hidden. */
export function listLikes(
  sql: Sql,
  viewer: number,
  moment: number,
  { after, offset, limit }: Part,
) {
  return sql<LikeRow[]>`
    select l.id, l.moment_id, l.user_id, l.created_at
    from moments m join moment_likes l on l.moment_id = m.id
    where m.id = ${moment} and ${maySeeMoment(sql, viewer)}
      and l.id > ${after} and ${maySeeResponse(sql, viewer, sql`l.user_id`)}
    order by l.id offset ${offset} limit ${limit}`
}

/** Likes that `findMoments` named, oldest first: it has asked who may see them. */
export function listSeenLikes(sql: Sql, ids: readonly number[]) {
  return sql<LikeRow[]>`
    select l.id, l.moment_id, l.user_id, l.created_at from moment_likes l
    where l.id = any(${[...ids]}::bigint[]) order by l.id`
}

/**
 * The comment that `c` answers, as `r`. `lateral … limit 1` keeps it a look-up by its key: where few
 * comments answer any, a plan looked through all of the moment's for each instead.
 */
export const answeredOne = (sql: Sql) => sql`
  left join lateral (
    select * from moment_comments where id = c.reply_to_id limit 1) r on r.moment_id = c.moment_id`

/** Whether the viewer may see a comment itself is to be asked beside this. */
const answeredComments = (sql: Sql, viewer: number) => sql`
  select c.id, c.moment_id, c.user_id, c.content, c.created_at, c.updated_at,
    r.id as reply_id, r.user_id as reply_user_id, r.content as reply_content,
    r.created_at as reply_created_at
  from moments m join moment_comments c on c.moment_id = m.id
    ${answeredOne(sql)} and ${maySeeResponse(sql, viewer, sql`r.user_id`)}`

const commentsOf = (sql: Sql, viewer: number) => sql`
  ${answeredComments(sql, viewer)}
  where ${maySeeMoment(sql, viewer)} and ${maySeeResponse(sql, viewer, sql`c.user_id`)}`

/** Comments that `findMoments` named to this viewer, oldest first. */
export function listSeenComments(sql: Sql, viewer: number, ids: readonly number[]) {
  return sql<CommentRow[]>`
    ${answeredComments(sql, viewer)} where c.id = any(${[...ids]}::bigint[]) order by c.id`
}

/** Comments on a moment that the viewer sees, oldest first. */
export function listComments(
  sql: Sql,
  viewer: number,
  moment: number,
  { after, offset, limit }: Part,
) {
  return sql<CommentRow[]>`
    ${commentsOf(sql, viewer)} and m.id = ${moment} and c.id > ${after}
    order by c.id offset ${offset} limit ${limit}`
}

/** One comment as the viewer sees it. */
export async function findComment(
  sql: Sql,
  viewer: number,
  id: number,
): Promise<CommentRow | undefined> {
  const [row] = await sql<CommentRow[]>`${commentsOf(sql, viewer)} and c.id = ${id}`
  return row
}

/**
 * Deletes a comment of the actor's own or on the actor's moment, whether or not the actor sees it:
 * one's own words can always be taken back.
 */
export async function deleteComment(sql: Sql, id: number, actor: number): Promise<boolean> {
  const rows = await sql`
    delete from moment_comments c using moments m
    where c.id = ${id} and m.id = c.moment_id and ${actor}::bigint in (c.user_id, m.user_id)
    returning c.id`
  return rows.length > 0
}
