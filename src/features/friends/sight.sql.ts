// What two people are to each other, as conditions in SQL.
//
// Each question is a look-up of one pair, `(select true …) is true`. An `exists` the planner may
// turn into a hash of everybody's answers, which is dear for somebody with thousands of friends, or
// whom thousands have blocked.
import type { Sql } from '../../infra/db.ts'
import type { Someone } from '../people/sight.sql.ts'
import { isHardToFind } from '../settings/sight.sql.ts'

export const areFriends = (sql: Sql, one: Someone, other: Someone) => sql`
  ((select true from friends fr where fr.user_id = ${one} and fr.friend_id = ${other}) is true)`

/** A block cuts both ways, whoever made it. */
export const areApart = (sql: Sql, one: Someone, other: Someone) => sql`
  ((select true from blocks bl where bl.user_id = ${one} and bl.blocked_id = ${other}) is true
    or (select true from blocks bl where bl.user_id = ${other} and bl.blocked_id = ${one}) is true)`

/** In this direction alone. */
export const hasBlocked = (sql: Sql, by: Someone, other: Someone) => sql`
  ((select true from blocks bl where bl.user_id = ${by} and bl.blocked_id = ${other}) is true)`

/** As far as it is for them to say who finds them; oneself one always finds. */
export const mayFind = (sql: Sql, one: Someone, other: Someone) => sql`
  (${one} = ${other} or not ${isHardToFind(sql, other, areFriends(sql, one, other))})`
