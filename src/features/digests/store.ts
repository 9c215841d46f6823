// SQL of digests: who is to be looked at, what waits for them, and what became of it. It writes what the
// settings of an account keep for it, beside the wish itself: whoever wants no digest is not looked at.
import type { Sql, TxSql } from '../../infra/db.ts'
import type { Digest } from '../../protocol/settings.ts'
import { isMuted } from '../conversations/sight.sql.ts'
import { areApart } from '../friends/sight.sql.ts'
import { isThereAs } from '../people/sight.sql.ts'
import { isMentioned, newestOfOthers, unreadIn } from '../push/sight.sql.ts'

/** As far as the database knows when they were seen last. */
export interface AwayRow {
  user: number
  digest: Exclude<Digest, 'off'>
  used_at: Date
}

export interface DueRow extends AwayRow {
  look_at: Date
  told_at: Date | null
  told_message_id: number | null
  /** There, and of an address that is proved to be theirs. */
  is_fit: boolean
}

const away = (sql: Sql) => sql`
  e.user_id as user, e.digest,
  greatest(e.updated_at, u.last_login_at,
    (select max(s.last_used_at) from sessions s where s.user_id = u.id)) as used_at`

const isFit = (sql: Sql) => sql`(u.email_verified_at is not null and ${isThereAs(sql, sql`u`)})`

export function findDue(sql: Sql, now: Date, limit: number): Promise<DueRow[]> {
  return sql<DueRow[]>`
    select ${away(sql)}, e.look_at, e.told_at, e.told_message_id, ${isFit(sql)} as is_fit
    from email_settings e join users u on u.id = e.user_id
    where e.look_at <= ${now}
    order by e.look_at, e.user_id limit ${limit}`
}

export async function isWantedByAny(sql: Sql): Promise<boolean> {
  const rows = await sql`select from email_settings where look_at is not null limit 1`
  return rows.length > 0
}

/**
 * Where something of others waits for somebody: not where they have muted it and are not called by name, and
 * not of whom a block keeps apart from them.
 */
const waiting = (sql: Sql, user: number) => sql`
  conversation_members m
    join conversations c on c.id = m.conversation_id
    cross join lateral ${newestOfOthers(sql)} x
  where m.user_id = ${user} and m.left_at is null and ${unreadIn(sql)} > 0
    and (not ${isMuted(sql)} or ${isMentioned(sql)})
    and not ${areApart(sql, sql`c.user1_id`, sql`c.user2_id`)}`

/** Null: nothing waits. */
export async function findNewestWaiting(sql: Sql, user: number): Promise<number | null> {
  const [row] = await sql<{ newest: number | null }[]>`
    select max(x.id) as newest from ${waiting(sql, user)}`
  return row?.newest ?? null
}

export interface WaitingRow {
  unread: number
  /** Of a group; null between two people. */
  group_name: string | null
  /** The other one of two people. */
  peer_id: number | null
  /** What they are called here, where they are friends and have another name. */
  remark: string | null
  sender_id: number
  message_type: number
  content: string
  /** A mail stays: what burns is not in one, nor what is said by whom a block keeps apart. */
  may_be_said: boolean
  /** In all, of which these are the newest. */
  conversations: number
  messages: number
}

const peer = (sql: Sql) => sql`case m.user_id when c.user1_id then c.user2_id else c.user1_id end`

export function findWaitingFor(sql: Sql, user: number, limit: number): Promise<WaitingRow[]> {
  return sql<WaitingRow[]>`
    select ${unreadIn(sql)} as unread,
      (select name from groups where conversation_id = c.id) as group_name,
      ${peer(sql)} as peer_id,
      (select nullif(remark, '') from friends
        where user_id = m.user_id and friend_id = ${peer(sql)}) as remark,
      x.sender_id, x.message_type, x.content,
      x.expires_at is null and not ${areApart(sql, sql`m.user_id`, sql`x.sender_id`)} as may_be_said,
      count(*) over () as conversations, (sum(${unreadIn(sql)}) over ())::bigint as messages
    from ${waiting(sql, user)}
    order by c.last_message_at desc, c.id desc limit ${limit}`
}

/** Until the transaction ends nobody else counts how many there were today. */
export async function lockDigests(sql: TxSql): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtext('digests'), 0)`
}

export async function countTold(sql: Sql, since: Date): Promise<number> {
  const [row] = await sql<{ count: number }[]>`
    select count(*) from email_settings where told_at > ${since}`
  return row?.count ?? 0
}

/** What was found out about somebody, and when to look again. */
export interface Judged {
  readonly user: number
  /** As it was when they were looked at: whoever has been looked at since is left alone. */
  readonly look_at: Date
  readonly next: Date
}

export async function putOff(sql: TxSql, judged: readonly Judged[]): Promise<void> {
  if (judged.length === 0) return
  await sql`
    update email_settings e set look_at = j.next from ${judgedRows(sql, judged)}
    where e.user_id = j.user_id and e.look_at = j.look_at`
}

/** Those whose digest is due by this. */
export async function markTold(
  sql: TxSql,
  judged: readonly (Judged & { readonly newest: number })[],
  now: Date,
): Promise<number[]> {
  if (judged.length === 0) return []
  const rows = await sql<{ user_id: number }[]>`
    update email_settings e
    set look_at = j.next, told_at = ${now}, told_message_id = n.newest
    from ${judgedRows(sql, judged)}
      join unnest(${judged.map((each) => each.user)}::bigint[],
        ${judged.map((each) => each.newest)}::bigint[]) n (user_id, newest) on n.user_id = j.user_id
    where e.user_id = j.user_id and e.look_at = j.look_at
    returning e.user_id`
  return rows.map((row) => row.user_id)
}

const judgedRows = (sql: Sql, judged: readonly Judged[]) => sql`
  unnest(${judged.map((each) => each.user)}::bigint[],
    ${judged.map((each) => each.look_at.toISOString())}::timestamptz[],
    ${judged.map((each) => each.next.toISOString())}::timestamptz[]) j (user_id, look_at, next)`

/** Whose digest was due then, is wanted still, and was not mailed. */
export async function findOwed(sql: Sql, user: number, at: Date): Promise<AwayRow | undefined> {
  const [row] = await sql<AwayRow[]>`
    select ${away(sql)}
    from email_settings e join users u on u.id = e.user_id
    where e.user_id = ${user} and e.told_at = ${at} and e.mailed_at is distinct from ${at}
      and e.digest <> 'off' and ${isFit(sql)}`
  return row
}

export async function markMailed(sql: Sql, user: number, at: Date): Promise<void> {
  await sql`
    update email_settings set mailed_at = told_at where user_id = ${user} and told_at = ${at}`
}
