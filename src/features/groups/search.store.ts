// SQL that finds members of a group by how one of their names begins.
import type { Sql } from '../../infra/db.ts'
import { behind, type MemberPage } from './members.store.ts'

/** By rank and account, as members are listed. */
export async function searchMembers(
  sql: Sql,
  conversation: number,
  keyword: string,
  { after, limit, offset }: MemberPage,
): Promise<number[]> {
  const folded = (text: ReturnType<Sql>) => sql`lower(upper(${text} collate pg_c_utf8))`
  const start = folded(sql`${keyword}::text`)
  const rows = await sql<{ user_id: number }[]>`
    select m.user_id
    from conversation_members m join users u on u.id = m.user_id
    where m.conversation_id = ${conversation} and m.left_at is null ${behind(sql, after)}
      and (starts_with(${folded(sql`u.user_id`)}, ${start})
        or starts_with(${folded(sql`u.nickname`)}, ${start})
        or starts_with(${folded(sql`m.nickname`)}, ${start}))
    order by -m.role, m.user_id limit ${limit} offset ${offset}`
  return rows.map((row) => row.user_id)
}
