// SQL of sessions and their refresh tokens.
import type { Role } from '../../core/actor.ts'
import type { Sql, TxSql } from '../../infra/db.ts'

export interface SessionRow {
  id: number
  user_id: number
  device_id: string
  device_name: string
  address: string
  created_at: Date
  last_used_at: Date
}

export async function insertSession(
  sql: Sql,
  session: { user: number; deviceId: string; deviceName: string; address: string; now: Date },
): Promise<number> {
  const [row] = await sql<{ id: number }[]>`
    insert into sessions (user_id, device_id, device_name, address, created_at, last_used_at)
    values (${session.user}, ${session.deviceId}, ${session.deviceName}, ${session.address},
      ${session.now}, ${session.now})
    returning id`
  return (row as { id: number }).id
}

export async function listSessions(sql: Sql, user: number): Promise<SessionRow[]> {
  return sql<SessionRow[]>`
    select id, user_id, device_id, device_name, address, created_at, last_used_at
    from sessions where user_id = ${user} and ended_at is null
    order by last_used_at desc, id desc`
}

export async function pageSessions(
  sql: Sql,
  user: number,
  after: number,
  limit: number,
): Promise<(SessionRow & { ended_at: Date | null })[]> {
  return sql<(SessionRow & { ended_at: Date | null })[]>`
    select id, user_id, device_id, device_name, address, created_at, last_used_at, ended_at
    from sessions where user_id = ${user} and id > ${after}
    order by id limit ${limit}`
}

/** A session as each request needs it, its person included. */
export interface LiveSession {
  id: number
  user: number
  user_id: string
  nickname: string
  role: Role
  device_id: string
  disabled: boolean
  last_used_at: Date
}

/** Those of disabled people too, ended as they are: they are told why they are refused. */
export async function findLiveSessions(
  sql: Sql,
  ids: readonly number[],
): Promise<Map<number, LiveSession>> {
  const rows = await sql<LiveSession[]>`
    select s.id, s.user_id as user, u.user_id, u.nickname, u.role, s.device_id, s.last_used_at,
      u.disabled_at is not null as disabled
    from sessions s join users u on u.id = s.user_id
    where s.id = any(${[...ids]}::bigint[]) and (s.ended_at is null or u.disabled_at is not null)`
  return new Map(rows.map((row) => [row.id, row]))
}

export async function touchSession(
  sql: Sql,
  id: number,
  now: Date,
  address?: string,
): Promise<void> {
  await sql`
    update sessions set last_used_at = ${now}, address = coalesce(${address ?? null}, address)
    where id = ${id}`
}

/**
 * Why sessions end. The database takes no other word (sql/migrations/0029_session_ends.sql): a new
 * one needs a migration.
 */
export const endReasons = [
  'signed out',
  'surplus',
  'password changed',
  // Of unproved owners when the address was proved: those people were never at home here.
  'address proved by its owner',
  'refresh token reused',
  'disabled',
  'account left',
] as const
export type EndReason = (typeof endReasons)[number]

const ousted: EndReason = 'address proved by its owner'

/** Ends sessions of one user; answers those that had been live. All but `keep` without ids. */
export async function endSessionRows(
  sql: Sql,
  user: number,
  which: { ids: readonly number[] } | { keep: number | null },
  why: EndReason,
  now: Date,
): Promise<number[]> {
  const rows = await sql<{ id: number }[]>`
    update sessions set ended_at = ${now}, ended_why = ${why}
    where user_id = ${user} and ended_at is null and ${
      'ids' in which
        ? sql`id = any(${[...which.ids]}::bigint[])`
        : sql`id is distinct from ${which.keep}`
    }
    returning id`
  return rows.map((row) => row.id)
}

/** The sessions of a user beyond the newest `keep`. */
export async function findSurplusSessions(sql: Sql, user: number, keep: number): Promise<number[]> {
  const rows = await sql<{ id: number }[]>`
    select id from sessions where user_id = ${user} and ended_at is null
    order by last_used_at desc, id desc offset ${keep}`
  return rows.map((row) => row.id)
}

export async function insertRefreshToken(
  sql: TxSql,
  session: number,
  hash: Buffer,
  expiresAt: Date,
): Promise<void> {
  await sql`
    insert into refresh_tokens (session_id, token_hash, expires_at)
    values (${session}, ${hash}, ${expiresAt})`
}

export interface RefreshRow {
  id: number
  session_id: number
  user: number
  user_id: string
  expires_at: Date
  spent_at: Date | null
  spent_by: Buffer | null
  salt: Buffer | null
  session_ended: boolean
  disabled: boolean
}

/** Locked: two swaps of one token come one after the other. */
export async function lockRefreshToken(sql: TxSql, hash: Buffer): Promise<RefreshRow | undefined> {
  const [row] = await sql<RefreshRow[]>`
    select r.id, r.session_id, s.user_id as user, u.user_id, r.expires_at, r.spent_at, r.spent_by, r.salt,
      s.ended_at is not null as session_ended, u.disabled_at is not null as disabled
    from refresh_tokens r
      join sessions s on s.id = r.session_id
      join users u on u.id = s.user_id
    where r.token_hash = ${hash}
    for update of r`
  return row
}

export async function spendRefreshToken(
  sql: TxSql,
  id: number,
  how: { now: Date; by: Buffer; salt: Buffer },
): Promise<void> {
  await sql`
    update refresh_tokens set spent_at = ${how.now}, spent_by = ${how.by}, salt = ${how.salt}
    where id = ${id}`
}

export async function isRefreshTokenUnspent(sql: Sql, hash: Buffer): Promise<boolean> {
  const rows = await sql`
    select from refresh_tokens where token_hash = ${hash} and spent_at is null`
  return rows.length > 0
}

/** Network addresses at which the owner of an e-mail or a user id signed in. */
export async function findPlaces(sql: Sql, name: string, since: Date): Promise<string[]> {
  const rows = await sql<{ address: string }[]>`
    select distinct address from sessions
    where user_id in (
        select id from users where lower(email) = lower(${name})
        union select id from users where lower(user_id) = lower(${name})
      )
      and last_used_at > ${since} and ended_why is distinct from ${ousted}
    limit 1000`
  return rows.map((row) => row.address)
}

export async function deleteOldTokens(sql: Sql, now: Date, rows: number): Promise<number> {
  const gone = await sql`
    delete from refresh_tokens where id in (
      select id from refresh_tokens where expires_at < ${now} order by expires_at limit ${rows})`
  return gone.count
}

export async function deleteOldSessions(
  sql: Sql,
  endedBefore: Date,
  rows: number,
): Promise<number> {
  const gone = await sql`
    delete from sessions where id in (
      select id from sessions where ended_at < ${endedBefore} order by ended_at limit ${rows})`
  return gone.count
}
