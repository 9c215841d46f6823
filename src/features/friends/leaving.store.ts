// SQL of people who leave and come back.
import type { Sql, TxSql } from '../../infra/db.ts'
import { isStayingAs } from '../people/sight.sql.ts'
import { noteRequests, status } from './requests.store.ts'
import { areApart } from './sight.sql.ts'

/** What somebody asked is withdrawn, what they were asked has expired. */
export async function withdrawAll(sql: TxSql, user: number, now: Date): Promise<void> {
  await sql`
    with withdrawn as (
      update friend_requests
      set status = case when from_id = ${user} then ${status.withdrawn}::smallint
          else ${status.expired}::smallint end,
        updated_at = ${now}
      where status = 0 and (from_id = ${user} or to_id = ${user})
      returning id, from_id, to_id
    ) ${noteRequests(sql, sql`withdrawn`)}`
}

/** Friends who are there themselves and between whom and the user nobody has blocked anybody. */
export async function findWritable(sql: Sql, user: number): Promise<number[]> {
  const rows = await sql<{ friend_id: number }[]>`
    select f.friend_id
    from friends f join users u on u.id = f.friend_id
    where f.user_id = ${user} and ${isStayingAs(sql, sql`u`)}
      and not ${areApart(sql, user, sql`f.friend_id`)}`
  return rows.map((row) => row.friend_id)
}
