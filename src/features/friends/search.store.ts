// SQL that finds people by how their id or nickname begins, and says what they are to somebody.
import { limits } from './limits.ts'
import type { Sql } from '../../infra/db.ts'
import type { Relationship } from '../../protocol/friends.ts'
import { isThereAs, mayBeSpelled, statusOf } from '../people/sight.sql.ts'
import type { Beginnings } from '../people/spelled.ts'
import type { StatusRow } from '../people/status.ts'
import { cutoff } from './requests.store.ts'
import { areFellows } from '../conversations/sight.sql.ts'
import { areApart, areFriends, hasBlocked, mayFind } from './sight.sql.ts'

type Part = ReturnType<Sql>

const byId = (sql: Sql) => sql`lower(u.user_id) collate "C"`
const folded = (sql: Sql, text: Part) => sql`lower(upper(${text} collate pg_c_utf8))`
/** As users_nickname_folded_idx has it. */
const byName = (sql: Sql) => folded(sql, sql`u.nickname`)

/**
 * Whether a text begins with another, as a range an index can serve: from the beginning itself to
 * where the highest character would follow it. No pattern is made of what somebody typed.
 */
const begins = (sql: Sql, text: ReturnType<typeof byId>, start: ReturnType<typeof byId>) =>
  sql`${text} >= ${start} and ${text} < ${start} || chr(1114111)`

/** The account is live, may be found, and neither has blocked the other. */
const visible = (sql: Sql, me: number) => sql`
  ${isThereAs(sql, sql`u`)} and not ${areApart(sql, me, sql`u.id`)}
    and ${mayFind(sql, sql`${me}::bigint`, sql`u.id`)}`

/** Names of friends that may be spelled so: one's own for them, and those they gave themselves. */
export async function findSpelled(
  sql: Sql,
  me: number,
  asked: Beginnings,
): Promise<{ id: number; name: string }[]> {
  return sql`
    select f.friend_id as id, n.name
    from friends f
      cross join lateral (select nickname from users where id = f.friend_id limit 1) u
      cross join lateral (values (u.nickname), (f.remark)) as n (name)
    where f.user_id = ${me} and ${mayBeSpelled(sql, sql`n.name`, asked)}`
}

/**
 * Exact matches first, then friends, those among them who are `spelled` so, then the others. Each part
 * reads one index in its order and stops at its limit, so that a single letter that fits half the people
 * costs no more than a name. `lateral … limit 1` keeps the look-ups of friends look-ups: a plan made
 * without knowing the keyword merged the friends with all of `users` instead.
 */
export function searchPeople(
  sql: Sql,
  me: number,
  keyword: string,
  address: string,
  spelled: readonly number[] = [],
) {
  const start = folded(sql, sql`${keyword}::text`)
  const idBegins = begins(sql, byId(sql), sql`lower(${keyword}::text) collate "C"`)
  const nameBegins = begins(sql, byName(sql), start)
  const remarkBegins = begins(sql, folded(sql, sql`f.remark`), start)
  const some = sql`limit ${limits.friends.foundMax}`
  return sql<{ id: number }[]>`
    with found as (
      (select u.id, 0 as rank from users u
        where lower(u.user_id) = lower(${keyword}::text) and ${visible(sql, me)})
      union all
      (select u.id, 0 from users u
        where lower(u.email) = lower(${address}::text) and u.email_verified_at is not null
          and ${visible(sql, me)})
      union all
      (select u.id, 1
        from friends f cross join lateral (select * from users where id = f.friend_id limit 1) u
        where f.user_id = ${me} and (${idBegins} or ${nameBegins} or ${remarkBegins})
          and ${visible(sql, me)}
        order by ${byName(sql)} ${some})
      union all
      (select u.id, 2 from users u where u.id = any(${[...spelled]}::bigint[]) and ${visible(sql, me)}
        order by ${byName(sql)} ${some})
      union all
      (select u.id, 3 from users u where ${idBegins} and ${visible(sql, me)}
        order by ${byId(sql)} ${some})
      union all
      (select u.id, 3 from users u where ${nameBegins} and ${visible(sql, me)}
        order by ${byName(sql)} ${some})
    )
    select u.id
    from (select id, min(rank) as rank from found group by id) best join users u using (id)
    order by best.rank, ${byName(sql)}, u.id ${some}`
}

/** Whether one finds the other by name: no block stands between them, and the other one may be found. */
export async function isFound(sql: Sql, me: number, other: number): Promise<boolean> {
  const [row] = await sql<{ is_found: boolean }[]>`
    select not ${areApart(sql, me, other)} and ${mayFind(sql, sql`${me}::bigint`, other)} as is_found`
  return row?.is_found ?? false
}

/** Whether one has the other's card: not whom they have blocked, nor a stranger to them. */
export async function isShown(sql: Sql, me: number, other: number, now: Date): Promise<boolean> {
  const [row] = await sql<{ is_shown: boolean }[]>`
    select not ${hasBlocked(sql, other, me)} and ${knows(sql, me, sql`${other}::bigint`, now)}
      as is_shown`
  return row?.is_shown ?? false
}

/** Those of these whom one neither may find nor knows anyhow. */
export async function findStrangers(
  sql: Sql,
  me: number,
  ids: readonly number[],
  now: Date,
): Promise<ReadonlySet<number>> {
  if (ids.length === 0) return new Set()
  const rows = await sql<{ id: number }[]>`
    select o.id from unnest(${[...new Set(ids)]}::bigint[]) as o (id)
    where not ${knows(sql, me, sql`o.id`, now)}`
  return new Set(rows.map(({ id }) => id))
}

/** They may find them, are friends, one waits for the other's answer, or they are in a group together. */
const knows = (sql: Sql, me: number, other: Part, now: Date) => sql`
  case
    when ${mayFind(sql, sql`${me}::bigint`, other)} or ${areFriends(sql, me, other)} then true
    when exists (
      select from friend_requests r
      where r.status = 0 and r.created_at > ${cutoff(now)}
        and least(r.from_id, r.to_id) = least(${me}::bigint, ${other})
        and greatest(r.from_id, r.to_id) = greatest(${me}::bigint, ${other})) then true
    else ${areFellows(sql, me, other)}
  end`

/** What each of these people is to me, and what friends say of themselves. */
export async function findRelationships(
  sql: Sql,
  me: number,
  ids: readonly number[],
  now: Date,
): Promise<Map<number, { relationship: Relationship; status: StatusRow | null }>> {
  const rows = await sql<{ id: number; relationship: Relationship; status: StatusRow | null }[]>`
    select o.id,
      case
        when o.id = ${me} then 'self'
        when ${areFriends(sql, me, sql`o.id`)} then 'friend'
        when r.from_id = ${me} then 'pending_sent'
        when r.to_id = ${me} then 'pending_received'
        else 'none'
      end as relationship,
      case when o.id = ${me} or ${areFriends(sql, me, sql`o.id`)}
        then ${statusOf(sql, sql`o.id`, now)} end as status
    from unnest(${[...ids]}::bigint[]) as o (id)
      left join friend_requests r on r.status = 0
        and least(r.from_id, r.to_id) = least(o.id, ${me}::bigint)
        and greatest(r.from_id, r.to_id) = greatest(o.id, ${me}::bigint)
        and r.created_at > ${cutoff(now)}`
  return new Map(rows.map(({ id, ...row }) => [id, row]))
}
