// SQL: what changed lately and was not noted, so that devices that come back do not hear of it. Asked of what
// changed since the log can be relied on, and no longer ago than it is kept for sure.
import { kinds, type Kind } from '../../protocol/kept.ts'
import type { Sql } from '../../infra/db.ts'
import type { Check, Part, Times } from './check.ts'
import { limits } from './limits.ts'

/** What is older is not judged: whether all of it was noted nobody knows. */
const begun = '0056_consistency.sql'

const isLate = (sql: Sql, at: Part, { now }: Times) => sql`
  (${at} > greatest(${new Date(now.getTime() - limits.consistency.logMs)},
    (select applied_at from schema_migrations where name = ${begun})))`

const slack = (sql: Sql) => sql`${limits.consistency.slackMs / 1000} * interval '1 second'`

interface Thing {
  readonly user: Part
  readonly ref: Part
  /** When it changed, where the row says so. */
  readonly at?: Part
}

/** Of an account that is erased nothing is kept. */
const isNoted = (sql: Sql, kind: Kind, { user, ref, at }: Thing) => sql`
  (exists (
      select from account_changes a
      where a.user_id = ${user} and a.kind = ${kinds[kind]}::smallint and a.ref = ${ref}
        ${at ? sql`and a.changed_at >= ${at} - ${slack(sql)}` : sql``})
    or exists (select from users where id = ${user} and deleted_at is not null))`

const isMemberNoted = (sql: Sql, at: Part) => sql`
  exists (
    select from member_changes h
    where h.conversation_id = c.conversation_id and h.user_id = c.user_id
      and h.changed_at >= ${at} - ${slack(sql)})`

const messages: Check = {
  name: 'log-messages',
  wrong: 'messages that changed without a note',
  table: 'messages',
  keys: ['id'],
  columns: (sql) => sql`conversation_id, greatest(edited_at, recalled_at, reacted_at) as at`,
  isWrong: (sql, times) => sql`
    (${isLate(sql, sql`c.at`, times)} and not exists (
      select from message_changes h
      where h.conversation_id = c.conversation_id and h.message_id = c.id
        and h.changed_at >= c.at - ${slack(sql)}))`,
}

const isGroup = (sql: Sql) => sql`
  exists (select from conversations where id = c.conversation_id and kind = 2)`

/** All who are in a group when it ends are told by that, and by what is noted of their account. */
const members: Check = {
  name: 'log-members',
  wrong: 'people who came into a group or left it without a note',
  table: 'conversation_members',
  keys: ['conversation_id', 'user_id'],
  columns: (sql) => sql`joined_at, left_at`,
  isWrong: (sql, times) => {
    const account = (at: Part) =>
      isNoted(sql, 'conversation', { user: sql`c.user_id`, ref: sql`c.conversation_id`, at })
    return sql`
      (case when c.left_at is null
        then ${isLate(sql, sql`c.joined_at`, times)}
          and not (${isMemberNoted(sql, sql`c.joined_at`)} and ${account(sql`c.joined_at`)})
        else ${isLate(sql, sql`c.left_at`, times)}
          and not (${account(sql`c.left_at`)} and (${isMemberNoted(sql, sql`c.left_at`)} or exists (
            select from groups g
            where g.conversation_id = c.conversation_id and g.dissolved_at = c.left_at)))
        end and ${isGroup(sql)})`
  },
}

const reads: Check = {
  name: 'log-reads',
  wrong: 'read marks that moved without a note for their owner',
  table: 'conversation_members',
  keys: ['conversation_id', 'user_id'],
  columns: (sql) => sql`read_at, left_at`,
  isWrong: (sql, times) => {
    const at: Part = sql`c.read_at`
    const thing: Thing = { user: sql`c.user_id`, ref: sql`c.conversation_id`, at }
    return sql`
      (c.left_at is null and ${isLate(sql, at, times)} and not ${isNoted(sql, 'conversation', thing)})`
  },
}

