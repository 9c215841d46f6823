// What people show of themselves and let others do, as conditions in SQL.
//
// Each asks for one person by a look-up, `(select true …) is true`: whoever has set nothing has no row, and
// hides nothing. What is shown is shown both ways or not at all: who hides it sees it of nobody.
import type { Sql } from '../../infra/db.ts'
import type { Someone } from '../people/sight.sql.ts'

type Part = ReturnType<Sql>

const sets = (sql: Sql, person: Someone, what: Part) => sql`
  ((select true from privacy_settings ps where ps.user_id = ${person} and ${what}) is true)`

type Condition = ReturnType<typeof sets>

const neither = (sql: Sql, one: Someone, other: Someone, what: Part) => sql`
  (not ${sets(sql, one, what)} and not ${sets(sql, other, what)})`

/** Whether these two show each other how far they have read. */
export const showReceipts = (sql: Sql, one: Someone, other: Someone) => sql`
  ${neither(sql, one, other, sql`not ps.receipts`)}`

/** Whether these two show each other that they are typing. */
export const showTyping = (sql: Sql, one: Someone, other: Someone) => sql`
  ${neither(sql, one, other, sql`not ps.typing`)}`

/** Whether these two, who are friends, show each other that they are there, and when they were. */
export const showPresence = (sql: Sql, one: Someone, other: Someone) => sql`
  ${neither(sql, one, other, sql`ps.last_seen = 'nobody'`)}`

/** How far they have read is shown to nobody. */
export const hidesReceipts = (sql: Sql, person: Someone) => sql`
  ${sets(sql, person, sql`not ps.receipts`)}`

/** Nobody finds them, whom `areFriends` says to be no friend, or nobody at all. */
export const isHardToFind = (sql: Sql, person: Someone, areFriends: Condition) => sql`
  ${sets(sql, person, sql`(ps.find_me = 'nobody' or ps.find_me = 'friends' and not ${areFriends})`)}`

export const takesNoRequests = (sql: Sql, person: Someone) => sql`
  ${sets(sql, person, sql`ps.request_me = 'nobody'`)}`

export const staysOutOfGroups = (sql: Sql, person: Someone) => sql`
  ${sets(sql, person, sql`ps.group_me = 'nobody'`)}`
