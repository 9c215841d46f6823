// SQL of groups: what they are.
import { must } from '../../core/assert.ts'
import type { Sql, TxSql } from '../../infra/db.ts'
import { staysOutOfGroups } from '../settings/sight.sql.ts'
import type { Settings } from './policy.ts'

/** A group as somebody sees it. */
export interface GroupRow {
  /** Of its conversation. */
  id: number
  group_id: string
  name: string
  description: string
  avatar: string
  owner_id: number
  owner_name: string
  max_members: number
  member_count: number
  is_public: boolean
  join_approval: boolean
  history: number
  posting_role: number
  slow_seconds: number
  created_at: Date
  updated_at: Date
  /** Null for whoever is not in it. */
  my_role: number | null
}

export const columns = (sql: Sql) => sql`
  g.conversation_id as id, c.group_id, name, description, avatar, owner_id,
  (select user_id from users where id = owner_id) as owner_name, g.max_members,
  g.member_count, g.is_public, g.join_approval, g.history,
  c.posting_role, c.slow_seconds, g.created_at, g.updated_at, m.role as my_role`

export const joined = (sql: Sql, viewer: number) => sql`
  groups g
    join conversations c on c.id = g.conversation_id
    left join conversation_members m on m.conversation_id = g.conversation_id
      and m.user_id = ${viewer} and m.left_at is null`

/** Nothing of a group that was dissolved. */
export async function findGroup(
  sql: Sql,
  groupId: string,
  viewer: number,
): Promise<GroupRow | undefined> {
  const [row] = await sql<GroupRow[]>`
    select ${columns(sql)} from ${joined(sql, viewer)}
    where c.kind = 2 and c.group_id = ${groupId} and g.dissolved_at is null`
  return row
}

export async function findGroups(
  sql: Sql,
  ids: readonly number[],
  viewer: number,
): Promise<GroupRow[]> {
  if (ids.length === 0) return []
  return sql<GroupRow[]>`
    select ${columns(sql)} from ${joined(sql, viewer)}
    where g.conversation_id = any(${[...ids]}::bigint[]) and g.dissolved_at is null`
}

/** Of one person, the newest first; below `before`. */
export async function listGroupsOf(
  sql: Sql,
  user: number,
  { before, limit, offset }: { before: number; limit: number; offset: number },
): Promise<GroupRow[]> {
  return sql<GroupRow[]>`
    select ${columns(sql)} from ${joined(sql, user)}
    where g.conversation_id in (
        select conversation_id from conversation_members
        where user_id = ${user} and left_at is null)
      and g.conversation_id < ${before}
    order by g.conversation_id desc limit ${limit} offset ${offset}`
}

export async function insertGroup(
  sql: TxSql,
  group: { id: number; owner: number; members: number; maxMembers: number; settings: Settings },
): Promise<void> {
  const { id, owner, members, maxMembers, settings } = group
  const { name = '', description = '', avatar = '' } = settings
  const { is_public = false, join_approval = false, history = 0 } = settings
  await sql`
    insert into groups (conversation_id, owner_id, name, description, avatar, max_members,
      member_count, is_public, join_approval, history)
    values (${id}, ${owner}, ${name}, ${description}, ${avatar},
      ${settings.max_members ?? maxMembers}, ${members}, ${is_public}, ${join_approval}, ${history})`
}

export async function updateGroup(sql: TxSql, id: number, change: Settings): Promise<void> {
  const { name = null, description = null, avatar = null, max_members = null } = change
  const { is_public = null, join_approval = null, history = null } = change
  await sql`
    update groups
    set name = coalesce(${name}, name), description = coalesce(${description}, description),
      avatar = coalesce(${avatar}, avatar), max_members = coalesce(${max_members}, max_members),
      is_public = coalesce(${is_public}, is_public),
      join_approval = coalesce(${join_approval}, join_approval),
      history = coalesce(${history}, history), updated_at = now()
    where conversation_id = ${id}`
}

export async function updateOwner(sql: TxSql, id: number, owner: number): Promise<void> {
  await sql`
    update groups set owner_id = ${owner}, updated_at = now() where conversation_id = ${id}`
}

export async function markDissolved(sql: TxSql, id: number): Promise<void> {
  await sql`update groups set dissolved_at = now() where conversation_id = ${id}`
}

/** The conversation is locked. Answers how many are in it then. */
export async function addToCount(sql: TxSql, id: number, members: number): Promise<number> {
  const [row] = await sql<{ member_count: number }[]>`
    update groups set member_count = member_count + ${members} where conversation_id = ${id}
    returning member_count`
  return must(row, 'a group has its row').member_count
}

/** Until the end of the transaction nobody else lets this person into a group or takes them out. */
export async function lockGroupsOf(sql: TxSql, user: number): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtext('groups of'), ${user % 2 ** 31}::int)`
}

/** Those who were in a group that was dissolved to its end, by rising account. */
export async function listLastMembers(
  sql: Sql,
  id: number,
  after: number,
): Promise<{ group_id: string; users: number[] }> {
  const rows = await sql<{ group_id: string; user_id: number }[]>`
    select c.group_id, m.user_id
    from conversations c join conversation_members m on m.conversation_id = c.id
    where c.id = ${id} and m.user_id > ${after}
      -- They left all at once.
      and m.left_at = (select max(left_at) from conversation_members where conversation_id = ${id})
    order by m.user_id limit 1000`
  return { group_id: rows[0]?.group_id ?? '', users: rows.map((row) => row.user_id) }
}

/** A step: true when each of these may be put into a group. Their accounts are locked, so it stays so. */
export async function mayBePutIn(sql: TxSql, users: readonly number[]): Promise<boolean> {
  const out = await sql`
    select from unnest(${[...users]}::bigint[]) as u (id)
    where ${staysOutOfGroups(sql, sql`u.id`)} limit 1`
  return out.length === 0
}
