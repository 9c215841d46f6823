// Conditions on a member's row that other statements share.
import type { Sql } from '../../infra/db.ts'
import type { Someone } from '../people/sight.sql.ts'
import { showReceipts } from '../settings/sight.sql.ts'

type Part = ReturnType<Sql>

/** By the alias of their row: they have not left. */
export const isIn = (sql: Sql, member: Part) => sql`(${member}.left_at is null)`

/** What may be for them: they are in, and it stands after what they were let in behind. */
export const isForThem = (sql: Sql, member: Part, seq: Part) => sql`
  (${isIn(sql, member)} and ${member}.sees_after < ${seq})`

/**
 * `m` has archived the conversation `c`, and nothing was said there since. One that is muted stays in
 * the archive whatever is said, until it is muted no more.
 */
export const isArchived = (sql: Sql) => sql`
  (m.archived_seq is not null and (m.archived_seq = c.last_seq or ${isMuted(sql)}))`

/** `m` has marked it unread, and has read nothing since. */
export const isMarkedUnread = (sql: Sql) => sql`(m.unread_at_seq is not distinct from m.read_seq)`

/** They have deleted it, for themselves alone. */
export const isDeleted = (sql: Sql, user: Part, conversation: Part, seq: Part) => sql`
  exists (
    select from message_deletions gone
    where gone.user_id = ${user} and gone.conversation_id = ${conversation} and gone.seq = ${seq})`

/** What history shows them: it is for them, and they have not deleted it. */
export const mayRead = (sql: Sql, member: Part, seq: Part) => sql`
  (${isForThem(sql, member, seq)}
    and not ${isDeleted(sql, sql`${member}.user_id`, sql`${member}.conversation_id`, seq)})`

/** `m` has muted the conversation, and that has not ended. */
export const isMuted = (sql: Sql) => sql`
  (m.is_muted and (m.quiet_until is null or m.quiet_until > now()))`

/** Of the two people in `c`; true of groups. */
export const pairShowsReceipts = (sql: Sql) => sql`
  ${showReceipts(sql, sql`c.user1_id`, sql`c.user2_id`)}`

/** They are in some group together. */
export const areFellows = (sql: Sql, one: Someone, other: Someone) => sql`
  exists (
    select from conversation_members fa
      join conversation_members fb on fb.conversation_id = fa.conversation_id
        and fb.user_id = ${other} and fb.left_at is null
      join conversations fc on fc.id = fa.conversation_id and fc.kind = 2
    where fa.user_id = ${one} and fa.left_at is null)`
