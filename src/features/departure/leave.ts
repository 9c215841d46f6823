// Leave for good: prove that it is oneself, be hidden from this commit on.
import type { Actor } from '../../core/actor.ts'
import { must } from '../../core/assert.ts'
import { Failure, invalid } from '../../core/failure.ts'
import type { Context } from '../../context.ts'
import type { Tx } from '../../infra/db.ts'
import type { InputOf, OutputOf } from '../../protocol/operations.ts'
import { checkCode, consumeCode } from '../signin/codes.ts'
import { markLeaving } from './store.ts'
import { notice } from '../mails/notices.ts'
import { closeAllDirect } from '../conversations/pairs.ts'
import { withdrawAll } from '../friends/leaving.ts'
import { verifyPassword } from '../signin/hashing.ts'
import { closeSockets, endSessionsIn } from '../signin/sessions.ts'
import { findUser } from '../people/accounts.ts'
import { audit } from '../people/audit-log.ts'
import { lockUser } from '../signin/accounts.ts'

/**
 * From this commit on nobody can find, befriend or write to the account. Friendships and what was
 * said stay until the time of grace is over, so that coming back brings everything back.
 */
export async function deleteMe(
  ctx: Context,
  actor: Actor,
  input: InputOf<'accounts.deleteMe'>,
): Promise<OutputOf<'accounts.deleteMe'>> {
  const proof = await proveMyself(ctx, actor, input)
  const { deletesAt, ended } = await ctx.transact(async (tx) => {
    const scheduled = await scheduleDeletion(tx, actor, proof)
    await withdrawAll(tx.sql, actor.id, tx.now)
    await closeAllDirect(tx, actor.id)
    return scheduled
  })
  // Whoever asks twice at once is noted once: the second finds no session to end.
  if (ended.length > 0) audit(ctx, 'account.deletion_scheduled', actor.id)
  await closeSockets(ctx, actor.id, ended, 'the account is to be deleted')
  return { message: 'deletion scheduled', deletes_at: deletesAt.toISOString() }
}

/** The code that proved it, or null for a password. */
interface Proof {
  readonly codeId: number | null
}

/** One of the two, and right: a session alone, which may be in a stranger's hands, does not do. */
async function proveMyself(
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
  if (!(await verifyPassword(ctx.config, actor, password as string, user.password_hash))) {
    throw new Failure('wrongPassword')
  }
  return { codeId: null }
}

const purposes = ['any', 'login'] as const

/**
 * A step: the account is hidden, its sessions end, its owner is told until when they may come
 * back. Asked for twice at once, it is scheduled once. Answers the sessions that ended.
 */
async function scheduleDeletion(
  tx: Tx,
  actor: Actor,
  { codeId }: Proof,
): Promise<{ deletesAt: Date; ended: number[] }> {
  const now = tx.now
  const user = must(await lockUser(tx.sql, actor.id), 'an actor has an account')
  if (user.deletes_at) return { deletesAt: user.deletes_at, ended: [] }
  if (codeId !== null) await consumeCode(tx, codeId)
  const deletesAt = new Date(now.getTime() + tx.config.accountGraceMs)
  await markLeaving(tx.sql, user.id, deletesAt, now)
  const ended = await endSessionsIn(tx.sql, user.id, { keep: null }, 'account left', now)
  const words = { nickname: user.nickname, until: deletesAt.toISOString() }
  notice(tx, user, 'deletionScheduled', words)
  return { deletesAt, ended }
}
