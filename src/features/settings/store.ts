// SQL of settings.
import { must } from '../../core/assert.ts'
import type { Sql, TxSql } from '../../infra/db.ts'
import type { Digest, Privacy } from '../../protocol/settings.ts'

interface SetRow {
  privacy: Privacy | null
  digest: Digest | null
}

/** Null where somebody has set nothing. In one look: whoever comes back asks for it. */
export async function findSet(sql: Sql, user: number): Promise<SetRow> {
  const [row] = await sql<SetRow[]>`
    select (
        select json_build_object('receipts', receipts, 'typing', typing, 'last_seen', last_seen,
          'find_me', find_me, 'request_me', request_me, 'group_me', group_me)
        from privacy_settings where user_id = ${user}) as privacy,
      (select digest from email_settings where user_id = ${user}) as digest`
  return must(row, 'a look without a table has one row')
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
