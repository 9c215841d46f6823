// SQL of what somebody has set for a conversation of theirs.
import type { Sql, TxSql } from '../../infra/db.ts'
import { isArchived, isMarkedUnread, isMuted } from './sight.sql.ts'

/** What somebody has begun to write there. */
export interface DraftRow {
  content: string
  reply_to_id: number | null
  updated_at: string
}

/** Of `m`; a look-up by key, as few conversations have one. */
export const draft = (sql: Sql) => sql`(
  select jsonb_build_object('content', d.content, 'reply_to_id', d.reply_to_id,
    'updated_at', d.updated_at)
  from conversation_drafts d
  where d.user_id = m.user_id and d.conversation_id = m.conversation_id)`

/**
 * Whether anything changed; nothing for who is not in it. An empty one is none. Whoever takes somebody out
 * of a conversation has its row locked: a draft that comes first is seen there and deleted, one that comes
 * later finds nobody.
 */
export async function writeDraft(
  sql: TxSql,
  id: number,
  user: number,
  { content, replyTo }: { content: string; replyTo: number | null },
): Promise<boolean> {
  if (content === '') {
    const { count } = await sql`
      delete from conversation_drafts where user_id = ${user} and conversation_id = ${id}`
    return count > 0
  }
  await sql`select from conversations where id = ${id} for key share`
  const { count } = await sql`
    insert into conversation_drafts (user_id, conversation_id, content, reply_to_id, updated_at)
    select ${user}, ${id}, ${content}, ${replyTo}::bigint, now() from conversation_members
    where conversation_id = ${id} and user_id = ${user} and left_at is null
    on conflict (user_id, conversation_id) do update
      set content = excluded.content, reply_to_id = excluded.reply_to_id,
        updated_at = excluded.updated_at
      where (conversation_drafts.content, conversation_drafts.reply_to_id)
        is distinct from (excluded.content, excluded.reply_to_id)`
  return count > 0
}

/** What somebody takes along, by conversation. */
export function pageDraftsOf(
  sql: Sql,
  user: number,
  after: number,
  limit: number,
): Promise<
  { conversation_id: number; content: string; reply_to_id: number | null; updated_at: Date }[]
> {
  return sql`
    select conversation_id, content, reply_to_id, updated_at from conversation_drafts
    where user_id = ${user} and conversation_id > ${after}
    order by conversation_id limit ${limit}`
}

export async function deleteDraftsOf(sql: Sql, user: number, rows: number): Promise<number> {
  const gone = await sql`
    delete from conversation_drafts where (user_id, conversation_id) in (
      select user_id, conversation_id from conversation_drafts where user_id = ${user} limit ${rows})`
  return gone.count
}

/** Whether anything changed. */
export async function updatePinned(
  sql: TxSql,
  id: number,
  user: number,
  pinned: boolean,
): Promise<boolean> {
  const { count } = await sql`
    update conversation_members set is_pinned = ${pinned}
    where conversation_id = ${id} and user_id = ${user} and left_at is null
      and is_pinned <> ${pinned}`
  return count > 0
}

/** Whether anything changed. */
export async function updateMuted(
  sql: TxSql,
  id: number,
  user: number,
  muting: { isMuted: boolean; until: Date | null; mentions: boolean },
): Promise<boolean> {
  const { isMuted: is, mentions } = muting
  const until = is ? muting.until : null
  const isSilent = is && !mentions
  const { count } = await sql`
    update conversation_members
    set is_muted = ${is}, quiet_until = ${until}, is_silent = ${isSilent}
    where conversation_id = ${id} and user_id = ${user} and left_at is null
      and (is_muted, quiet_until, is_silent)
        is distinct from (${is}::boolean, ${until}::timestamptz, ${isSilent}::boolean)`
  return count > 0
}

/** Whether anything changed. */
export async function updateArchived(
  sql: TxSql,
  id: number,
  user: number,
  is: boolean,
): Promise<boolean> {
  const { count } = await sql`
    update conversation_members m
    set archived_seq = case when ${is} then c.last_seq end
    from conversations c
    where c.id = ${id} and m.conversation_id = ${id} and m.user_id = ${user} and m.left_at is null
      and ${isArchived(sql)} <> ${is}`
  return count > 0
}

/** Whether anything changed. */
export async function updateMarkedUnread(
  sql: TxSql,
  id: number,
  user: number,
  is: boolean,
): Promise<boolean> {
  const { count } = await sql`
    update conversation_members m
    set unread_at_seq = case when ${is} then m.read_seq end
    where m.conversation_id = ${id} and m.user_id = ${user} and m.left_at is null
      and ${isMarkedUnread(sql)} <> ${is}`
  return count > 0
}

/** Mutes whose time has come, some of them: several sweepers share the work. */
export function endSomeMutes(
  sql: TxSql,
  rows: number,
): Promise<{ conversation_id: number; user_id: number }[]> {
  return sql`
    update conversation_members set is_muted = false, quiet_until = null, is_silent = false
    where (conversation_id, user_id) in (
      select conversation_id, user_id from conversation_members
      where is_muted and quiet_until is not null and quiet_until <= now()
      order by quiet_until limit ${rows} for update skip locked)
    returning conversation_id, user_id`
}

export interface SettingsRow {
  is_pinned: boolean
  is_muted: boolean
  quiet_until: Date | null
  is_archived: boolean
  is_marked_unread: boolean
  draft: DraftRow | null
}

export async function findSettings(
  sql: Sql,
  id: number,
  user: number,
): Promise<SettingsRow | undefined> {
  const [row] = await sql<SettingsRow[]>`
    select m.is_pinned, ${isMuted(sql)} as is_muted, m.quiet_until,
      ${isArchived(sql)} as is_archived, ${isMarkedUnread(sql)} as is_marked_unread,
      ${draft(sql)} as draft
    from conversation_members m join conversations c on c.id = m.conversation_id
    where m.conversation_id = ${id} and m.user_id = ${user} and m.left_at is null`
  return row
}
