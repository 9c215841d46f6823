// SQL of messages, apart from the send path's statement.
import { isDeleted, mayRead, pairShowsReceipts } from '../conversations/sight.sql.ts'
import type { Tally } from './emoji/emoji.ts'
import { limits } from './limits.ts'
import type { Sql, TxSql } from '../../infra/db.ts'

export interface MessageRow {
  id: number
  conversation_id: number
  seq: number
  sender_id: number
  sender_name: string
  client_msg_id: string
  message_type: number
  content: string
  media_url: string
  reply_to_id: number | null
  created_at: Date
  edited_at: Date | null
  recalled_at: Date | null
  reacted_at: Date | null
  reactions: Tally | null
  /** Whom it mentions, by name. */
  at_names: string[] | null
  /** Who took it back, if not its sender. */
  recalled_by_name: string | null
  /**
   * Direct: how far the one it was written to has read, and while the conversation is closed, had
   * read when it was closed; null in groups, and where one of the two does not show it.
   */
  peer_read_seq: number | null
  peer_read_at: Date | null
}

export const columns = (sql: Sql) => sql`
  m.id, m.conversation_id, m.seq, m.sender_id, u.user_id as sender_name, m.client_msg_id,
  m.message_type, m.content, m.media_url, m.reply_to_id, m.created_at, m.edited_at,
  m.recalled_at, m.reacted_at, m.reactions,
  case when m.at_users is not null then array(
    select coalesce(a.user_id, 'all')
    from unnest(m.at_users) with ordinality as at (id, n) left join users a on a.id = at.id
    order by at.n) end as at_names,
  case when m.recalled_by is not null then (
    select user_id from users where id = m.recalled_by) end as recalled_by_name,
  case when ${pairShowsReceipts(sql)}
    then case when c.is_open then p.read_seq else p.closed_read_seq end end as peer_read_seq,
  case when c.is_open then p.read_at else p.closed_read_at end as peer_read_at`

export const joined = (sql: Sql) => sql`
  messages m
    join users u on u.id = m.sender_id
    join conversations c on c.id = m.conversation_id
    left join conversation_members p on c.kind = 1 and p.conversation_id = m.conversation_id
      and p.user_id <> m.sender_id`

/** Those of these that somebody may read, and who said them. */
export function listReadable(
  sql: Sql,
  ids: readonly number[],
  user: number,
): Promise<{ id: number; sender_id: number }[]> {
  return sql`
    select x.id, x.sender_id from messages x
      join conversation_members a on a.conversation_id = x.conversation_id
        and a.user_id = ${user} and ${mayRead(sql, sql`a`, sql`x.seq`)}
    where x.id = any(${[...ids]}::bigint[])`
}

export async function findMessages(sql: Sql, ids: readonly number[]): Promise<MessageRow[]> {
  if (ids.length === 0) return []
  return sql<MessageRow[]>`
    select ${columns(sql)} from ${joined(sql)}
    where m.id = any(${[...ids]}::bigint[]) order by m.conversation_id, m.seq`
}

/** As they stand, but for those that somebody has deleted. */
export async function findShown(
  sql: Sql,
  viewer: number,
  ids: readonly number[],
): Promise<MessageRow[]> {
  if (ids.length === 0) return []
  return sql<MessageRow[]>`
    select ${columns(sql)} from ${joined(sql)}
    where m.id = any(${[...ids]}::bigint[]) and not ${isDeletedBy(sql, viewer)}`
}

/** Of a message `m`. */
const isDeletedBy = (sql: Sql, viewer: number) =>
  isDeleted(sql, sql`${viewer}`, sql`m.conversation_id`, sql`m.seq`)

/** The newest message of each of these after a seq that somebody has not deleted. */
export async function findNewest(
  sql: Sql,
  viewer: number,
  conversations: readonly { readonly id: number; readonly sees_after: number }[],
): Promise<MessageRow[]> {
  return sql<MessageRow[]>`
    select ${columns(sql)}
    from unnest(
        ${conversations.map(({ id }) => id)}::bigint[],
        ${conversations.map(({ sees_after: after }) => after)}::bigint[]) as t (id, after)
      cross join lateral (
        select m.id from messages m
        where m.conversation_id = t.id and m.seq > t.after and not ${isDeletedBy(sql, viewer)}
        order by m.seq desc limit 1) newest
      join ${joined(sql)} on m.id = newest.id`
}

export interface Range {
  before?: number
  after?: number
  limit: number
  /** Whose deletions are left out. */
  viewer?: number
}

/** Asked once whether anything of the range is deleted; each message is looked up only where it is. */
const shownIn = (
  sql: Sql,
  conversation: number,
  viewer: number,
  above: number,
  below: number,
) => sql`
  and (not exists (
      select from message_deletions
      where user_id = ${viewer} and conversation_id = ${conversation}
        and seq > ${above} and seq < ${below})
    or not ${isDeletedBy(sql, viewer)})`

/**
 * Messages of a conversation in rising seq, none up to `first`: the newest before a seq, or the oldest
 * after one.
 */
