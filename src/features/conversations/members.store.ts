// SQL of who is in a conversation.
import { must } from '../../core/assert.ts'
import type { Sql, TxSql } from '../../infra/db.ts'

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

/** Members a seq is for. */
export async function listMembers(
  sql: Sql,
  id: number,
  { after, seq, limit }: { after: number; seq: number; limit: number },
): Promise<number[]> {
  const rows = await sql<{ user_id: number }[]>`
    select user_id from conversation_members
    where conversation_id = ${id} and left_at is null and sees_after < ${seq} and user_id > ${after}
    order by user_id limit ${limit}`
  return rows.map((row) => row.user_id)
}

/** The first members of each of these, by rising id: enough to see whether there are more. */
export async function listFirstMembers(
  sql: Sql,
  conversations: readonly number[],
  limit: number,
): Promise<{ id: number; members: number[]; since: number[] }[]> {
  const rows = await sql<{ id: number; members: string[]; since: string[] }[]>`
    select c.id, coalesce(m.members, '{}') as members, coalesce(m.since, '{}') as since
    from unnest(${[...conversations]}::bigint[]) as c (id)
      cross join lateral (
        select array_agg(user_id) as members, array_agg(sees_after) as since
        from (
          select user_id, sees_after from conversation_members
          where conversation_id = c.id and left_at is null
          order by user_id limit ${limit}) first) m`
  return rows.map(({ id, members, since }) => ({
    id,
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
    insert into conversation_members (conversation_id, user_id, role, sees_after, read_seq, read_count)
    select ${conversation}, unnest(${[...users]}::bigint[]), ${role}, ${seesAfter}, ${readSeq}, ${readSeq}
    on conflict (conversation_id, user_id) do update
      set left_at = null, joined_at = now(), role = excluded.role, sees_after = excluded.sees_after,
        read_seq = excluded.read_seq, read_count = excluded.read_count, read_at = null, nickname = '',
        is_pinned = false, is_muted = false, opened_at = null
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

export async function updateNickname(
  sql: TxSql,
  conversation: number,
  user: number,
  nickname: string,
): Promise<void> {
  await sql`
    update conversation_members set nickname = ${nickname}
    where conversation_id = ${conversation} and user_id = ${user} and left_at is null`
}

/** Nobody is in it from now on, and nothing more is said. */
export async function dissolve(sql: TxSql, conversation: number): Promise<void> {
  await sql`
    update conversation_members
    set left_at = now(), is_pinned = false, is_muted = false, opened_at = null
    where conversation_id = ${conversation} and left_at is null`
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

/** Counts a change. Whoever sends meanwhile is judged by what is true after it. */
export async function countChange(sql: TxSql, conversation: number): Promise<void> {
  await sql`
    update conversations
    set version = version + 1, updated_at = now(), judged_xid = pg_current_xact_id()
    where id = ${conversation}`
}

/** Of all groups together; people in a dissolved one are not in it. */
export async function countGroupsOf(sql: Sql, user: number): Promise<number> {
  const [row] = await sql<{ count: number }[]>`
    select count(*) from conversation_members m join conversations c on c.id = m.conversation_id
    where m.user_id = ${user} and m.left_at is null and c.kind = 2`
  return row?.count ?? 0
}
