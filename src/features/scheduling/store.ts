// SQL of scheduled messages, as their owner sees them.
import type { Sql, TxSql } from '../../infra/db.ts'
import { states } from '../../protocol/scheduled.ts'
import { noteAccounts } from '../changes.store.ts'
import { isIn, mayRead } from '../conversations/sight.sql.ts'
import type { Draft } from '../messages/commit/draft.ts'

export const stateOf = {
  scheduled: states.indexOf('scheduled'),
  sending: states.indexOf('sending'),
  sent: states.indexOf('sent'),
  failed: states.indexOf('failed'),
  cancelled: states.indexOf('cancelled'),
} as const

export interface ScheduledRow {
  id: number
  user_id: number
  conversation_id: number
  client_msg_id: string
  /** As text: a number would lose its end. */
  digest: string
  message_type: number
  content: string
  media_url: string
  reply_to_id: number | null
  at_users: number[] | null
  at_names: string
  send_at: Date
  state: number
  attempts: number
  message_id: number | null
  error_code: number | null
  created_at: Date
  updated_at: Date
}

/** By the alias `s`. */
export const columns = (sql: Sql) => sql`
  s.id, s.user_id, s.conversation_id, s.client_msg_id, s.digest::text as digest, s.message_type,
  s.content, s.media_url, s.reply_to_id, s.at_users, s.at_names, s.send_at, s.state, s.attempts,
  s.message_id, s.error_code, s.created_at, s.updated_at`

