// SQL of what those who know somebody have to catch up on.
import type { Sql } from '../../infra/db.ts'
import { noteAccounts } from '../changes.store.ts'
import { statusOf } from '../people/sight.sql.ts'
import type { StatusRow } from '../people/status.ts'
import { areApart, areFriends } from './sight.sql.ts'

/**
 * Whoever has a conversation with them, friends and those who were, by rising id after one of them; and
 * whether they are friends, or a block stands between the two.
 */
export async function pageOfPeers(
  sql: Sql,
  user: number,
  after: number,
  limit: number,
): Promise<{ peer: number; is_friend: boolean; is_apart: boolean }[]> {
  return sql`
    select peer, ${areFriends(sql, user, sql`peer`)} as is_friend,
      ${areApart(sql, user, sql`peer`)} as is_apart
    from (
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
): Promise<void> {
  await noteAccounts(
    sql,
    'friend',
    sql`select id, ${user}::bigint from unnest(${[...peers]}::bigint[]) as id`,
  )
}

/** For one, each of these is not what they were. */
export async function noteOwnPeers(
  sql: Sql,
  user: number,
  peers: readonly number[],
): Promise<void> {
  await noteAccounts(
    sql,
    'friend',
    sql`select ${user}::bigint, id from unnest(${[...peers]}::bigint[]) as id`,
  )
}

/** What somebody says of themselves now. */
export async function findStatus(sql: Sql, user: number, now: Date): Promise<StatusRow | null> {
  const [row] = await sql<{ status: StatusRow | null }[]>`
    select ${statusOf(sql, user, now)} as status`
  return row?.status ?? null
}
