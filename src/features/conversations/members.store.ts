// SQL of who is in a conversation.
import { must } from '../../core/assert.ts'
import type { Sql, TxSql } from '../../infra/db.ts'
import { noteAccounts, noteMembers } from '../changes.store.ts'

export interface Member {
  user_id: number
  name: string
}

/** Those of these names who are in it now. */
export async function findMembersNamed(
  sql: Sql,
  conversation: number,
  names: readonly string[],
): Promise<Member[]> {
  return sql`
    select m.user_id, u.user_id as name
    from users u join conversation_members m on m.user_id = u.id
    where lower(u.user_id) = any(${names.map((name) => name.toLowerCase())}::text[])
      and m.conversation_id = ${conversation} and m.left_at is null`
}

/** The next page of members, by rising id. */
export async function listMembers(
  sql: Sql,
  id: number,
  { after, limit }: { after: number; limit: number },
): Promise<number[]> {
  const rows = await sql<{ user_id: number }[]>`
    select user_id from conversation_members
    where conversation_id = ${id} and left_at is null and user_id > ${after}
    order by user_id limit ${limit}`
  return rows.map((row) => row.user_id)
}

export interface Membership {
  id: number
  is_channel: boolean
  last_seq: number
  /** Changes with whoever comes or goes, see messages/commit/store. */
  version: string | null
  /** None of a channel. */
  members: number[]
  /** One per member. */
  since: number[]
}

/** All members of each of these, by rising id, where it is no channel. */
export async function listMemberships(
  sql: Sql,
  conversations: readonly number[],
): Promise<Membership[]> {
  const rows = await sql<(Omit<Membership, 'members' | 'since'> & Record<string, string[]>)[]>`
    select c.id, c.is_channel, c.last_seq, c.judged_xid::text as version,
      coalesce(m.members, '{}') as members, coalesce(m.since, '{}') as since
    from conversations c
      left join lateral (
        select array_agg(user_id order by user_id) as members,
          array_agg(sees_after order by user_id) as since
        from conversation_members
        where conversation_id = c.id and left_at is null) m on not c.is_channel
    where c.id = any(${[...conversations]}::bigint[])`
  return rows.map(({ members = [], since = [], ...row }) => ({
    ...row,
    members: members.map(Number),
    since: since.map(Number),
  }))
}

/** Locks the conversation, as whoever sends does, and says where its seq stands. */
export async function lockConversation(
  sql: TxSql,
  id: number,
): Promise<{ last_seq: number; is_open: boolean } | undefined> {
  const [row] = await sql<{ last_seq: number; is_open: boolean }[]>`
    select last_seq, is_open from conversations where id = ${id} for update`
  return row
}

export async function insertGroupConversation(sql: TxSql, groupId: string): Promise<number> {
  const [row] = await sql<{ id: number }[]>`
    insert into conversations (kind, group_id) values (2, ${groupId}) returning id`
  return must(row, 'a conversation was made').id
}

/**
 * Lets people in and answers whom: not those who are in it. Whoever comes again comes as somebody new, but
 * an admin's muting outlasts going and coming.
 */
export async function insertMembers(
  sql: TxSql,
  conversation: number,
  users: readonly number[],
  { role, seesAfter, readSeq }: { role: number; seesAfter: number; readSeq: number },
): Promise<number[]> {
  const rows = await sql<{ user_id: number }[]>`
    insert into conversation_members (
      conversation_id, user_id, role, sees_after, read_seq, read_count, in_channel)
    select id, unnest(${[...users]}::bigint[]), ${role}, ${seesAfter}, ${readSeq}, ${readSeq}, is_channel
    from conversations where id = ${conversation}
    on conflict (conversation_id, user_id) do update
      set left_at = null, joined_at = now(), returned_xid = pg_current_xact_id(),
        role = excluded.role, sees_after = excluded.sees_after,
        read_seq = excluded.read_seq, read_count = excluded.read_count, read_at = null, nickname = '',
        in_channel = excluded.in_channel, is_pinned = false, is_muted = false, opened_at = null,
        archived_seq = null, unread_at_seq = null
      where conversation_members.left_at is not null
    returning user_id`
  return rows.map((row) => row.user_id)
}

/** False for somebody who is not in it. */
export async function removeMember(
  sql: TxSql,
  conversation: number,
  user: number,
): Promise<boolean> {
  const gone = await sql`
    with unsaid as (
      delete from conversation_drafts
      where conversation_id = ${conversation} and user_id = ${user}
    )
    update conversation_members
    set left_at = now(), role = 1, is_pinned = false, is_muted = false, opened_at = null
    where conversation_id = ${conversation} and user_id = ${user} and left_at is null`
  return gone.count > 0
}

export async function updateRole(
  sql: TxSql,
  conversation: number,
  user: number,
  role: number,
): Promise<void> {
  await sql`
    update conversation_members set role = ${role}
    where conversation_id = ${conversation} and user_id = ${user} and left_at is null`
}