const friends: Check = {
  name: 'log-friends',
  wrong: 'friendships that began without a note',
  table: 'friends',
  keys: ['id'],
  columns: (sql) => sql`user_id, friend_id, created_at`,
  isWrong: (sql, times) => {
    const thing: Thing = { user: sql`c.user_id`, ref: sql`c.friend_id` }
    return sql`
      (${isLate(sql, sql`c.created_at`, times)} and not ${isNoted(sql, 'friend', thing)})`
  },
}

const requests: Check = {
  name: 'log-requests',
  wrong: 'requests that were made or answered without a note for both',
  table: 'friend_requests',
  keys: ['id'],
  columns: (sql) => sql`from_id, to_id, updated_at`,
  isWrong: (sql, times) => {
    const ref: Part = sql`c.id`
    const at: Part = sql`c.updated_at`
    return sql`
      (${isLate(sql, at, times)}
        and not (${isNoted(sql, 'request', { user: sql`c.from_id`, ref, at })}
          and ${isNoted(sql, 'request', { user: sql`c.to_id`, ref, at })}))`
  },
}

const blocked: Check = {
  name: 'log-blocks',
  wrong: 'blocks that were made without a note',
  table: 'blocks',
  keys: ['id'],
  columns: (sql) => sql`user_id, blocked_id, created_at`,
  isWrong: (sql, times) => {
    const thing: Thing = { user: sql`c.user_id`, ref: sql`c.blocked_id` }
    return sql`
      (${isLate(sql, sql`c.created_at`, times)} and not ${isNoted(sql, 'block', thing)})`
  },
}

const invitations: Check = {
  name: 'log-invitations',
  wrong: 'invitations that were made or answered without a note',
  table: 'group_invitations',
  keys: ['id'],
  columns: (sql) => sql`invitee_id, updated_at`,
  isWrong: (sql, times) => {
    const at: Part = sql`c.updated_at`
    const thing: Thing = { user: sql`c.invitee_id`, ref: sql`c.id`, at }
    return sql`(${isLate(sql, at, times)} and not ${isNoted(sql, 'invitation', thing)})`
  },
}

const deletions: Check = {
  name: 'log-deletions',
  wrong: 'deletions without a note',
  table: 'message_deletions',
  keys: ['user_id', 'conversation_id', 'seq'],
  columns: (sql) => sql`message_id, deleted_at`,
  isWrong: (sql, times) => {
    const thing: Thing = { user: sql`c.user_id`, ref: sql`c.message_id` }
    return sql`
      (${isLate(sql, sql`c.deleted_at`, times)} and not ${isNoted(sql, 'deletion', thing)})`
  },
}

const favorites: Check = {
  name: 'log-favorites',
  wrong: 'messages that somebody keeps without a note',
  table: 'favorites',
  keys: ['id'],
  columns: (sql) => sql`user_id, message_id, created_at`,
  isWrong: (sql, times) => {
    const thing: Thing = { user: sql`c.user_id`, ref: sql`c.message_id` }
    return sql`
      (${isLate(sql, sql`c.created_at`, times)} and not ${isNoted(sql, 'favorite', thing)})`
  },
}

const scheduled: Check = {
  name: 'log-scheduled',
  wrong: 'messages that were scheduled, sent, failed or cancelled without a note',
  table: 'scheduled_messages',
  keys: ['id'],
  columns: (sql) => sql`user_id, updated_at`,
  isWrong: (sql, times) => {
    const at: Part = sql`c.updated_at`
    const thing: Thing = { user: sql`c.user_id`, ref: sql`c.id`, at }
    return sql`(${isLate(sql, at, times)} and not ${isNoted(sql, 'scheduled', thing)})`
  },
}

export const checks: readonly Check[] = [
  messages,
  members,
  reads,
  friends,
  requests,
  blocked,
  invitations,
  deletions,
  favorites,
  scheduled,
]
