// SQL of the members of groups, as they are shown.
import type { Sql } from '../../infra/db.ts'
import { limits } from './limits.ts'

export interface MemberRow {
  id: number
  group_id: string
  user_id: number
  role: number
  nickname: string
  joined_at: Date
  is_muted: boolean
  muted_until: Date | null
}

export const columns = (sql: Sql) => sql`
  m.user_id as id, c.group_id, m.user_id, m.role, nickname, m.joined_at,
  coalesce(m.muted_until > now(), false) as is_muted,
  case when m.muted_until > now() then m.muted_until end as muted_until`

export async function findMember(
  sql: Sql,
  conversation: number,
  user: number,
): Promise<MemberRow | undefined> {
  const [row] = await sql<MemberRow[]>`
    select ${columns(sql)}
    from conversation_members m join conversations c on c.id = m.conversation_id
    where m.conversation_id = ${conversation} and m.user_id = ${user} and m.left_at is null`
  return row
}

/** Where a page of members begins: behind this role and account. */
export interface MemberPosition {
  readonly role: number
  readonly id: number
}

/** A page: behind a place, or so many from the first. */
export interface MemberPage {
  readonly after: MemberPosition | null
  readonly limit: number
  readonly offset: number
}

export const behind = (sql: Sql, after: MemberPosition | null) =>
  after ? sql`and (-m.role, m.user_id) > (${-after.role}::int, ${after.id}::bigint)` : sql``

/** Higher roles first. */
export async function listMembers(
  sql: Sql,
  conversation: number,
  { after, limit, offset }: MemberPage,
): Promise<MemberRow[]> {
  return sql<MemberRow[]>`
    select ${columns(sql)}
    from conversation_members m join conversations c on c.id = m.conversation_id
    where m.conversation_id = ${conversation} and m.left_at is null ${behind(sql, after)}
    order by -m.role, m.user_id limit ${limit} offset ${offset}`
}

/** Those of these accounts who are in it, in the same order. */
export async function findMembers(
  sql: Sql,
  conversation: number,
  users: readonly number[],
): Promise<MemberRow[]> {
  return sql<MemberRow[]>`
    select ${columns(sql)}
    from conversation_members m join conversations c on c.id = m.conversation_id
    where m.conversation_id = ${conversation} and m.user_id = any(${[...users]}::bigint[])
      and m.left_at is null
    order by -m.role, m.user_id`
}

export const status = { pending: 0, accepted: 1, rejected: 2, expired: 3, withdrawn: 4 } as const

/** It has waited too long, whether or not the sweeper has come by. */
export const isOver = (sql: Sql, made = sql`created_at`) => sql`
  (status = 0 and ${made} <= now() - ${limits.groups.requestLifeMs / 1000} * interval '1 second')`
