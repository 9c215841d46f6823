// Admins sign in and out: a session like any other, only shorter and only for those with a role.
import type { Actor, Caller } from '../../core/actor.ts'
import { Failure } from '../../core/failure.ts'
import type { Context } from '../../context.ts'
import { audit } from '../people/audit-log.ts'
import { closeSockets, endSessions, resolveToken } from '../signin/sessions.ts'
import { openProved, provePassword } from '../signin/signin.ts'
import { adminRole, type AdminRole } from './policy.ts'

export const adminSessionSeconds = 8 * 3_600

export interface Admin {
  readonly actor: Actor
  readonly role: AdminRole
}

/**
 * The token of a new session. Wrong name, wrong password, disabled, no admin: one answer to all of
 * them, and no session is opened before the role is known.
 */
export async function signIn(
  ctx: Context,
  caller: Caller,
  name: string,
  password: string,
): Promise<string> {
  const user = await prove(ctx, caller, name, password)
  if (!adminRole(user.role)) throw new Failure('wrongPassword')
  const from = { ...caller, userAgent: `Admin pages, ${caller.userAgent}` }
  const opened = await ctx.transact((tx) => openProved(tx, user, password, from))
  await closeSockets(ctx, user.id, opened.surplus, 'signed out')
  audit(ctx, 'admin.signed_in', user.id, { session: opened.sessionId })
  const claims = { userId: user.user_id, sessionId: opened.sessionId }
  return ctx.tokens.sign(claims, adminSessionSeconds)
}

async function prove(ctx: Context, caller: Caller, name: string, password: string) {
  try {
    return await provePassword(ctx, caller, name, password)
  } catch (error) {
    if (error instanceof Failure && error.reason === 'accountDisabled') {
      throw new Failure('wrongPassword')
    }
    throw error
  }
}

/** Who a token speaks for, role and session looked at anew; `notAllowed` when no admin. */
export async function resolveAdmin(ctx: Context, token: string): Promise<Admin> {
  const actor = await resolveToken(ctx, token)
  const role = adminRole(actor.role)
  if (!role) throw new Failure('notAllowed')
  return { actor, role }
}

export async function signOut(ctx: Context, admin: Admin): Promise<void> {
  const { id, sessionId } = admin.actor
  await endSessions(ctx, id, { ids: [sessionId] }, 'signed out')
  audit(ctx, 'admin.signed_out', id, { session: sessionId })
}
