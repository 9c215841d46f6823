// SQL of what those who know somebody have to catch up on.
import { kinds } from '../../protocol/kept.ts'
import type { Sql } from '../../infra/db.ts'
import { areApart } from './sight.sql.ts'

/**
 * Whoever has a conversation with them, friends and those who were, by rising id after one of them; and
 * whether a block stands between the two.
 */
export async function pageOfPeers(
  sql: Sql,
  user: number,
  after: number,
  limit: number,
): Promise<{ peer: number; is_apart: boolean }[]> {
  return sql`
    select peer, ${areApart(sql, user, sql`peer`)} as is_apart from (
      select case when c.user1_id = ${user} then c.user2_id else c.user1_id end as peer
      from conversation_members m join conversations c on c.id = m.conversation_id
      where m.user_id = ${user} and c.kind = 1
        and case when c.user1_id = ${user} then c.user2_id else c.user1_id end > ${after}
      order by peer limit ${limit}) known`
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
