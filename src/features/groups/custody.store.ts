// SQL of people who leave their groups for good.
import type { Sql } from '../../infra/db.ts'
import { noteAccounts, noteMembers } from '../changes.store.ts'
import { noteClosed } from './entry/requests.store.ts'
import { isOver } from './members.store.ts'

/**
 * Takes somebody out of at most `rows` groups. What they own goes to whoever stands highest and has been in
 * it longest; a group with nobody else ends. Locked in the order of their ids, as every writer does.
 */
export async function leaveGroups(sql: Sql, user: number, rows: number): Promise<number> {
  const [row] = await sql<{ count: number }[]>`
    with mine as materialized (
      select c.id from conversations c
        join conversation_members m on m.conversation_id = c.id and m.user_id = ${user}
      where c.kind = 2 and m.left_at is null
      order by c.id limit ${rows} for update of c
    ), heirs as materialized (
      select distinct on (m.conversation_id) m.conversation_id, m.user_id
      from mine join groups g on g.conversation_id = mine.id and g.owner_id = ${user}
        join conversation_members m on m.conversation_id = mine.id
          and m.user_id <> ${user} and m.left_at is null
      order by m.conversation_id, m.role desc, m.joined_at, m.user_id
    ), gone as (
      update conversation_members m
      set left_at = now(), role = 1, nickname = '', is_pinned = false, is_muted = false,
        muted_until = null, opened_at = null
      from mine where m.conversation_id = mine.id and m.user_id = ${user}
      returning m.conversation_id
    ), raised as (
      update conversation_members m set role = 3
      from heirs h where m.conversation_id = h.conversation_id and m.user_id = h.user_id
    ), noted as (${noteMembers(
      sql,
      sql`
        select conversation_id, ${user}::bigint from gone
        union all select conversation_id, user_id from heirs`,
    )}), handed as (
      update groups g
      set member_count = g.member_count - 1, updated_at = now(),
        owner_id = coalesce(h.user_id, g.owner_id),
        dissolved_at = case when g.owner_id = ${user} and h.user_id is null then now() end
      from mine left join heirs h on h.conversation_id = mine.id
      where g.conversation_id = mine.id
      returning g.conversation_id, g.dissolved_at
    ), asked as (
      select h.user_id, r.id from heirs h
        join group_requests r on r.conversation_id = h.conversation_id and r.status = 0
      union all
      select r.user_id, r.id from handed h
        join group_requests r on r.conversation_id = h.conversation_id and r.status = 0
      where h.dissolved_at is not null
    ), answered as (${noteAccounts(sql, 'join', sql`select user_id, id from asked`)}), counted as (
      update conversations c
      set version = version + 1, xid = pg_current_xact_id(), judged_xid = pg_current_xact_id(),
        is_open = c.is_open and h.dissolved_at is null
      from handed h where c.id = h.conversation_id
    )
    select count(*) from gone`
  return row?.count ?? 0
}

/** For the sweeper: requests that have waited too long. */
export async function expireRequests(sql: Sql, rows: number): Promise<number> {
  const expired = await sql`
    with closed as (
      update group_requests set status = 3, updated_at = now()
      where id in (
        select id from group_requests where ${isOver(sql)}
        order by created_at limit ${rows} for update skip locked)
      returning id, conversation_id, user_id
    ), ${noteClosed(sql)}
    select from closed`
  return expired.count
}

/** For the sweeper: invitations that have waited too long. */
export async function expireInvitations(sql: Sql, rows: number): Promise<number> {
  const [row] = await sql<{ count: number }[]>`
    with expired as (
      update group_invitations set status = 3, updated_at = now()
      where id in (
        select id from group_invitations where ${isOver(sql)}
        order by created_at limit ${rows} for update skip locked)
      returning invitee_id, id
    ), noted as (${noteAccounts(sql, 'invitation', sql`select invitee_id, id from expired`)})
    select count(*) from expired`
  return row?.count ?? 0
}

/** By and to somebody. */
export async function deleteInvitationsOf(sql: Sql, user: number, rows: number): Promise<number> {
  const [row] = await sql<{ count: number }[]>`
    with gone as (
      delete from group_invitations where id in (
        select id from group_invitations where inviter_id = ${user} or invitee_id = ${user}
        order by id limit ${rows})
      returning invitee_id, id
    ), noted as (${noteAccounts(
      sql,
      'invitation',
      sql`select invitee_id, id from gone where invitee_id <> ${user}`,
    )})
    select count(*) from gone`
  return row?.count ?? 0
}

/** What somebody has read of what was announced. */
export async function deleteReadsOf(sql: Sql, user: number, rows: number): Promise<number> {
  const gone = await sql`
    delete from announcement_reads where (announcement_id, user_id) in (
      select announcement_id, user_id from announcement_reads
      where user_id = ${user} limit ${rows})`
  return gone.count
}

/** Bans of somebody; those they made stay, for they keep others out. */
export async function deleteBansOf(sql: Sql, user: number, rows: number): Promise<number> {
  const gone = await sql`
    delete from group_bans where id in (
      select id from group_bans where user_id = ${user} order by id limit ${rows})`
  return gone.count
}

export async function deleteRequestsOf(sql: Sql, user: number, rows: number): Promise<number> {
  const gone = await sql`
    with closed as (
      delete from group_requests where id in (
        select id from group_requests where user_id = ${user} order by id limit ${rows})
      returning id, conversation_id, user_id
    ), ${noteClosed(sql)}
    select from closed`
  return gone.count
}

export interface TakenGroup {
  id: number
  group_id: string
  name: string
  role: number
  nickname: string
  joined_at: Date
  left_at: Date | null
  read_seq: number
}

/** What somebody takes along: groups they are in, by rising id. */
export async function pageGroups(
  sql: Sql,
  user: number,
  after: number,
  limit: number,
): Promise<TakenGroup[]> {
  return sql<TakenGroup[]>`
    select c.id, c.group_id, name, m.role, nickname, m.joined_at, m.left_at, m.read_seq
    from conversation_members m
      join conversations c on c.id = m.conversation_id
      join groups g on g.conversation_id = c.id
    where m.user_id = ${user} and m.left_at is null and m.conversation_id > ${after}
    order by m.conversation_id limit ${limit}`
}
