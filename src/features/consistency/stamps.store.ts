// SQL: rows say in which transaction they changed last, and cursors go by that. A stamp that has not happened
// yet, as after a restore into another server, is new for ever; one that was not renewed is never new.
import type { Sql } from '../../infra/db.ts'
import type { Check, Part } from './check.ts'

/** Whoever looks in a transaction of their own sees what they have just stamped. */
const isAhead = (sql: Sql, xid: Part): Part => sql`
  (${xid} >= pg_snapshot_xmax(pg_current_snapshot())
    and ${xid} is distinct from pg_current_xact_id_if_assigned())`

/** What Postgres itself knows of a row: the low half of the transaction that wrote it. */
const written = (sql: Sql) => sql`xmin as written`

/** Not of what a restore or a migration has written. */
const isUnrenewed = (sql: Sql) => sql`
  (c.written::text::bigint <> (c.xid::text::bigint & 4294967295)
    and age(c.written) < least(
      (select age(xmin) from installation), (select min(age(xmin)) from schema_migrations)))`

const conversations: Check = {
  name: 'stamps-conversations',
  wrong: 'conversations that changed without a new stamp, or with one that has not happened',
  table: 'conversations',
  keys: ['id'],
  columns: (sql) => sql`xid, judged_xid, ${written(sql)}`,
  isWrong: (sql) => sql`
    (${isAhead(sql, sql`c.xid`)} or ${isUnrenewed(sql)}
      or coalesce(${isAhead(sql, sql`c.judged_xid`)}, false))`,
}

const messages: Check = {
  name: 'stamps-messages',
  wrong: 'messages with a stamp that has not happened',
  table: 'messages',
  keys: ['id'],
  columns: (sql) => sql`xid`,
  isWrong: (sql) => isAhead(sql, sql`c.xid`),
}

const members: Check = {
  name: 'stamps-members',
  wrong: 'members who came back in a transaction that has not happened',
  table: 'conversation_members',
  keys: ['conversation_id', 'user_id'],
  columns: (sql) => sql`returned_xid`,
  isWrong: (sql) => sql`coalesce(${isAhead(sql, sql`c.returned_xid`)}, false)`,
}

const ofLog = (name: string, table: string, keys: readonly string[]): Check => ({
  name,
  wrong: 'notes that changed without a new stamp, or with one that has not happened',
  table,
  keys,
  columns: (sql) => sql`xid, ${written(sql)}`,
  isWrong: (sql) => sql`(${isAhead(sql, sql`c.xid`)} or ${isUnrenewed(sql)})`,
})

export const checks: readonly Check[] = [
  conversations,
  messages,
  members,
  ofLog('stamps-account-log', 'account_changes', ['user_id', 'kind', 'ref']),
  ofLog('stamps-message-log', 'message_changes', ['conversation_id', 'message_id']),
  ofLog('stamps-member-log', 'member_changes', ['conversation_id', 'user_id']),
]
