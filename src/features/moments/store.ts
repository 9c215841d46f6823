// SQL of moments themselves: publish, show, delete.
import { limits } from './limits.ts'
import type { Sql } from '../../infra/db.ts'
import { listKind } from './policy.ts'
import { isThere } from '../people/sight.sql.ts'
import { maySeeMoment, maySeeResponse } from './sight.sql.ts'

export interface MomentRow {
  id: number
  user_id: number
  content: string
  images: string[]
  location: string
  visible: number
  list_kind: number
  created_at: Date
  updated_at: Date
  like_count: number
  comment_count: number
  liked_by_me: boolean
  /** Ids of the newest likes and comments that the viewer may see, as many as a list shows. */
  newest_likes: number[]
  newest_comments: number[]
  /** The user_ids listed; null for everybody but the author. */
  listed: string[] | null
}

export interface NewMomentRow {
  author: number
  content: string
  images: readonly string[]
  location: string
  visible: number
  listKind: number
  listed: readonly number[]
  now: Date
}

export async function insertMoment(sql: Sql, moment: NewMomentRow): Promise<number> {
  const [row] = await sql<{ id: number }[]>`
    insert into moments
      (user_id, content, images, location, visible, list_kind, created_at, updated_at)
    values (${moment.author}, ${moment.content}, ${[...moment.images]}::text[],
      ${moment.location}, ${moment.visible}, ${moment.listKind}, ${moment.now}, ${moment.now})
    returning id`
  const { id } = row as { id: number }
  if (moment.listed.length > 0) {
    await sql`
      insert into moment_lists (moment_id, user_id, is_allowed, created_at)
      select ${id}, friend, ${moment.listKind === listKind.allow}, ${moment.now}::timestamptz
      from unnest(${[...moment.listed]}::bigint[]) friend`
  }
  return id
}

/** Those of the names that are friends of the person now. */
export async function findFriends(
  sql: Sql,
  person: number,
  names: readonly string[],
): Promise<{ id: number; name: string }[]> {
  return sql<{ id: number; name: string }[]>`
    select u.id, lower(u.user_id) as name from users u
      join friends f on f.user_id = ${person} and f.friend_id = u.id
    where lower(u.user_id) = any(${[...names]}::text[]) and ${isThere(sql, sql`u.id`)}`
}

/**
 * Those of the moments that the viewer may see, with what the viewer may know of them. Counts and
 * the newest come of one walk: who may see a like is asked once for each, and is all it costs.
 */
export async function findMoments(
  sql: Sql,
  viewer: number,
  ids: readonly number[],
): Promise<MomentRow[]> {
  return ids.length === 0 ? [] : selectMoments(sql, viewer, ids)
}

export function selectMoments(sql: Sql, viewer: number, ids: readonly number[]) {
  const { listedLikesMax, listedCommentsMax } = limits.moments
  return sql<MomentRow[]>`
    select m.id, m.user_id, m.content, m.images, m.location, m.visible, m.list_kind,
      m.created_at, m.updated_at,
      likes.count as like_count, likes.newest as newest_likes, likes.mine as liked_by_me,
      comments.count as comment_count, comments.newest as newest_comments,
      case when m.user_id = ${viewer} then array(
        select u.user_id from moment_lists x join users u on u.id = x.user_id
        where x.moment_id = m.id order by u.user_id) end as listed
    from moments m
      cross join lateral (
        select count(*), coalesce(bool_or(l.user_id = ${viewer}), false) as mine,
          coalesce((array_agg(l.id order by l.id desc))[:${listedLikesMax}], '{}') as newest
        from moment_likes l
        where l.moment_id = m.id and ${maySeeResponse(sql, viewer, sql`l.user_id`)}) likes
      cross join lateral (
        select count(*),
          coalesce((array_agg(c.id order by c.id desc))[:${listedCommentsMax}], '{}') as newest
        from moment_comments c
        where c.moment_id = m.id and ${maySeeResponse(sql, viewer, sql`c.user_id`)}) comments
    where m.id = any(${[...ids]}::bigint[]) and ${maySeeMoment(sql, viewer)}`
}

/** Whose moment it is; nothing where the viewer may not see it. */
export async function findAuthor(
  sql: Sql,
  viewer: number,
  id: number,
): Promise<number | undefined> {
  const [row] = await sql<{ user_id: number }[]>`
    select m.user_id from moments m where m.id = ${id} and ${maySeeMoment(sql, viewer)}`
  return row?.user_id
}

/** Likes, comments and lists go with it. True when it was there and the author's. */
export async function deleteMoment(sql: Sql, id: number, author: number): Promise<boolean> {
  const rows = await sql`
    delete from moments where id = ${id} and user_id = ${author} returning id`
  return rows.length > 0
}
