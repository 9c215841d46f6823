// SQL of pages of moments: the timeline, and walls. docs/decisions/0006 has what else was tried.
import type { Sql } from '../../infra/db.ts'
import { isListed, maySeeFriend, maySeeMoment } from './sight.store.ts'

/** A place in a page: a moment's time and id. */
export interface Place {
  created_at: Date
  id: number
}

export interface PageRange {
  /** Where the page before ended; everything is older. */
  readonly before: Place
  readonly offset: number
  readonly limit: number
}

/**
 * The moments of the viewer and of the viewer's friends, newest first.
 *
 * Only friends whose newest moment is among the newest `reach` of all friends can have one on the
 * page. So: one look at each friend's newest (an index entry per friend, whatever they have
 * posted), then a merge of the few friends that matter, down to `bound`, which is as far as the
 * page can reach. A page number far down looks at a few moments of each friend at once (`each`), so
 * that the bound is near. Every page costs the same, whatever came before it.
 *
 * Moments for listed people only are not in friends' index: they come from the viewer's entries in
 * the lists.
 */
export function listTimeline(sql: Sql, viewer: number, { before, offset, limit }: PageRange) {
  const reach = offset + limit
  const older = (time: ReturnType<Sql>, id: ReturnType<Sql>) => sql`
    (${time}, ${id}) < (${before.created_at}::timestamptz, ${before.id}::bigint)`
  const shared = (friend: ReturnType<Sql>) => sql`
    m.user_id = ${friend} and m.visible < 2 and m.list_kind <> 1
      and ${older(sql`m.created_at`, sql`m.id`)}
      and (m.list_kind = 0 or not ${isListed(sql, viewer)})`
  return sql<Place[]>`
    with newest as materialized (
      select near.friend_id, near.created_at, near.id
      from (
        select f.friend_id, n.created_at, n.id
        from friends f cross join lateral (
          select m.created_at, m.id from moments m where ${shared(sql`f.friend_id`)}
          order by m.created_at desc, m.id desc
          limit ${offset === 0 ? sql`1` : eachOf(sql, viewer, reach)}) n
        where f.user_id = ${viewer}
        order by n.created_at desc, n.id desc
        offset 0) near
      where ${maySeeFriend(sql, viewer, sql`near.friend_id`)}
      order by near.created_at desc, near.id desc
      limit ${reach}
    ), bound as materialized (
      select created_at, id from newest order by created_at desc, id desc
      offset ${reach - 1} limit 1
    )
    select page.created_at, page.id from (
      select n.created_at, n.id
      from (select distinct friend_id from newest) near cross join lateral (
        select m.created_at, m.id from moments m
        where ${shared(sql`near.friend_id`)}
          and (m.created_at, m.id) >= (
            coalesce((select b.created_at from bound b), '-infinity'),
            coalesce((select b.id from bound b), 0))
        order by m.created_at desc, m.id desc limit ${reach}) n
      union all (
        select m.created_at, m.id from moments m
        where m.user_id = ${viewer} and ${older(sql`m.created_at`, sql`m.id`)}
        order by m.created_at desc, m.id desc limit ${reach})
      union all (
        select x.created_at, x.moment_id from moment_lists x
        where x.user_id = ${viewer} and x.is_allowed
          and ${older(sql`x.created_at`, sql`x.moment_id`)}
          and (select ${maySeeMoment(sql, viewer)} from moments m where m.id = x.moment_id)
        order by x.created_at desc, x.moment_id desc limit ${reach})
    ) page
    order by page.created_at desc, page.id desc
    offset ${offset} limit ${limit}`
}

/** How many moments of each friend are looked at for a page that far down: twice the fair share. */
const eachOf = (sql: Sql, viewer: number, reach: number) => sql`
  (select greatest(1, 2 * ${reach}::int / greatest(count(*), 1)) from friends
    where user_id = ${viewer})`

/** One person's moments as far as the viewer may see them, newest first. */
export function listWall(
  sql: Sql,
  viewer: number,
  author: number,
  { before, offset, limit }: PageRange,
) {
  return sql<Place[]>`
    select m.created_at, m.id from moments m
    where m.user_id = ${author}
      and (m.created_at, m.id) < (${before.created_at}::timestamptz, ${before.id}::bigint)
      and ${maySeeMoment(sql, viewer)}
    order by m.created_at desc, m.id desc
    offset ${offset} limit ${limit}`
}
