// SQL of what is told live: a like or comment, and who of those concerned may know of it now.
import type { Sql } from '../../infra/db.ts'
import { isThere } from '../people/sight.sql.ts'
import { maySeeMoment, maySeeResponse } from './sight.sql.ts'
import { answeredOne, type CommentRow } from './responses.store.ts'

export interface ResponseRow {
  id: number
  moment_id: number
  user_id: number
}

export async function findLike(sql: Sql, id: number): Promise<ResponseRow | undefined> {
  const [row] = await sql<ResponseRow[]>`
    select id, moment_id, user_id from moment_likes where id = ${id}`
  return row
}

/** The comment as it stands, with the one it answers: who may see that, `listListeners` says. */
export async function findStoredComment(sql: Sql, id: number): Promise<CommentRow | undefined> {
  const [row] = await sql<CommentRow[]>`
    select c.id, c.moment_id, c.user_id, c.content, c.created_at, c.updated_at,
      r.id as reply_id, r.user_id as reply_user_id, r.content as reply_content,
      r.created_at as reply_created_at
    from moment_comments c
      ${answeredOne(sql)}
    where c.id = ${id}`
  return row
}

export interface Listener {
  id: number
  /** Whether they may also see what `answered` said. */
  sees_reply: boolean
}

/**
 * The author and those who took part, the latest first, as far as they may see the moment and what
 * the actor does there, at this moment. Never the actor.
 */
export async function listListeners(
  sql: Sql,
  { moment_id: moment, user_id: actor }: Pick<ResponseRow, 'moment_id' | 'user_id'>,
  answered: number | null,
  limit: number,
): Promise<Listener[]> {
  return sql<Listener[]>`
    with concerned as materialized (
      select user_id as id, 1 as author, 0::bigint as latest from moments where id = ${moment}
      union all (
        select user_id, 0, max(id) from moment_likes where moment_id = ${moment}
        group by user_id order by 3 desc limit ${limit})
      union all (
        select user_id, 0, max(id) from moment_comments where moment_id = ${moment}
        group by user_id order by 3 desc limit ${limit})
    ), people as materialized (
      select id from concerned where id <> ${actor}
      group by id order by max(author) desc, max(latest) desc limit ${limit}
    )
    select p.id,
      ${answered}::bigint is null
        or ${maySeeResponse(sql, sql`p.id`, sql`${answered}::bigint`)} as sees_reply
    from people p join moments m on m.id = ${moment}
    where ${isThere(sql, sql`p.id`)}
      and ${maySeeMoment(sql, sql`p.id`)}
      and ${maySeeResponse(sql, sql`p.id`, sql`${actor}::bigint`)}`
}
