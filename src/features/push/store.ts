// SQL of registrations, and of the key we are known by.
import type { Sql } from '../../infra/db.ts'
import type { PushKind } from '../../infra/push.ts'
import { isMuted } from '../conversations/sight.sql.ts'
import type { PushSettings } from '../../protocol/push.ts'
import type { PushRow } from '../settings/push.ts'
import { isMentioned } from './sight.sql.ts'

export interface SubscriptionRow {
  id: number
  user_id: number
  kind: PushKind
  /** These three of a browser. */
  endpoint: string | null
  p256dh: string | null
  auth: string | null
  /** These three of a phone. */
  token: string | null
  app_id: string | null
  is_sandbox: boolean
  created_at: Date
  /** See deliver.ts; null when the last notification was taken. */
  failing_since: Date | null
  failed_at: Date | null
  failing_why: string | null
}

export type BrowserRow = SubscriptionRow & { endpoint: string; p256dh: string; auth: string }

/** The same endpoint again belongs to whoever registered it last: one browser, one person. */
export async function upsertSubscription(
  sql: Sql,
  row: {
    user: number
    session: number
    endpoint: string
    p256dh: string
    auth: string
    settings: PushSettings | null
  },
): Promise<BrowserRow> {
  const [stored] = await sql<BrowserRow[]>`
    insert into push_subscriptions (user_id, session_id, endpoint, p256dh, auth, settings)
    values (${row.user}, ${row.session}, ${row.endpoint}, ${row.p256dh}, ${row.auth},
      ${row.settings && sql.json(row.settings)})
    on conflict (endpoint) do update
      set user_id = excluded.user_id, session_id = excluded.session_id,
        p256dh = excluded.p256dh, auth = excluded.auth, settings = excluded.settings,
        failing_since = null, failed_at = null, failing_why = null
    returning *`
  return stored as BrowserRow
}

/** Keeps so many of a person's: this one, then the newest of sessions that live. */
export async function trimSubscriptions(
  sql: Sql,
  { user, id, keep }: { user: number; id: number; keep: number },
): Promise<void> {
  await sql`
    delete from push_subscriptions where id in (
      select p.id from push_subscriptions p join sessions s on s.id = p.session_id
      where p.user_id = ${user} and p.id <> ${id}
      order by (s.ended_at is null) desc, p.created_at desc, p.id desc offset ${keep - 1})`
}

export async function deleteSubscription(sql: Sql, id: number, user: number): Promise<boolean> {
  const rows = await sql`
    delete from push_subscriptions where id = ${id} and user_id = ${user} and kind = 'web'
    returning id`
  return rows.length > 0
}

export async function pageSubscriptions(
  sql: Sql,
  user: number,
  after: number,
  limit: number,
): Promise<BrowserRow[]> {
  return sql<BrowserRow[]>`
    select * from push_subscriptions where user_id = ${user} and kind = 'web' and id > ${after}
    order by id limit ${limit}`
}

export async function deleteSome(sql: Sql, user: number, limit: number): Promise<number> {
  const rows = await sql`
    delete from push_subscriptions where id in (
      select id from push_subscriptions where user_id = ${user} limit ${limit})`
  return rows.count
}

/** Its push service knows it no more. One that was registered anew meanwhile is none of the same. */
export async function deleteGone(
  sql: Sql,
  { id, user_id, endpoint, token }: SubscriptionRow,
): Promise<void> {
  await sql`
    delete from push_subscriptions
    where id = ${id} and user_id = ${user_id}
      and endpoint is not distinct from ${endpoint} and token is not distinct from ${token}`
}

export interface LivingRow extends SubscriptionRow {
  /** Of whoever it belongs to. */
  locale: string
  /** This device's own. */
  settings: PushSettings | null
  /** Its account's; null: it has none. */
  account: PushRow | null
  /** When it was last told something of this conversation, unless that was taken away again. */
  shown_at: Date | null
  /** Up to which message. */
  shown_seq: number | null
}

