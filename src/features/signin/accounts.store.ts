// SQL of what signing in, being shut out and becoming an admin write into an account's row.
import type { Role } from '../../core/actor.ts'
import type { Sql, TxSql } from '../../infra/db.ts'
import type { UserRow } from '../people/accounts.ts'

export { lockUser } from '../people/accounts.ts'

export interface NewUser {
  userId: string
  email: string
  nickname: string
  locale: string
  verifiedAt: Date | null
  passwordHash: string | null
}

export async function insertUser(sql: TxSql, user: NewUser, now: Date): Promise<UserRow> {
  const [row] = await sql<UserRow[]>`
    insert into users (user_id, email, nickname, locale, email_verified_at, password_hash,
      created_at, updated_at)
    values (${user.userId}, ${user.email}, ${user.nickname}, ${user.locale}, ${user.verifiedAt},
      ${user.passwordHash}, ${now}, ${now})
    returning *`
  return row as UserRow
}

export async function findUserByEmail(sql: Sql, email: string): Promise<UserRow | undefined> {
  const [row] = await sql<UserRow[]>`select * from users where lower(email) = lower(${email})`
  return row
}

export async function lockUserByEmail(sql: TxSql, email: string): Promise<UserRow | undefined> {
  const [row] = await sql<UserRow[]>`
    select * from users where lower(email) = lower(${email}) for no key update`
  return row
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
    insert into users (user_id, email, nickname, email_verified_at, password_hash, role,
      created_at, updated_at)
    values (${admin.userId}, ${admin.email}, ${admin.userId}, ${admin.now}, ${admin.passwordHash},
      ${admin.role}, ${admin.now}, ${admin.now})
    on conflict (lower(user_id)) do update
      set password_hash = excluded.password_hash, role = excluded.role, disabled_at = null,
        deletes_at = null
      where users.deleted_at is null and users.role <> 'user'
        and lower(users.email) = lower(excluded.email)
    returning *`
  return row
}

export async function markReturned(sql: Sql, id: number, now: Date): Promise<void> {
  await sql`update users set deletes_at = null, updated_at = ${now} where id = ${id}`
}
