// SQL of what those who know somebody have to catch up on.
import { kinds } from '../../protocol/kept.ts'
import type { Sql } from '../../infra/db.ts'

/** Whoever has a conversation with them, friends and those who were, by rising id after one of them. */
export async function pageOfPeers(
  sql: Sql,
  user: number,
  after: number,
  limit: number,
): Promise<number[]> {
  const rows = await sql<{ peer: number }[]>`
    select case when c.user1_id = ${user} then c.user2_id else c.user1_id end as peer
    from conversation_members m join conversations c on c.id = m.conversation_id
    where m.user_id = ${user} and c.kind = 1
      and case when c.user1_id = ${user} then c.user2_id else c.user1_id end > ${after}
    order by peer limit ${limit}`
  return rows.map((row) => row.peer)
}

/** For each of these, somebody they know is not what they were. */
export async function noteForPeers(
  sql: Sql,
  user: number,
  peers: readonly number[],
  now: Date,
): Promise<void> {
  await sql`
    insert into account_changes (user_id, kind, ref, changed_at)
    select id, ${kinds.friend}::smallint, ${user}::bigint, ${now}::timestamptz
    from unnest(${[...peers]}::bigint[]) as id
    order by id
    on conflict (user_id, kind, ref)
      do update set xid = pg_current_xact_id(), changed_at = excluded.changed_at`
}
