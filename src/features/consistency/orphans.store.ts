// SQL: what hangs on something that is not there, or not what it says it is. Where a foreign key holds as
// well, it is asked all the same: a restore without triggers, or a table that lost its key, asks nobody.
import type { Sql } from '../../infra/db.ts'
import type { Check, Part } from './check.ts'

/** An account whose rows are going away, one after the other. */
const isErasing = (sql: Sql, user: Part) => sql`
  exists (select from users where id = ${user} and deleted_at is not null and deletes_at is not null)`

/** Of rows that name a message by its number and by its place. */
const isElsewhere = (sql: Sql): Part => sql`
  not exists (
    select from messages x
    where x.id = c.message_id and x.conversation_id = c.conversation_id and x.seq = c.seq)`

const reactions: Check = {
  name: 'orphaned-reactions',
  wrong: 'reactions to no message, or of nobody',
  table: 'message_reactions',
  keys: ['message_id', 'user_id'],
  isWrong: (sql) => sql`
    (not exists (select from messages where id = c.message_id)
      or not exists (select from users where id = c.user_id))`,
}

const revisions: Check = {
  name: 'orphaned-revisions',
  wrong: 'earlier words of no message, of another’s, or of one that was never edited',
  table: 'message_revisions',
  keys: ['message_id', 'n'],
  columns: (sql) => sql`sender_id`,
  isWrong: (sql) => sql`
    not exists (
      select from messages
      where id = c.message_id and sender_id = c.sender_id and edited_at is not null)`,
}

const favorites: Check = {
  name: 'orphaned-favorites',
  wrong: 'favourites that are no message, or another one',
  table: 'favorites',
  keys: ['id'],
  columns: (sql) => sql`message_id, conversation_id, seq`,
  isWrong: isElsewhere,
}

const deletions: Check = {
  name: 'orphaned-deletions',
  wrong: 'deletions of no message, or of another one',
  table: 'message_deletions',
  keys: ['user_id', 'conversation_id', 'seq'],
  columns: (sql) => sql`message_id`,
  isWrong: isElsewhere,
}

const mentions: Check = {
  name: 'orphaned-mentions',
  wrong: 'mentions in no message, or in one that mentions somebody else',
  table: 'mentions',
  keys: ['user_id', 'conversation_id', 'seq'],
  columns: (sql) => sql`message_id`,
  isWrong: (sql) => sql`
    not exists (
      select from messages x
      where x.id = c.message_id and x.conversation_id = c.conversation_id and x.seq = c.seq
        and c.user_id = any(x.at_users))`,
}

const pins: Check = {
  name: 'orphaned-pins',
  wrong: 'pins of no message of their group',
  table: 'group_pins',
  keys: ['id'],
  columns: (sql) => sql`message_id, conversation_id`,
  isWrong: (sql) => sql`
    not exists (
      select from messages where id = c.message_id and conversation_id = c.conversation_id)`,
}

const drafts: Check = {
  name: 'orphaned-drafts',
  wrong: 'drafts of somebody who is not in the conversation',
  table: 'conversation_drafts',
  keys: ['user_id', 'conversation_id'],
  isWrong: (sql) => sql`
    (not exists (
        select from conversation_members m
        where m.conversation_id = c.conversation_id and m.user_id = c.user_id and m.left_at is null)
      and not ${isErasing(sql, sql`c.user_id`)})`,
}

const scheduled: Check = {
  name: 'orphaned-scheduled',
  wrong: 'scheduled messages for where their sender never was, or sent and not there',
  table: 'scheduled_messages',
  keys: ['id'],
  columns: (sql) => sql`user_id, conversation_id, client_msg_id, state, message_id`,
  isWrong: (sql) => sql`
    (not exists (
        select from conversation_members m
        where m.conversation_id = c.conversation_id and m.user_id = c.user_id)
      or (c.state = 2 and not exists (
        select from messages x
        where x.id = c.message_id and x.sender_id = c.user_id and x.client_msg_id = c.client_msg_id)
        and not exists (
          select from burned_messages x
          where x.sender_id = c.user_id and x.client_msg_id = c.client_msg_id)))`,
}

const invitations: Check = {
  name: 'orphaned-invitations',
  wrong: 'invitations that wait, into a group that has ended or by somebody who has left',
  table: 'group_invitations',
  keys: ['id'],
  columns: (sql) => sql`conversation_id, inviter_id, status`,
  isWrong: (sql) => sql`
    (c.status = 0 and not exists (
        select from conversations h join conversation_members m
          on m.conversation_id = h.id and m.user_id = c.inviter_id and m.left_at is null
        where h.id = c.conversation_id and h.is_open)
      and not ${isErasing(sql, sql`c.inviter_id`)})`,
}

export const checks: readonly Check[] = [
  reactions,
  revisions,
  favorites,
  deletions,
  mentions,
  pins,
  drafts,
  scheduled,
  invitations,
]