/** A registration whose session still lives, of somebody who may still sign in. */
export async function findLiving(
  sql: Sql,
  id: number,
  conversation: number,
): Promise<LivingRow | undefined> {
  const [row] = await sql<LivingRow[]>`
    select p.*, u.locale, to_jsonb(own) as account,
      case last.state when 'sent' then last.at end as shown_at,
      case last.state when 'sent' then last.seq end as shown_seq
    from push_subscriptions p
      join sessions s on s.id = p.session_id
      join users u on u.id = p.user_id
      left join push_settings own on own.user_id = p.user_id
      left join lateral (
        select state, at, seq from push_attempts
        where registration_id = p.id and conversation_id = ${conversation}
          and state in ('sent', 'cleared')
        order by id desc limit 1
      ) last on true
    where p.id = ${id} and s.ended_at is null and u.disabled_at is null`
  return row
}

/** Of these kinds: what nobody would take is no job. */
export async function findReachable(
  sql: Sql,
  users: readonly number[],
  kinds: readonly PushKind[],
): Promise<{ id: number; user_id: number }[]> {
  if (users.length === 0) return []
  return sql<{ id: number; user_id: number }[]>`
    select id, user_id from push_subscriptions
    where user_id = any(${[...users]}::bigint[]) and kind = any(${[...kinds]}::text[])`
}

/** Members with a registration and something unread, unless they muted it and are not mentioned. */
export async function findReachableIn(
  sql: Sql,
  conversation: number,
  { after, limit }: { after: number; limit: number },
): Promise<number[]> {
  const rows = await sql<{ user_id: number }[]>`
    select m.user_id
    from conversation_members m join conversations c on c.id = m.conversation_id
    where m.conversation_id = ${conversation} and m.left_at is null and m.user_id > ${after}
      and greatest(m.read_seq, m.read_count) < c.last_seq
      and exists (select from push_subscriptions where user_id = m.user_id)
      and (not ${isMuted(sql)} or ${isMentioned(sql)})
    order by m.user_id limit ${limit}`
  return rows.map((row) => row.user_id)
}

export async function markFailing(sql: Sql, id: number, why: string, now: Date): Promise<void> {
  await sql`
    update push_subscriptions
    set failing_since = coalesce(failing_since, ${now}), failed_at = ${now}, failing_why = ${why}
    where id = ${id}`
}

export async function clearFailing(sql: Sql, id: number): Promise<void> {
  await sql`
    update push_subscriptions set failing_since = null, failed_at = null, failing_why = null
    where id = ${id}`
}

export interface TroubleRow {
  service: string
  why: string
  registrations: number
  since: Date
}

/** Services that have taken nothing since then or longer and were asked again after `asked`. */
export async function findTroubles(
  sql: Sql,
  { since, asked, limit }: { since: Date; asked: Date; limit: number },
): Promise<TroubleRow[]> {
  return sql<TroubleRow[]>`
    select coalesce(substring(p.endpoint from '^https?://(?:[^/?#@]*@)?([^/?#]+)'), p.kind) as service,
      p.failing_why as why, count(*)::int as registrations, min(p.failing_since) as since
    from push_subscriptions p
      join sessions s on s.id = p.session_id
    where p.failing_since <= ${since} and p.failed_at >= ${asked} and s.ended_at is null
    group by 1, 2 order by 3 desc, 1, 2 limit ${limit}`
}

export interface VapidRow {
  vapid_public_key: string | null
  vapid_private_key: string | null
}

export async function findVapid(sql: Sql): Promise<VapidRow> {
  const [row] = await sql<VapidRow[]>`
    select vapid_public_key, vapid_private_key from installation`
  return row as VapidRow
}

/** The first writer's keys stay; answers what is stored. */
export async function keepVapid(
  sql: Sql,
  publicKey: string,
  sealedPrivateKey: string,
): Promise<VapidRow> {
  await sql`
    update installation
    set vapid_public_key = ${publicKey}, vapid_private_key = ${sealedPrivateKey}
    where vapid_public_key is null`
  return findVapid(sql)
}
