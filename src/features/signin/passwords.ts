// Set a password, or a new one when the old one is forgotten.
import type { Actor, Caller } from '../../core/actor.ts'
import { must } from '../../core/assert.ts'
import { Failure } from '../../core/failure.ts'
import type { Context } from '../../context.ts'
import type { Tx } from '../../infra/db.ts'
import type { InputOf, OutputOf } from '../../protocol/operations.ts'
import { canonicalEmail } from '../people/policy.ts'
import { checkCode, consumeCode } from './codes.ts'
import { notice } from '../mails/notices.ts'
import { hashPassword, verifyPassword } from './hashing.ts'
import { isGone } from '../people/policy.ts'
import { proveAddress } from './proof.ts'
import { closeSockets } from './sessions.ts'
import { endSessionRows } from './sessions.store.ts'
import { findUser, type UserRow } from '../people/accounts.ts'
import { lockUser, lockUserByEmail, updatePasswordHash } from './accounts.store.ts'

/**
 * Whoever has the code has the address and so the account: every session ends, whoever opened it.
 * An address without an account gets the answer to a wrong code.
 */
export async function resetPassword(
  ctx: Context,
  caller: Caller,
  input: InputOf<'accounts.resetPassword'>,
): Promise<OutputOf<'accounts.resetPassword'>> {
  const codeId = await checkCode(ctx, caller, input.email, input.code, ['any', 'reset'])
  const passwordHash = await hashPassword(ctx.config, caller, input.password)
  const { user, ended } = await ctx.transact(async (tx) => {
    const found = await lockUserByEmail(tx.sql, canonicalEmail(input.email))
    if (!found || isGone(found, tx.now)) throw new Failure('codeInvalid')
    if (found.disabled_at) throw new Failure('accountDisabled')
    await consumeCode(tx, codeId)
    const { user: proved, dropped } = await proveAddress(tx, found)
    await change(tx, proved, passwordHash)
    return { user: proved, ended: [...dropped, ...(await endAll(tx, proved, null))] }
  })
  await closeSockets(ctx, user.id, ended, 'the password was reset')
  return { message: 'password changed' }
}

/** The old password is asked for once there is one: a session alone must not take an account. */
export async function setPassword(
  ctx: Context,
  actor: Actor,
  input: InputOf<'accounts.setPassword'>,
): Promise<OutputOf<'accounts.setPassword'>> {
  const before = must(await findUser(ctx.sql, actor.id), 'an actor has an account')
  if (before.password_hash !== null) {
    const old = input.old_password ?? ''
    if (!(await verifyPassword(ctx.config, actor, old, before.password_hash)))
      throw new Failure('wrongPassword')
  }
  const passwordHash = await hashPassword(ctx.config, actor, input.password)
  const ended = await ctx.transact(async (tx) => {
    const user = must(await lockUser(tx.sql, actor.id), 'an actor has an account')
    // Of two changes at once, the second has proved a password that is the old one no more.
    if (user.password_hash !== before.password_hash) throw new Failure('wrongPassword')
    await change(tx, user, passwordHash)
    return endAll(tx, user, actor.sessionId)
  })
  await closeSockets(ctx, actor.id, ended, 'the password was changed')
  return { message: 'password changed' }
}

async function change(tx: Tx, user: UserRow, passwordHash: string): Promise<void> {
  await updatePasswordHash(tx.sql, user.id, passwordHash)
  const at = tx.now.toISOString()
  notice(tx, user, 'passwordChanged', { nickname: user.nickname, at })
}

function endAll(tx: Tx, user: UserRow, keep: number | null): Promise<number[]> {
  return endSessionRows(tx.sql, user.id, { keep }, 'password changed', tx.now)
}
