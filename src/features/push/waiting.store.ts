// SQL of what a notification needs to know: what waits for somebody, and how much that is.
import type { Sql } from '../../infra/db.ts'
import type { PushKind } from '../../infra/push.ts'
import { isMuted } from '../conversations/sight.sql.ts'
import { isMentioned, newestOfOthers, unreadIn } from './sight.sql.ts'

export interface Waiting {
  unread: number
  is_muted: boolean
  /** By name or with everybody, in what is unread; if they want to hear of it. */
  is_mentioned: boolean
  /** Of a group; null between two people. */
  group_name: string | null
  message_id: number
  /** Of that message. */
  seq: number
  message_type: number
  content: string
  from_user_id: string
  from_id: number
  conversation_id: number
  sent_at: Date
  locale: string
}

/**
 * What one person has not read in one conversation, by the newest message of somebody else that they
 * may still see. Nothing when there is none.
 */
export async function findWaiting(
  sql: Sql,
  user: number,
  conversation: number,
): Promise<Waiting | undefined> {
  const [row] = await sql<Waiting[]>`
    select ${unreadIn(sql)} as unread,
      ${isMuted(sql)} as is_muted, x.id as message_id, x.seq, x.message_type,
      x.content,
      ${isMentioned(sql)} as is_mentioned,
      (select name from groups where conversation_id = c.id) as group_name,
      s.user_id as from_user_id, s.id as from_id, c.id as conversation_id,
      x.created_at as sent_at, me.locale
    from conversation_members m
      join conversations c on c.id = m.conversation_id
      join users me on me.id = m.user_id
      join lateral ${newestOfOthers(sql)} x on true
      join users s on s.id = x.sender_id
    where m.user_id = ${user} and m.conversation_id = ${conversation} and m.left_at is null`
  return row
}

export interface ChangedRow {
  created_at: Date
  recalled: boolean
  content: string
}

/** When it was said, whether it was taken back, and what it says now. */
export async function findChanged(sql: Sql, message: number): Promise<ChangedRow | undefined> {
  const [row] = await sql<ChangedRow[]>`
    select created_at, recalled_at is not null as recalled, content
    from messages where id = ${message}`
  return row
}

/** Those of somebody's devices that show something of a conversation, as far as we know. */
export function findShowing(
  sql: Sql,
  { user, conversation, kinds }: { user: number; conversation: number; kinds: readonly PushKind[] },
): Promise<{ id: number }[]> {
  return sql<{ id: number }[]>`
    select p.id from push_subscriptions p
    where p.user_id = ${user} and p.kind = any(${[...kinds]}::text[])
      and (
        select state from push_attempts
        where registration_id = p.id and conversation_id = ${conversation}
          and state in ('sent', 'cleared')
        order by id desc limit 1) = 'sent'`
}

/** The next page of devices, by rising id, that were told of a conversation since then. */
export function findShowingSince(
  sql: Sql,
  page: { conversation: number; since: Date; after: number; limit: number },
): Promise<{ id: number }[]> {
  const { conversation, since, after, limit } = page
  return sql<{ id: number }[]>`
    select distinct p.id
    from push_attempts a join push_subscriptions p on p.id = a.registration_id
    where a.conversation_id = ${conversation} and a.state = 'sent' and a.at >= ${since}
      and p.id > ${after}
    order by p.id limit ${limit}`
}
