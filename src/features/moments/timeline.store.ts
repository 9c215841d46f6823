// SQL of pages of moments: the timeline, and walls. docs/decisions/0006 has what else was tried.
import { limits } from './limits.ts'
import type { Sql } from '../../infra/db.ts'
import { isListed, maySeeFriend, maySeeMoment } from './sight.sql.ts'

/** A place in a page: a moment's time and id. */
export interface Position {
  created_at: Date
  id: number
}

export interface PageRange {
  /** Where the page before ended; everything is older. */
  readonly before: Position
  readonly offset: number
  readonly limit: number
}

type Column = ReturnType<Sql>

/**
 * Looks through the newest moments of everybody, so many for each friend: it costs a part of what
 * the merge would, so that nothing is lost where it fails. It answers a whole page or nothing.
 */
export function listRecent(sql: Sql, viewer: number, { before, limit }: PageRange) {
  const { recentPerFriend: each, recentMax: most } = limits.moments
  // `case` keeps the planner from making a join of it, and from asking the dear questions first:
  // most of these moments are strangers'.
  return sql<Position[]>`
    with recent as materialized (
      select m.created_at, m.id from (
        select m.created_at, m.id, m.user_id, m.list_kind from moments m
        where m.visible < 2 and m.list_kind <> 1
          and ${isOlder(sql, sql`m.created_at`, sql`m.id`, before)}
        order by m.created_at desc, m.id desc
        limit (select least(${each}::int * count(*), ${most}::int) from friends
          where user_id = ${viewer})) m
      where case when m.user_id in (select friend_id from friends where user_id = ${viewer})
        then (m.list_kind = 0 or not ${isListed(sql, viewer)})
          and ${maySeeFriend(sql, viewer, sql`m.user_id`)}
        else false end
      order by m.created_at desc, m.id desc
      limit ${rows(sql, limit)}
    )
    select page.created_at, page.id from (
      select created_at, id from recent
      union all (${ownMoments(sql, viewer, before, limit)})
      union all (${listedFor(sql, viewer, before, limit)})
    ) page
    where (select count(*) from recent) = ${limit}
    order by page.created_at desc, page.id desc
    limit ${rows(sql, limit)}`
}

/**
 * Only friends whose newest moment is among the newest `reach` of all friends can have one on the
 * page. So: one look at each friend's newest (an index entry per friend, whatever they have
 * posted), then a merge of the few friends that matter, down to `bound`, which is as far as the
 * page can reach. A page number far down looks at a few moments of each friend at once, so that
 * the bound is near. Every page costs the same, whatever came before it.
 */
export function mergeFriends(sql: Sql, viewer: number, { before, offset, limit }: PageRange) {
  const reach = offset + limit
  const shared = (friend: Column) => sql`
    m.user_id = ${friend} and m.visible < 2 and m.list_kind <> 1
      and ${isOlder(sql, sql`m.created_at`, sql`m.id`, before)}
      and (m.list_kind = 0 or not ${isListed(sql, viewer)})`
  return sql<Position[]>`
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
      limit ${rows(sql, reach)}
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
        order by m.created_at desc, m.id desc limit ${rows(sql, reach)}) n
      union all (${ownMoments(sql, viewer, before, reach)})
      union all (${listedFor(sql, viewer, before, reach)})
    ) page
    order by page.created_at desc, page.id desc
    offset ${offset} limit ${rows(sql, limit)}`
}

const isOlder = (sql: Sql, time: Column, id: Column, before: Position) => sql`
  (${time}, ${id}) < (${before.created_at}::timestamptz, ${before.id}::bigint)`

/**
 * The usual sizes, a page and one more to know whether it goes on, stand in the text: with a number
 * it does not know, the planner trusts no plan for long and makes a new one for every page.
 */
const rows = (sql: Sql, count: number) =>
  count === 20 ? sql`20` : count === 21 ? sql`21` : sql`${count}`

/** How many moments of each friend are looked at for a page that far down: twice the fair share. */
const eachOf = (sql: Sql, viewer: number, reach: number) => sql`
  (select greatest(1, 2 * ${reach}::int / greatest(count(*), 1)) from friends
    where user_id = ${viewer})`

const ownMoments = (sql: Sql, viewer: number, before: Position, limit: number) => sql`
  select m.created_at, m.id from moments m
  where m.user_id = ${viewer} and ${isOlder(sql, sql`m.created_at`, sql`m.id`, before)}
  order by m.created_at desc, m.id desc limit ${rows(sql, limit)}`

/** What is for listed people only: not in friends' indexes, but here by whom it is for. */
const listedFor = (sql: Sql, viewer: number, before: Position, limit: number) => sql`
  select x.created_at, x.moment_id from moment_lists x
  where x.user_id = ${viewer} and x.is_allowed
    and ${isOlder(sql, sql`x.created_at`, sql`x.moment_id`, before)}
    and (select ${maySeeMoment(sql, viewer)} from moments m where m.id = x.moment_id)
  order by x.created_at desc, x.moment_id desc limit ${rows(sql, limit)}`

/** One person's moments as far as the viewer may see them, newest first. */
export function listWall(
  sql: Sql,
  viewer: number,
  author: number,
  { before, offset, limit }: PageRange,
) {
  return sql<Position[]>`
    select m.created_at, m.id from moments m
    where m.user_id = ${author} and ${isOlder(sql, sql`m.created_at`, sql`m.id`, before)}
      and ${maySeeMoment(sql, viewer)}
    order by m.created_at desc, m.id desc
    offset ${offset} limit ${rows(sql, limit)}`
}
