// For operators: make an admin, or give one a new password. Accounts of people are left alone.
import { Failure } from '../../core/failure.ts'
import { violates, type Sql } from '../../infra/db.ts'
import { endSessionRows } from './sessions.store.ts'
import { findUserByUserId } from '../people/accounts.ts'
import { upsertAdmin, type NewAdmin } from './accounts.store.ts'

/** The account is not what the operator takes it for; the message is the sentence for them. */
export class NotThatAdmin extends Error {}

/** Answers the name as it is written. */
export async function makeAdmin(sql: Sql, admin: NewAdmin): Promise<string> {
  const made = await upsertAdmin(sql, admin).catch((error: unknown) => {
    if (!violates(error, 'users_email_key')) throw error
    throw new NotThatAdmin('This address belongs to another account.')
  })
  if (!made) throw await whyNot(sql, admin.userId)
  // Where it is a new password, the old one was in wrong hands or is to be in none.
  await endSessionRows(sql, made.id, { keep: null }, 'password changed', admin.now)
  return made.user_id
}

async function whyNot(sql: Sql, userId: string): Promise<Error> {
  const found = await findUserByUserId(sql, userId)
  if (!found || found.deleted_at) return new Failure('userNotFound')
  return new NotThatAdmin(
    found.role === 'user'
      ? `${found.user_id} is the account of a person, not an admin's.`
      : `The admin ${found.user_id} has another address.`,
  )
}
