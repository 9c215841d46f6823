// What somebody has not read in one conversation, for whoever tells them of it while they are away: parts of
// statements in which `m` is a member of `c`.
import type { Sql } from '../../infra/db.ts'
import { isDeleted } from '../conversations/sight.sql.ts'

/** How much: messages of others after their mark. */
export const unreadIn = (sql: Sql) => sql`(c.last_seq - greatest(m.read_seq, m.read_count))`

/** The newest of others that they may still see; a row, or none. */
export const newestOfOthers = (sql: Sql) => sql`
  (select said.* from messages said
    where said.conversation_id = c.id and said.seq > greatest(m.read_seq, m.sees_after)
      and said.sender_id <> m.user_id and said.message_type <> 6
      and said.recalled_at is null
      and not ${isDeleted(sql, sql`m.user_id`, sql`c.id`, sql`said.seq`)}
    order by said.seq desc limit 1)`

/** By name or with everybody, in what is unread, if they want to hear of it in spite of a mute. */
export const isMentioned = (sql: Sql) => sql`
  (not m.is_silent and exists (
    select from mentions at
    where at.user_id in (0, m.user_id) and at.conversation_id = c.id
      and at.seq > greatest(m.read_seq, m.sees_after)))`
