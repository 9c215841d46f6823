// SQL of what messages said before they were edited.
import { mayRead } from '../conversations/sight.sql.ts'
import type { Sql, TxSql } from '../../infra/db.ts'
import { changedNow } from './store.ts'

/** Puts other words into a message, and keeps those it had. For whoever has locked it. */
export async function reviseMessage(sql: TxSql, id: number, content: string): Promise<void> {
  await sql`
    with kept as (
      insert into message_revisions (message_id, n, sender_id, content, said_at)
      select id, 1 + (select count(*) from message_revisions where message_id = ${id}), sender_id,
        content, coalesce(edited_at, created_at)
      from messages where id = ${id}
    )
    update messages set content = ${content}, edited_at = ${changedNow(sql)} where id = ${id}`
}

/** Whether somebody said this in a conversation they are in still, and has not deleted it. */
export async function isOwnMessage(sql: Sql, id: number, user: number): Promise<boolean> {
  const [row] = await sql`
    select from messages x
      join conversation_members m on m.conversation_id = x.conversation_id
        and m.user_id = ${user} and ${mayRead(sql, sql`m`, sql`x.seq`)}
    where x.id = ${id} and x.sender_id = ${user}`
  return row !== undefined
}

export interface RevisionRow {
  message_id: number
  n: number
  content: string
  said_at: Date
}

/** Of one message, the oldest first. */
export async function listRevisions(
  sql: Sql,
  message: number,
  { after, limit }: { after: number; limit: number },
): Promise<RevisionRow[]> {
  return sql<RevisionRow[]>`
    select message_id, n, content, said_at from message_revisions
    where message_id = ${message} and n > ${after}::bigint
    order by n limit ${limit}`
}

/** Of all that somebody said and that stays, by message; never some of a message without the others. */
export async function pageRevisionsOf(
  sql: Sql,
  user: number,
  after: number,
  limit: number,
): Promise<RevisionRow[]> {
  return sql<RevisionRow[]>`
    select message_id, n, content, said_at from (
      select * from message_revisions r
      where sender_id = ${user} and message_id > ${after}
        and not exists (select from message_ends where message_id = r.message_id)
      order by message_id fetch first ${limit} rows with ties) r
    order by message_id, n`
}

export async function deleteRevisionsOf(sql: Sql, user: number, rows: number): Promise<number> {
  const gone = await sql`
    delete from message_revisions where (message_id, n) in (
      select message_id, n from message_revisions where sender_id = ${user} limit ${rows})`
  return gone.count
}
