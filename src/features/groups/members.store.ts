// SQL of the members of groups, as they are shown, and of those who ask to be.
import { must } from '../../core/assert.ts'
import type { Sql, TxSql } from '../../infra/db.ts'
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

export interface RequestRow {
  id: number
  conversation_id: number
  group_id: string
  user_id: number
  message: string
  status: number
  created_at: Date
  updated_at: Date
}

/** Nothing while one of theirs waits already. */
export async function insertRequest(
  sql: TxSql,
  request: { conversation: number; user: number; message: string },
): Promise<RequestRow | undefined> {
  const { conversation, user, message } = request
  await sql`
    update group_requests set status = ${status.expired}, updated_at = now()
    where conversation_id = ${conversation} and user_id = ${user} and ${isOver(sql)}`
  const [row] = await sql<RequestRow[]>`
    insert into group_requests (conversation_id, user_id, message)
    values (${conversation}, ${user}, ${message})
    on conflict (conversation_id, user_id) where status = 0 do nothing
    returning *, (select group_id from conversations where id = ${conversation}) as group_id`
  return row
}

export async function countRequests(sql: Sql, conversation: number): Promise<number> {
  const [row] = await sql<{ count: number }[]>`
    select count(*) from group_requests where conversation_id = ${conversation} and status = 0`
  return must(row, 'a count has a row').count
}

export async function findRequest(sql: Sql, id: number): Promise<RequestRow | undefined> {
  const [row] = await sql<RequestRow[]>`
    select r.*, c.group_id from group_requests r join conversations c on c.id = r.conversation_id
    where r.id = ${id}`
  return row
}

/** Those that wait, newest first. */
export async function listRequests(
  sql: Sql,
  conversation: number,
  page: { before: number; limit: number; offset: number },
): Promise<RequestRow[]> {
  return sql<RequestRow[]>`
    select r.*, c.group_id from group_requests r join conversations c on c.id = r.conversation_id
    where r.conversation_id = ${conversation} and status = 0 and not ${isOver(sql, sql`r.created_at`)}
      and r.id < ${page.before}
    order by r.id desc limit ${page.limit} offset ${page.offset}`
}

/** Nothing when it no longer waits. */
export async function closeRequest(
  sql: TxSql,
  id: number,
  to: number,
): Promise<RequestRow | undefined> {
  const [row] = await sql<RequestRow[]>`
    update group_requests r set status = ${to}, updated_at = now()
    from conversations c
    where r.id = ${id} and status = 0 and not ${isOver(sql, sql`r.created_at`)} and c.id = r.conversation_id
    returning r.*, c.group_id`
  return row
}

/** Whoever came in another way, or is kept out, asks no more. */
export async function closeRequestsOf(
  sql: TxSql,
  conversation: number,
  users: readonly number[],
  to: number,
): Promise<void> {
  await sql`
    update group_requests set status = ${to}, updated_at = now()
    where conversation_id = ${conversation} and user_id = any(${[...users]}::bigint[]) and status = 0`
}
