// All SQL of accounts.
import type { Sql } from '../../infra/db.ts'
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

export interface NewUser {
  userId: string
  email: string
  nickname: string
  locale: string
  verifiedAt: Date | null
  passwordHash: string | null
}

export async function insertUser(sql: Sql, user: NewUser): Promise<UserRow> {
  const [row] = await sql<UserRow[]>`
    insert into users (user_id, email, nickname, locale, email_verified_at, password_hash)
    values (${user.userId}, ${user.email}, ${user.nickname}, ${user.locale}, ${user.verifiedAt},
      ${user.passwordHash})
    returning *`
  return row as UserRow
}

export async function findUser(sql: Sql, id: number): Promise<UserRow | undefined> {
  const [row] = await sql<UserRow[]>`select * from users where id = ${id}`
  return row
}

export async function findUserByEmail(sql: Sql, email: string): Promise<UserRow | undefined> {
  const [row] = await sql<UserRow[]>`select * from users where lower(email) = lower(${email})`
  return row
}

/** Locked: signing in, leaving, being shut out and changing a password come one after another. */
export async function lockUser(sql: Sql, id: number): Promise<UserRow | undefined> {
  const [row] = await sql<UserRow[]>`select * from users where id = ${id} for no key update`
  return row
}

export async function lockUserByEmail(sql: Sql, email: string): Promise<UserRow | undefined> {
  const [row] = await sql<UserRow[]>`
    select * from users where lower(email) = lower(${email}) for no key update`
  return row
}

/** Waits for who is leaving right now; answers those nobody can find. */
export async function findHidden(sql: Sql, ids: readonly number[]): Promise<number[]> {
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
}

/** `updated_at` stands beside what others see: it moves when that does, and tells of nothing else. */
export async function updateProfile(
  sql: Sql,
  id: number,
  change: ProfileChange,
  now: Date,
): Promise<UserRow> {
  const [row] = await sql<UserRow[]>`
    update users set
      nickname = coalesce(${change.nickname ?? null}, nickname),
      avatar = coalesce(${change.avatar ?? null}, avatar),
      bio = coalesce(${change.bio ?? null}, bio),
      locale = coalesce(${change.locale ?? null}, locale),
      updated_at = case
        when (nickname, avatar, bio) is distinct from (
          coalesce(${change.nickname ?? null}, nickname),
          coalesce(${change.avatar ?? null}, avatar),
          coalesce(${change.bio ?? null}, bio)) then ${now} else updated_at end
    where id = ${id}
    returning *`
  return row as UserRow
}

export async function updatePasswordHash(sql: Sql, id: number, hash: string | null): Promise<void> {
  await sql`update users set password_hash = ${hash} where id = ${id}`
}

export async function markDisabled(sql: Sql, id: number, at: Date | null): Promise<void> {
  await sql`update users set disabled_at = ${at} where id = ${id}`
}

/** The address is proved: true when it was not before. */
export async function markEmailVerified(sql: Sql, id: number, now: Date): Promise<boolean> {
  const rows = await sql`
    update users set email_verified_at = ${now}
    where id = ${id} and email_verified_at is null
    returning id`
  return rows.length > 0
}

export async function markLogin(sql: Sql, id: number, now: Date): Promise<void> {
  await sql`update users set last_login_at = ${now} where id = ${id}`
}

export interface NewAdmin {
  readonly userId: string
  readonly email: string
  readonly passwordHash: string
  readonly role: Role
  readonly now: Date
}

/** None when the name is taken by anything but a living admin with this very address. */
export async function upsertAdmin(sql: Sql, admin: NewAdmin): Promise<UserRow | undefined> {
  const [row] = await sql<UserRow[]>`
    insert into users (user_id, email, nickname, email_verified_at, password_hash, role)
    values (${admin.userId}, ${admin.email}, ${admin.userId}, ${admin.now}, ${admin.passwordHash},
      ${admin.role})
    on conflict (lower(user_id)) do update
      set password_hash = excluded.password_hash, role = excluded.role, disabled_at = null,
        deletes_at = null
      where users.deleted_at is null and users.role <> 'user'
        and lower(users.email) = lower(excluded.email)
    returning *`
  return row
}
