// SQL of how far conversations are.
import type { Sql } from '../../infra/db.ts'

/**
 * The newest seq of every conversation that had messages with an id above `since`, for those of
 * `users` who are in it. Ids commit out of order, so callers overlap their windows.
 */
export async function recentHeads(
  sql: Sql,
  since: number,
  users: readonly number[],
): Promise<{ user_id: number; conversation_id: number; last_seq: number }[]> {
  return sql`
    with recent as materialized (
      select conversation_id, max(seq) as last_seq from messages where id > ${since}
      group by conversation_id
    )
    select m.user_id, m.conversation_id, r.last_seq
    from recent r join conversation_members m on m.conversation_id = r.conversation_id
    where m.user_id = any(${[...users]}::bigint[]) and m.left_at is null`
}

export async function newestMessageId(sql: Sql): Promise<number> {
  const [row] = await sql<{ id: number }[]>`select coalesce(max(id), 0)::bigint as id from messages`
  return row?.id ?? 0
}