export async function listMessages(
  sql: Sql,
  conversation: number,
  first: number,
  { before, after, limit, viewer }: Range,
): Promise<MessageRow[]> {
  const [above, below] = [Math.max(first, after ?? 0), before ?? Number.MAX_SAFE_INTEGER]
  const shown = viewer === undefined ? sql`` : shownIn(sql, conversation, viewer, above, below)
  if (after !== undefined) {
    return sql<MessageRow[]>`
      select ${columns(sql)} from ${joined(sql)}
      where m.conversation_id = ${conversation} and m.seq > ${above}
        ${before === undefined ? sql`` : sql`and m.seq < ${before}`} ${shown}
      order by m.seq limit ${limit}`
  }
  const rows = await sql<MessageRow[]>`
    select ${columns(sql)} from ${joined(sql)}
    where m.conversation_id = ${conversation}
      and m.seq > ${first} and m.seq < ${below} ${shown}
    order by m.seq desc limit ${limit}`
  return rows.toReversed()
}

/** A message under the lock of its conversation: what decides whether it may be changed. */
export interface ChangeTarget {
  id: number
  conversation_id: number
  sender_id: number
  message_type: number
  content: string
  media_url: string
  recalled_at: Date | null
  reactions: Tally | null
  /** It can be taken back still. */
  is_recent: boolean
  /** It can be edited still. */
  is_editable: boolean
  /** How often it was edited. */
  revisions: number
  /** Its conversation may be written in, and whoever asks is not muted there. */
  is_open: boolean
  is_muted: boolean
  /** By an admin, and not because only admins speak there. */
  is_silenced: boolean
  /** Direct: the other one of the two, for whoever asks. */
  peer_id: number | null
  /** Of whoever asks, and of its sender: null when they are no longer in. */
  role: number
  sender_role: number | null
}

/** Of a message `m`. */
const isYounger = (sql: Sql, milliseconds: number) => sql`
  m.created_at > now() - ${milliseconds / 1000} * interval '1 second'`

/**
 * Locks a message for a change, its conversation first, as every writer does. Nothing when there
 * is none or the asker is not in its conversation.
 */
export async function lockMessage(
  sql: TxSql,
  id: number,
  asker: number,
): Promise<ChangeTarget | undefined> {
  await sql`
    select from conversations
    where id = (select conversation_id from messages where id = ${id}) for update`
  const [row] = await sql<ChangeTarget[]>`
    select m.id, m.conversation_id, m.sender_id, m.message_type, m.content, m.media_url,
      m.recalled_at, m.reactions, c.is_open, a.role,
      (select role from conversation_members
        where conversation_id = m.conversation_id and user_id = m.sender_id
          and left_at is null) as sender_role,
      ${isYounger(sql, limits.message.recallMs)} as is_recent,
      ${isYounger(sql, limits.message.editMs)} as is_editable,
      (select count(*) from message_revisions where message_id = m.id) as revisions,
      (a.muted_until > now()) is true or a.role < c.posting_role as is_muted,
      (a.muted_until > now()) is true as is_silenced,
      case a.user_id when c.user1_id then c.user2_id else c.user1_id end as peer_id
    from messages m
      join conversations c on c.id = m.conversation_id
      join conversation_members a on a.conversation_id = m.conversation_id
        and a.user_id = ${asker} and ${mayRead(sql, sql`a`, sql`m.seq`)}
    where m.id = ${id}
    for update of m`
  return row
}

/**
 * When a message changes: later than all that was made of it before, in milliseconds as the wire has
 * them, though its transaction may have begun earlier. Clients go by it when news overtake each other.
 */
export const changedNow = (sql: Sql) => sql`
  greatest(now(), greatest(created_at, edited_at, reacted_at) + interval '1 millisecond')`

/** Empties a message, and what it said before. */
export async function recallMessage(
  sql: TxSql,
  target: { id: number; sender_id: number },
  by: number,
): Promise<void> {
  await sql`
    with forgotten as (
      delete from mentions
      where message_id = ${target.id} and user_id = any(array(
        select unnest(at_users) from messages where id = ${target.id}))
    ), unsaid as (
      delete from message_revisions where message_id = ${target.id}
    ), unanswered as (
      delete from message_reactions where message_id = ${target.id}
    )
    update messages set recalled_at = ${changedNow(sql)}, content = '', media_url = '', at_users = null,
      reactions = null,
      recalled_by = ${by === target.sender_id ? null : by}
    where id = ${target.id}`
}

/** Counts a change; answers the conversation's new version. */
export async function countChange(sql: TxSql, conversation: number): Promise<number> {
  const [row] = await sql<{ version: number }[]>`
    update conversations set version = version + 1, xid = pg_current_xact_id()
    where id = ${conversation}
    returning version`
  return row?.version ?? 0
}

/** Whether any of these messages is not as it was said. */
export async function hasChanged(sql: Sql, ids: readonly number[]): Promise<boolean> {
  const [row] = await sql<{ changed: boolean }[]>`
    select exists (
      select from messages
      where id = any(${[...ids]}::bigint[])
        and (recalled_at is not null or edited_at is not null or reacted_at is not null)
    ) as changed`
  return row?.changed ?? true
}
