// SQL of accounts as rows, and of profiles.
import type { Sql, TxSql } from '../../infra/db.ts'
import type { Role } from '../../core/actor.ts'

export interface UserRow {
  id: number
  user_id: string
  email: string
  email_verified_at: Date | null
  nickname: string
  avatar: string
  bio: string
  locale: string
  status_emoji: string
  status_text: string
  status_until: Date | null
  password_hash: string | null
  role: Role
  disabled_at: Date | null
  /** When the account is to be erased: asked for by its owner. */
  deletes_at: Date | null
  /** Set once nobody can come back. */
  deleted_at: Date | null
  /** Nobody can find, write to or befriend this account. */
  is_hidden: boolean
  created_at: Date
  updated_at: Date
  last_login_at: Date | null
}

export async function findUser(sql: Sql, id: number): Promise<UserRow | undefined> {
  const [row] = await sql<UserRow[]>`select * from users where id = ${id}`
  return row
}

/** Locked: signing in, leaving, being shut out and whatever changes the account come one after another. */
export async function lockUser(sql: TxSql, id: number): Promise<UserRow | undefined> {
  const [row] = await sql<UserRow[]>`select * from users where id = ${id} for no key update`
  return row
}

/** Waits for who is leaving right now; answers those nobody can find. */
export async function findHidden(sql: TxSql, ids: readonly number[]): Promise<number[]> {
  const rows = await sql<{ id: number; is_hidden: boolean }[]>`
    select id, is_hidden from users where id = any(${[...ids]}::bigint[]) order by id for share`
  return rows.filter((row) => row.is_hidden).map((row) => row.id)
}

export async function findUserByUserId(sql: Sql, userId: string): Promise<UserRow | undefined> {
  const [row] = await sql<UserRow[]>`select * from users where lower(user_id) = lower(${userId})`
  return row
}

export interface ProfileChange {
  nickname?: string
  avatar?: string
  bio?: string
  locale?: string
  /** Null takes it back. */
  status?: { readonly emoji: string; readonly text: string; readonly until: Date | null } | null
}

/** For the sweeper: what has ended is shown to nobody, and goes. */
export async function forgetStatuses(sql: Sql, now: Date, rows: number): Promise<number> {
  const { count } = await sql`
    update users set status_emoji = '', status_text = '', status_until = null
    where id in (
      select id from users where status_until <= ${now}
      order by status_until limit ${rows} for update skip locked)`
  return count
}

/** `updated_at` stands beside what others see: it moves when that does, and tells of nothing else. */
export async function updateProfile(
  sql: Sql,
  id: number,
  change: ProfileChange,
  now: Date,
): Promise<UserRow> {
  const { status } = change
  const isSaid = status !== undefined
  const [row] = await sql<UserRow[]>`
    update users set
      nickname = coalesce(${change.nickname ?? null}, nickname),
      avatar = coalesce(${change.avatar ?? null}, avatar),
      bio = coalesce(${change.bio ?? null}, bio),
      locale = coalesce(${change.locale ?? null}, locale),
      status_emoji = case when ${isSaid} then ${status?.emoji ?? ''} else status_emoji end,
      status_text = case when ${isSaid} then ${status?.text ?? ''} else status_text end,
      status_until = case when ${isSaid} then ${status?.until ?? null}::timestamptz
        else status_until end,
      updated_at = case
        when (nickname, avatar, bio) is distinct from (
          coalesce(${change.nickname ?? null}, nickname),
          coalesce(${change.avatar ?? null}, avatar),
          coalesce(${change.bio ?? null}, bio)) then ${now} else updated_at end
    where id = ${id}
    returning *`
  return row as UserRow
}
