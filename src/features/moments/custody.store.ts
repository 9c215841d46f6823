// SQL for people who leave, or take along what is theirs.
import type { Sql } from '../../infra/db.ts'

/**
 * Each deletes so many rows. In this order: what stands below a moment goes before it, so that no
 * cascade is ever big.
 */
const leavings = (sql: Sql, user: number) => [
  (rows: number) => sql`
    delete from moment_likes where id in (
      select id from moment_likes where user_id = ${user} limit ${rows})`,
  (rows: number) => sql`
    delete from moment_comments where id in (
      select id from moment_comments where user_id = ${user} limit ${rows})`,
  (rows: number) => sql`
    delete from moment_lists where (moment_id, user_id) in (
      select moment_id, user_id from moment_lists where user_id = ${user} limit ${rows})`,
  (rows: number) => sql`
    delete from moment_likes where id in (
      select l.id from moments m join moment_likes l on l.moment_id = m.id
      where m.user_id = ${user} limit ${rows})`,
  (rows: number) => sql`
    delete from moment_comments where id in (
      select c.id from moments m join moment_comments c on c.moment_id = m.id
      where m.user_id = ${user} limit ${rows})`,
  (rows: number) => sql`
    delete from moment_lists where (moment_id, user_id) in (
      select x.moment_id, x.user_id from moments m join moment_lists x on x.moment_id = m.id
      where m.user_id = ${user} limit ${rows})`,
  (rows: number) => sql`
    delete from moments where id in (
      select id from moments where user_id = ${user} limit ${rows})`,
]

/** At most so many rows of everything that somebody left; answers how many it were. */
export async function eraseLeavings(sql: Sql, user: number, rows: number): Promise<number> {
  let erased = 0
  for (const deleteSome of leavings(sql, user)) {
    if (erased >= rows) break
    erased += (await deleteSome(rows - erased)).count
  }
  return erased
}

export interface OwnMomentRow {
  id: number
  content: string
  images: string[]
  location: string
  visible: number
  list_kind: number
  listed: string[]
  created_at: Date
  updated_at: Date
}

export async function listOwnMoments(
  sql: Sql,
  user: number,
  after: number,
  limit: number,
): Promise<OwnMomentRow[]> {
  return sql<OwnMomentRow[]>`
    select m.id, m.content, m.images, m.location, m.visible, m.list_kind,
      array(select u.user_id from moment_lists x join users u on u.id = x.user_id
        where x.moment_id = m.id order by u.user_id) as listed,
      m.created_at, m.updated_at
    from moments m where m.user_id = ${user} and m.id > ${after}
    order by m.id limit ${limit}`
}

export async function listOwnLikes(
  sql: Sql,
  user: number,
  after: number,
  limit: number,
): Promise<{ id: number; moment_id: number; created_at: Date }[]> {
  return sql<{ id: number; moment_id: number; created_at: Date }[]>`
    select id, moment_id, created_at from moment_likes
    where user_id = ${user} and id > ${after} order by id limit ${limit}`
}

export interface OwnCommentRow {
  id: number
  moment_id: number
  reply_to_id: number | null
  content: string
  created_at: Date
  updated_at: Date
}

export async function listOwnComments(
  sql: Sql,
  user: number,
  after: number,
  limit: number,
): Promise<OwnCommentRow[]> {
  return sql<OwnCommentRow[]>`
    select id, moment_id, reply_to_id, content, created_at, updated_at from moment_comments
    where user_id = ${user} and id > ${after} order by id limit ${limit}`
}
