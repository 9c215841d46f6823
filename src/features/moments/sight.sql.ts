// Who sees what, as conditions in SQL. Everything that reads moments, likes or comments asks here,
// at the moment it reads: who unfriends or blocks somebody is gone from the next page on.
//
// Each question is a look-up of one pair, as in friends/sight.sql.ts.
import type { Sql } from '../../infra/db.ts'
import { areApart, areFriends } from '../friends/sight.sql.ts'
import { isThere, type Someone } from '../people/sight.sql.ts'

export const isListed = (sql: Sql, viewer: Someone) => sql`
  ((select true from moment_lists li
    where li.moment_id = m.id and li.user_id = ${viewer}) is true)`

/** Whether the viewer may see the moment `m`. */
export const maySeeMoment = (sql: Sql, viewer: Someone) => sql`
  (m.user_id = ${viewer} or (
    m.visible < 2
    and ((m.visible = 0 and m.list_kind <> 1) or ${areFriends(sql, viewer, sql`m.user_id`)})
    and case m.list_kind
      when 1 then ${isListed(sql, viewer)}
      when 2 then not ${isListed(sql, viewer)}
      else true end
    and not ${areApart(sql, viewer, sql`m.user_id`)}
    and ${isThere(sql, sql`m.user_id`)}))`

/** Whether somebody who sees the moment `m` also sees a like or comment by `by` on it. */
export const maySeeResponse = (sql: Sql, viewer: Someone, by: Someone) => sql`
  (${by} = ${viewer} or (
    (${by} = m.user_id or ${areFriends(sql, viewer, by)})
    and not ${areApart(sql, viewer, by)}
    and ${isThere(sql, by)}))`

/** Whether the actor may comment on the moment `m`, which they see. */
export const mayComment = (sql: Sql, actor: Someone) => sql`
  (m.user_id = ${actor} or ${areFriends(sql, actor, sql`m.user_id`)})`

/** Whether somebody's moments stand in the viewer's timeline, where friendship is known already. */
export const maySeeFriend = (sql: Sql, viewer: Someone, friend: Someone) => sql`
  (not ${areApart(sql, viewer, friend)} and ${isThere(sql, friend)})`
