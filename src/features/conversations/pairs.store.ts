// SQL that opens and closes the conversations of two people.
import type { Sql, TxSql } from '../../infra/db.ts'

/** A mark that was moved while its conversation was closed: the other one has not been told. */
export interface HiddenMark {
  conversation_id: number
  reader: number
  read_seq: number
  read_at: Date
  unread: number
}

/**
 * A part of a statement that has `opened` conversations. The rows are locked first, so a mark on its
 * way either is seen here or finds the conversation open.
 */
const hiddenMarks = (sql: Sql) => sql`
  held as materialized (
    select m.* from conversation_members m join opened on opened.id = m.conversation_id
    order by m.conversation_id, m.user_id for update of m
  )
  select m.conversation_id, m.user_id as reader, m.read_seq, m.read_at,
    c.last_seq - greatest(m.read_seq, m.read_count) as unread
  from held m join conversations c on c.id = m.conversation_id
  where m.closed_read_seq < m.read_seq`

/**
 * Creates the direct conversation of two people, or opens it again. `first` and `second` are in
 * the lexicographic order of their user_ids, so the pair has one row.
 */
export async function openPair(sql: TxSql, first: number, second: number): Promise<HiddenMark[]> {
  const [row] = await sql<{ id: number }[]>`
    insert into conversations (kind, user1_id, user2_id) values (1, ${first}, ${second})
    on conflict (user1_id, user2_id) where kind = 1
      do update set is_open = true, version = conversations.version + 1, xid = pg_current_xact_id()
    returning id`
  const { id } = row as { id: number }
  return sql<HiddenMark[]>`
    with opened as (
      select ${id}::bigint as id
    ), joined as (
      insert into conversation_members (conversation_id, user_id, is_direct)
      values (${id}, ${first}, true), (${id}, ${second}, true)
      on conflict do nothing
    ), ${hiddenMarks(sql)}`
}

/**
 * A part of a statement that has `closed` conversations: keeps where their marks stand, which is
 * all the other one is shown from now on. A mark on its way has locked its row: it either came
 * before and is kept, or comes after and is not seen.
 */
export const keepMarks = (sql: Sql) => sql`
  update conversation_members m
  set closed_read_seq = m.read_seq, closed_read_at = m.read_at
  from closed where m.conversation_id = closed.id`

/**
 * From the commit of this on, nobody can write there. One that is closed stays as it is, but is
 * locked too: somebody who is coming back may be opening it at this moment.
 */
export async function closePair(sql: TxSql, first: number, second: number): Promise<void> {
  await sql`
    with pair as materialized (
      select id, is_open from conversations
      where kind = 1 and user1_id = ${first} and user2_id = ${second}
      for update
    ), closed as (
      update conversations c set is_open = false, version = c.version + 1, xid = pg_current_xact_id()
      from pair where c.id = pair.id and pair.is_open
      returning c.id
    ) ${keepMarks(sql)}`
}

/**
 * Rows are locked in the order of their ids, as every writer does. Closed ones are locked too: a
 * peer who is coming back may be opening one at this moment, and the lock shows what came of it.
 */
export async function closePairsOf(sql: TxSql, user: number): Promise<void> {
  await sql`
    with mine as materialized (
      select id, is_open from conversations
      where kind = 1 and id in (
        select conversation_id from conversation_members where user_id = ${user})
      order by id for update
    ), closed as (
      update conversations c set is_open = false, version = c.version + 1, xid = pg_current_xact_id()
      from mine where c.id = mine.id and mine.is_open
      returning c.id
    ) ${keepMarks(sql)}`
}

/** Until the end of the transaction nobody else opens or closes one of these. */
export async function lockPairsOf(sql: TxSql, user: number): Promise<void> {
  await sql`
    select from conversations
    where kind = 1 and id in (
      select conversation_id from conversation_members where user_id = ${user})
    order by id for update`
}

export async function openPairsOf(
  sql: TxSql,
  user: number,
  peers: readonly number[],
): Promise<HiddenMark[]> {
  return sql<HiddenMark[]>`
    with opened as (
      update conversations set is_open = true, version = version + 1, xid = pg_current_xact_id()
      where kind = 1 and not is_open and id in (
          select conversation_id from conversation_members where user_id = ${user})
        and case when user1_id = ${user} then user2_id else user1_id end
          = any(${[...peers]}::bigint[])
      returning id
    ), ${hiddenMarks(sql)}`
}

/** Somebody's direct conversations that are still open, some of them. */
export async function closePairs(sql: Sql, user: number, rows: number): Promise<number> {
  const [row] = await sql<{ count: number }[]>`
    with closed as (
      update conversations set is_open = false, version = version + 1, xid = pg_current_xact_id()
      where id in (
        select c.id from conversation_members m join conversations c on c.id = m.conversation_id
        where m.user_id = ${user} and c.kind = 1 and c.is_open
        order by c.id limit ${rows} for update of c)
      returning id
    ), kept as (${keepMarks(sql)})
    select count(*) from closed`
  return row?.count ?? 0
}