/** Until the end of the transaction nothing else is scheduled by this person: the bound holds. */
export async function lockScheduling(sql: TxSql, user: number): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtext('scheduled of'), ${user % 2 ** 31}::int)`
}

export interface Chance {
  waiting: number
  /** A message with this client_msg_id was said already. */
  is_said: boolean
  is_in: boolean
  is_open: boolean
  has_reply: boolean
}

/** Whether it could be sent now, as far as it is worth saying: it is decided when it is sent. */
export async function findChance(sql: Sql, draft: Draft): Promise<Chance | undefined> {
  const { ref, senderId: user, clientMsgId, replyToId } = draft
  const [row] = await sql<Chance[]>`
    select
      (select count(*) from scheduled_messages
        where user_id = ${user} and state in (${stateOf.scheduled}, ${stateOf.sending})) as waiting,
      exists (select from messages
        where sender_id = ${user} and client_msg_id = ${clientMsgId}) as is_said,
      exists (select from conversation_members m
        where m.conversation_id = c.id and m.user_id = ${user} and ${isIn(sql, sql`m`)}) as is_in,
      c.is_open,
      ${replyToId}::bigint is null or exists (
        select from messages r join conversation_members m
          on m.conversation_id = r.conversation_id and m.user_id = ${user}
        where r.id = ${replyToId} and r.conversation_id = c.id
          and ${mayRead(sql, sql`m`, sql`r.seq`)}) as has_reply
    from conversations c where c.id = ${ref.id}`
  return row
}

export async function insertScheduled(
  sql: TxSql,
  draft: Draft,
  sendAt: Date,
  now: Date,
): Promise<ScheduledRow | undefined> {
  const users = draft.atUsers && `{${draft.atUsers.join()}}`
  const [row] = await sql<ScheduledRow[]>`
    insert into scheduled_messages as s (user_id, conversation_id, client_msg_id, digest, message_type,
      content, media_url, reply_to_id, at_users, at_names, send_at, due_at, created_at, updated_at)
    values (${draft.senderId}, ${draft.ref.id}, ${draft.clientMsgId}, ${String(draft.digest)}::bigint,
      ${draft.type}, ${draft.content}, ${draft.mediaUrl}, ${draft.replyToId},
      ${users}::text::bigint[], ${draft.atNames}, ${sendAt}, ${sendAt}, ${now}, ${now})
    returning ${columns(sql)}`
  return row
}

export async function findByClientId(
  sql: Sql,
  user: number,
  clientMsgId: string,
): Promise<ScheduledRow | undefined> {
  const [row] = await sql<ScheduledRow[]>`
    select ${columns(sql)} from scheduled_messages s
    where s.user_id = ${user} and s.client_msg_id = ${clientMsgId}`
  return row
}

export async function findScheduled(
  sql: Sql,
  user: number,
  id: number,
): Promise<ScheduledRow | undefined> {
  const [row] = await sql<ScheduledRow[]>`
    select ${columns(sql)} from scheduled_messages s where s.id = ${id} and s.user_id = ${user}`
  return row
}

interface Range {
  readonly conversation: number | undefined
  readonly after: { readonly sendAt: Date; readonly id: number } | undefined
  readonly limit: number
}

/** What waits or has failed, the next one first. */
export function listScheduled(sql: Sql, user: number, { conversation, after, limit }: Range) {
  return sql<ScheduledRow[]>`
    select ${columns(sql)} from scheduled_messages s
    where s.user_id = ${user} and s.state in (0, 1, 3)
      ${conversation === undefined ? sql`` : sql`and s.conversation_id = ${conversation}`}
      ${after === undefined ? sql`` : sql`and (s.send_at, s.id) > (${after.sendAt}, ${after.id})`}
    order by s.send_at, s.id limit ${limit}`
}

/** What nobody is sending; what it said is gone with it. Answers whether it was there to be cancelled. */
export async function cancelScheduled(
  sql: TxSql,
  user: number,
  id: number,
  now: Date,
): Promise<boolean> {
  const done = await sql`
    update scheduled_messages
    set state = ${stateOf.cancelled}, content = '', media_url = '', at_users = null, at_names = '[]',
      updated_at = ${now}
    where id = ${id} and user_id = ${user}
      and state in (${stateOf.scheduled}, ${stateOf.failed})`
  return done.count > 0
}

/** At most so many of somebody's; answers how many it were. */
export async function deleteSome(sql: Sql, user: number, rows: number): Promise<number> {
  const gone = await sql`
    delete from scheduled_messages where id in (
      select id from scheduled_messages where user_id = ${user} limit ${rows})`
  return gone.count
}

/** What is settled for so long that nobody asks for it any more; what failed is listed until then. */
export async function deleteSettled(sql: Sql, before: Date, rows: number): Promise<number> {
  const failed: ReturnType<Sql> = sql`
    select user_id, id from gone where state = ${stateOf.failed}`
  const [row] = await sql<{ count: number }[]>`
    with gone as (
      delete from scheduled_messages where id in (
        select id from scheduled_messages
        where state >= ${stateOf.sent} and updated_at < ${before} limit ${rows})
      returning user_id, id, state
    ), noted as (${noteAccounts(sql, 'scheduled', failed)})
    select count(*) from gone`
  return row?.count ?? 0
}

/** Of these what waits or has failed. */
export function findWaiting(sql: Sql, user: number, ids: readonly number[]) {
  return sql<ScheduledRow[]>`
    select ${columns(sql)} from scheduled_messages s
    where s.id = any(${[...ids]}::bigint[]) and s.user_id = ${user} and s.state in (0, 1, 3)`
}

/** Whose words are to go to this account, which is not what it was. */
export async function noteScheduledTo(sql: Sql, user: number): Promise<void> {
  await noteAccounts(
    sql,
    'scheduled',
    sql`
      select s.user_id, s.id
      from conversation_members m
        join conversations c on c.id = m.conversation_id and c.kind = 1
        join scheduled_messages s on s.conversation_id = c.id
      where m.user_id = ${user} and s.state in (0, 1, 3)`,
  )
}

/** All of that by rising id. */
export async function pageScheduled(
  sql: Sql,
  user: number,
  after: number,
  limit: number,
): Promise<ScheduledRow[]> {
  return sql<ScheduledRow[]>`
    select ${columns(sql)} from scheduled_messages s
    where s.user_id = ${user} and s.id > ${after} and s.state in (0, 1, 3)
    order by s.id limit ${limit}`
}
