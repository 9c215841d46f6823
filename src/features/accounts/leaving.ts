// Steps of leaving: prove that it is oneself, be hidden from now on, come back in time.
import type { Actor } from '../../core/actor.ts'
import { must } from '../../core/assert.ts'
import { Failure, invalid } from '../../core/failure.ts'
import type { Context } from '../../context.ts'
import { emit, type Tx } from '../../infra/db.ts'
import type { InputOf } from '../../protocol/operations.ts'
import { checkCode, consumeCode } from './codes.ts'
import { markLeaving, markReturned } from './leaving.store.ts'
import { notice } from './notices.ts'
import { verifyPassword } from './password.ts'
import { endSessionRows } from './sessions.store.ts'
import { findUser, lockUser, type UserRow } from './store.ts'

/** The code that proved it, or null for a password. */
export interface Proof {
  readonly codeId: number | null
}

/** One of the two, and right: a session alone, which may be in a stranger's hands, does not do. */
export async function proveMyself(
  ctx: Context,
  actor: Actor,
  input: InputOf<'accounts.deleteMe'>,
): Promise<Proof> {
  const { password, code } = input
  if (password === undefined && code === undefined) {
    throw invalid('password', 'missing', { one_of: ['password', 'code'] })
  }
  if (password !== undefined && code !== undefined) {
    throw invalid('password', 'conflict', { with: 'code' })
  }
  const user = must(await findUser(ctx.sql, actor.id), 'an actor has an account')
  if (code !== undefined) return { codeId: await checkCode(ctx, actor, user.email, code, purposes) }
  if (!(await verifyPassword(actor, password as string, user.password_hash))) {
    throw new Failure('wrongPassword')
  }
  return { codeId: null }
}

const purposes = ['any', 'login'] as const

/**
 * A step: the account is hidden, its sessions end, its owner is told until when they may come
 * back. Asked for twice at once, it is scheduled once. Answers the sessions that ended.
 */
export async function scheduleDeletion(
  ctx: Context,
  tx: Tx,
  actor: Actor,
  { codeId }: Proof,
): Promise<{ deletesAt: Date; ended: number[] }> {
  const now = ctx.clock.now()
  const user = must(await lockUser(tx.sql, actor.id), 'an actor has an account')
  if (user.deletes_at) return { deletesAt: user.deletes_at, ended: [] }
  if (codeId !== null) await consumeCode(ctx, tx, codeId)
  const deletesAt = new Date(now.getTime() + ctx.config.accountGraceMs)
  await markLeaving(tx.sql, user.id, deletesAt, now)
  const ended = await endSessionRows(tx.sql, user.id, { keep: null }, 'account left', now)
  const words = { nickname: user.nickname, until: deletesAt.toISOString() }
  notice(ctx, tx, user, 'deletionScheduled', words)
  return { deletesAt, ended }
}

/** A step of signing in, under the account's lock: true when a deletion was taken back. */
export async function takeBack(ctx: Context, tx: Tx, user: UserRow): Promise<boolean> {
  if (!user.deletes_at) return false
  await markReturned(tx.sql, user.id, ctx.clock.now())
  emit(tx, { name: 'account.returned', user: user.id })
  return true
}
