// SQL of settings.
import type { Sql, TxSql } from '../../infra/db.ts'
import type { Privacy } from '../../protocol/settings.ts'

/** Nothing for who has set nothing. */
export async function findPrivacy(sql: Sql, user: number): Promise<Privacy | undefined> {
  const [row] = await sql<Privacy[]>`
    select receipts, typing, last_seen, find_me, request_me, group_me
    from privacy_settings where user_id = ${user}`
  return row && { ...row }
}

export async function writePrivacy(sql: TxSql, user: number, privacy: Privacy): Promise<void> {
  const { receipts, typing, last_seen, find_me, request_me, group_me } = privacy
  await sql`
    insert into privacy_settings (
      user_id, receipts, typing, last_seen, find_me, request_me, group_me)
    values (${user}, ${receipts}, ${typing}, ${last_seen}, ${find_me}, ${request_me}, ${group_me})
    on conflict (user_id) do update set
      receipts = excluded.receipts, typing = excluded.typing, last_seen = excluded.last_seen,
      find_me = excluded.find_me, request_me = excluded.request_me, group_me = excluded.group_me`
}

export async function deletePrivacy(sql: Sql, user: number): Promise<number> {
  const gone = await sql`delete from privacy_settings where user_id = ${user}`
  return gone.count
}
