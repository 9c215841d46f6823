// SQL that finds groups, and members of one, by how a name begins or may be spelled.
import type { Sql } from '../../infra/db.ts'
import { hasBlocked } from '../friends/sight.sql.ts'
import { firstSign, mayBeSpelled } from '../people/sight.sql.ts'
import type { Beginnings } from '../people/spelled.ts'
import { limits } from './limits.ts'
import { behind, type MemberPage } from './members.store.ts'
import { columns, joined, type GroupRow } from './store.ts'

const folded = (sql: Sql, text: ReturnType<Sql>) => sql`lower(upper(${text} collate pg_c_utf8))`

/**
 * Public groups and one's own by how their name begins or by their whole id; then those that are `spelled`
 * so. Each by name; public ones as groups_name_folded_idx folds it.
 */
export async function searchGroups(
  sql: Sql,
  viewer: number,
  keyword: string,
  spelled: readonly number[],
  { limit, offset }: { limit: number; offset: number },
): Promise<GroupRow[]> {
  const name = folded(sql, sql`g.name`)
  const start = folded(sql, sql`${keyword}::text`)
  const begins = sql`${name} >= ${start} and ${name} < ${start} || chr(1114111)`
  return sql<GroupRow[]>`
    with found as (
      (select g.conversation_id as id, 0 as rank from groups g
        where g.is_public and g.dissolved_at is null and ${begins}
        order by ${name}, g.conversation_id limit ${offset + limit})
      union all
      (select g.conversation_id, 0 from ${groupsOf(sql, viewer)} where ${begins})
      union all
      (select c.id, 0 from conversations c where c.kind = 2 and c.group_id = ${keyword})
      union all
      select id, 1 from unnest(${[...spelled]}::bigint[]) as id
    )
    select ${columns(sql)}
    from (select id, min(rank) as rank from found group by id) best
      join ${joined(sql, viewer)} on g.conversation_id = best.id
    where g.dissolved_at is null and (g.is_public or m.role is not null)
    order by best.rank, ${name}, g.conversation_id limit ${limit} offset ${offset}`
}

/** Those somebody is in. */
const groupsOf = (sql: Sql, user: number) => sql`
  conversation_members mine join groups g on g.conversation_id = mine.conversation_id
    and mine.user_id = ${user} and not mine.is_direct and mine.left_at is null
    and g.dissolved_at is null`

/** Names that may be spelled so, of groups that somebody may find; of many public ones the first by name. */
export async function findSpelledGroups(
  sql: Sql,
  viewer: number,
  asked: Beginnings,
): Promise<{ id: number; name: string }[]> {
  const isFirst = sql`${firstSign(sql, sql`g.name`)} = any(${[...asked.first]}::text[])`
  return sql`
    select id, name
    from (
      select g.conversation_id as id, g.name, false as is_own from groups g
        where g.is_public and g.dissolved_at is null and ${isFirst}
      union all
      select g.conversation_id, g.name, true from ${groupsOf(sql, viewer)}
    ) of_viewer
    where ${mayBeSpelled(sql, sql`name`, asked)}
    order by is_own desc, ${folded(sql, sql`name`)}, id limit ${limits.groups.spelledMax}`
}

/**
 * By rank and account, as members are listed; `spelled` besides those whose id or name begins so. Whom
 * somebody has blocked finds them by their id alone.
 */
export async function searchMembers(
  sql: Sql,
  conversation: number,
  viewer: number,
  keyword: string,
  spelled: readonly number[],
  { after, limit, offset }: MemberPage,
): Promise<number[]> {
  const start = folded(sql, sql`${keyword}::text`)
  const rows = await sql<{ user_id: number }[]>`
    select m.user_id
    from conversation_members m join users u on u.id = m.user_id
    where m.conversation_id = ${conversation} and m.left_at is null ${behind(sql, after)}
      and (starts_with(${folded(sql, sql`u.user_id`)}, ${start})
        or (starts_with(${folded(sql, sql`u.nickname`)}, ${start})
            or starts_with(${folded(sql, sql`m.nickname`)}, ${start})
            or m.user_id = any(${[...spelled]}::bigint[]))
          and not ${hasBlocked(sql, sql`m.user_id`, viewer)})
    order by -m.role, m.user_id limit ${limit} offset ${offset}`
  return rows.map((row) => row.user_id)
}

/** Names of members that may be spelled so. */
export async function findSpelledMembers(
  sql: Sql,
  conversation: number,
  asked: Beginnings,
): Promise<{ id: number; name: string }[]> {
  return sql`
    select m.user_id as id, n.name
    from conversation_members m join users u on u.id = m.user_id
      cross join lateral (values (u.nickname), (m.nickname)) as n (name)
    where m.conversation_id = ${conversation} and m.left_at is null
      and ${mayBeSpelled(sql, sql`n.name`, asked)}`
}
