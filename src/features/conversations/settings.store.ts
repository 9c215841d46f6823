// SQL of what somebody has set for a conversation of theirs.
import type { Sql, TxSql } from '../../infra/db.ts'
import { isArchived, isMarkedUnread, isMuted } from './sight.sql.ts'

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

export interface SettingsRow {
  is_pinned: boolean
  is_muted: boolean
  quiet_until: Date | null
  is_archived: boolean
  is_marked_unread: boolean
}

export async function findSettings(
  sql: Sql,
  id: number,
  user: number,
): Promise<SettingsRow | undefined> {
  const [row] = await sql<SettingsRow[]>`
    select m.is_pinned, ${isMuted(sql)} as is_muted, m.quiet_until,
      ${isArchived(sql)} as is_archived, ${isMarkedUnread(sql)} as is_marked_unread
    from conversation_members m join conversations c on c.id = m.conversation_id
    where m.conversation_id = ${id} and m.user_id = ${user} and m.left_at is null`
  return row
}
