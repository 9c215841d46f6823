// SQL of what somebody has set for a conversation of theirs.
import type { Sql, TxSql } from '../../infra/db.ts'
import { isMuted } from './sight.sql.ts'

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

export async function findSettings(
  sql: Sql,
  id: number,
  user: number,
): Promise<{ is_pinned: boolean; is_muted: boolean; quiet_until: Date | null } | undefined> {
  const [row] = await sql<{ is_pinned: boolean; is_muted: boolean; quiet_until: Date | null }[]>`
    select m.is_pinned, ${isMuted(sql)} as is_muted, m.quiet_until
    from conversation_members m
    where m.conversation_id = ${id} and m.user_id = ${user} and m.left_at is null`
  return row
}