export async function updateMutedUntil(
  sql: TxSql,
  conversation: number,
  user: number,
  until: Date | null,
): Promise<void> {
  await sql`
    update conversation_members set muted_until = ${until}
    where conversation_id = ${conversation} and user_id = ${user} and left_at is null`
}

/** Whether anything changed. */
export async function updateNickname(
  sql: TxSql,
  conversation: number,
  user: number,
  nickname: string,
): Promise<boolean> {
  const { count } = await sql`
    update conversation_members set nickname = ${nickname}
    where conversation_id = ${conversation} and user_id = ${user} and left_at is null
      and nickname <> ${nickname}`
  return count > 0
}

/** Nobody is in it from now on, and nothing more is said. */
export async function dissolve(sql: TxSql, conversation: number): Promise<void> {
  await sql`
    with gone as (
      update conversation_members
      set left_at = now(), is_pinned = false, is_muted = false, opened_at = null
      where conversation_id = ${conversation} and left_at is null
      returning user_id
    ), unsaid as (
      delete from conversation_drafts
      where conversation_id = ${conversation} and user_id in (select user_id from gone)
    )
    ${noteAccounts(sql, 'conversation', sql`select user_id, ${conversation}::bigint from gone`)}`
  await sql`update conversations set is_open = false where id = ${conversation}`
}

export async function updatePosting(
  sql: TxSql,
  conversation: number,
  posting: { role?: number | undefined; slowSeconds?: number | undefined },
): Promise<void> {
  await sql`
    update conversations
    set posting_role = coalesce(${posting.role ?? null}, posting_role),
      slow_seconds = coalesce(${posting.slowSeconds ?? null}, slow_seconds)
    where id = ${conversation}`
}

/**
 * Somebody looks otherwise: noted in their next groups by rising id, which it answers. Locked in the order
 * of their ids, as every writer does.
 */
export async function noteFellow(
  sql: Sql,
  user: number,
  after: number,
  limit: number,
): Promise<number[]> {
  const rows = await sql<{ id: number }[]>`
    with mine as materialized (
      select c.id from conversations c
        join conversation_members m on m.conversation_id = c.id and m.user_id = ${user}
      where c.kind = 2 and m.left_at is null and c.id > ${after}
      order by c.id limit ${limit} for update of c
    ), counted as (
      update conversations c set version = version + 1, xid = pg_current_xact_id()
      from mine where c.id = mine.id
    ), noted as (${noteMembers(sql, sql`select id, ${user}::bigint from mine`)})
    select id from mine order by id`
  return rows.map((row) => row.id)
}

/** Counts a change. Whoever sends meanwhile is judged by what is true after it. */
export async function countChange(sql: TxSql, conversation: number): Promise<void> {
  await sql`
    update conversations
    set version = version + 1, xid = pg_current_xact_id(), updated_at = now(),
      judged_xid = pg_current_xact_id()
    where id = ${conversation}`
}

/**
 * The same after somebody came in: with so many members it becomes a channel. Answers whether it is one,
 * and whether it has become one now. The conversation is locked.
 */
export async function countEntry(
  sql: TxSql,
  conversation: number,
  membersMax: number,
): Promise<{ is_channel: boolean; has_grown: boolean }> {
  const [row] = await sql<{ is_channel: boolean; has_grown: boolean }[]>`
    with before as materialized (
      select is_channel from conversations where id = ${conversation}
    ), counted as (
      update conversations c
      set version = version + 1, xid = pg_current_xact_id(), updated_at = now(),
        judged_xid = pg_current_xact_id(),
        is_channel = case when c.is_channel then true else ${membersMax} < (
          select count(*) from (
            select from conversation_members
            where conversation_id = ${conversation} and left_at is null
            limit ${membersMax + 1}) first) end
      where id = ${conversation}
      returning c.is_channel
    ), marked as (
      update conversation_members m set in_channel = true
      from before b, counted c
      where m.conversation_id = ${conversation} and not b.is_channel and c.is_channel
    )
    select c.is_channel, c.is_channel and not b.is_channel as has_grown from before b, counted c`
  return must(row, 'somebody came into a conversation')
}

/** Of all groups together; people in a dissolved one are not in it. */
export async function countGroupsOf(sql: Sql, user: number): Promise<number> {
  const [row] = await sql<{ count: number }[]>`
    select count(*) from conversation_members m join conversations c on c.id = m.conversation_id
    where m.user_id = ${user} and m.left_at is null and c.kind = 2`
  return row?.count ?? 0
}

/** The next groups of both, by rising id. */
export async function listShared(
  sql: Sql,
  one: number,
  other: number,
  after: number,
  limit: number,
): Promise<number[]> {
  const rows = await sql<{ id: number }[]>`
    select m.conversation_id as id
    from conversation_members m
      join conversation_members o on o.conversation_id = m.conversation_id
        and o.user_id = ${other} and o.left_at is null
    where m.user_id = ${one} and not m.is_direct and m.left_at is null
      and m.conversation_id > ${after}
    order by m.conversation_id limit ${limit}`
  return rows.map((row) => row.id)
}
