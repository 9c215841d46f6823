// Sessions: open, resolve, end.
import type { Actor, Caller } from '../../core/actor.ts'
import { Failure } from '../../core/failure.ts'
import { newToken } from '../../core/ids.ts'
import { limits } from './limits.ts'
import { cut } from '../../core/graphemes.ts'
import { digest } from '../../core/seal.ts'
import type { BaseContext, Context } from '../../context.ts'
import type { Tx } from '../../infra/db.ts'
import type { InputOf, OutputOf } from '../../protocol/operations.ts'
import {
  endSessionRows,
  findSurplusSessions,
  insertRefreshToken,
  insertSession,
  listSessions,
  touchSession,
  type EndReason,
} from './sessions.store.ts'
import { noteDevice } from './devices.ts'
import { audit } from '../people/audit-log.ts'
import { takeBack } from './returning.ts'
import { markLogin } from './accounts.store.ts'
import type { UserRow } from '../people/accounts.ts'
import { meView } from '../people/profile.ts'
import { sessionView } from './view.ts'
import { liveSessions } from './state.ts'

type SignedIn = OutputOf<'accounts.login'>

export interface Opened {
  readonly sessionId: number
  readonly at: Date
  readonly refreshToken: string
  /** Sessions that ended because there were too many. */
  readonly surplus: readonly number[]
  /** The account was to be deleted, and is not any more. */
  readonly returned: boolean
}

/**
 * A step: a new session with its first refresh token. The caller holds the account's lock, has
 * looked whether it may sign in, and signs the access token.
 */
export async function openSession(tx: Tx, user: UserRow, caller: Caller): Promise<Opened> {
  const now = tx.now
  const deviceName = cut(caller.userAgent, limits.sessions.deviceNameMax)
  const { address } = caller
  const sessionId = await insertSession(tx.sql, {
    user: user.id,
    deviceId: '',
    deviceName,
    address,
    now,
  })
  const refreshToken = await addRefreshToken(tx, sessionId)
  await markLogin(tx.sql, user.id, now)
  await noteDevice(tx, user, caller)
  const returned = await takeBack(tx, user)
  const ids = await findSurplusSessions(tx.sql, user.id, limits.sessions.perUserMax)
  const surplus =
    ids.length === 0 ? [] : await endSessionRows(tx.sql, user.id, { ids }, 'surplus', now)
  return { sessionId, at: now, refreshToken, surplus, returned }
}

/** Finishes a sign-in after its transaction: tokens, and the sockets of what it displaced. */
export async function signedIn(
  ctx: Context,
  user: UserRow,
  opened: Opened,
  dropped: readonly number[] = [],
): Promise<SignedIn> {
  if (opened.returned) audit(ctx, 'account.deletion_cancelled', user.id)
  await closeSockets(ctx, user.id, [...dropped, ...opened.surplus], 'signed out')
  const token = await ctx.tokens.sign({ userId: user.user_id, sessionId: opened.sessionId })
  return {
    token,
    refresh_token: opened.refreshToken,
    expires_in: ctx.tokens.lifeSeconds,
    user: meView({ ...user, last_login_at: opened.at }, opened.at),
    ...(opened.returned ? { deletion_cancelled: true as const } : {}),
  }
}

/** How stale `last_used_at` may be. */
const touchMs = 5 * 60_000

/** Who a token speaks for. Looks at the session itself: a logout acts on the next request. */
export async function resolveToken(ctx: Context, token: string, comes?: 'once'): Promise<Actor> {
  const claims = await ctx.tokens.verify(token, comes)
  return resolveSession(ctx, claims.sessionId, claims.userId)
}

/** Who a session speaks for: `tokenInvalid` once it has ended. */
export async function resolveSession(
  ctx: Context,
  sessionId: number,
  userId?: string,
): Promise<Actor> {
  const session = await ctx.of(liveSessions).get(sessionId)
  if (!session || (userId !== undefined && session.user_id !== userId)) {
    throw new Failure('tokenInvalid')
  }
  if (session.disabled) throw new Failure('accountDisabled')
  const now = ctx.clock.now()
  if (now.getTime() - session.last_used_at.getTime() > touchMs) {
    touchSession(ctx.sql, session.id, now).catch((err) => ctx.log.debug({ err }, 'touch'))
  }
  return {
    id: session.user,
    userId: session.user_id,
    nickname: session.nickname,
    sessionId: session.id,
    deviceId: session.device_id || `session-${session.id}`,
    role: session.role,
  }
}

async function addRefreshToken(tx: Tx, sessionId: number): Promise<string> {
  const token = newToken()
  await keepRefreshToken(tx, sessionId, token)
  return token
}

/** A step: from now on this token refreshes this session, once. */
export async function keepRefreshToken(tx: Tx, sessionId: number, token: string): Promise<void> {
  const life = limits.token.refreshDays * 86_400_000
  const expiresAt = new Date(tx.now.getTime() + life)
  await insertRefreshToken(tx.sql, sessionId, digest(token), expiresAt)
}

export async function logout(ctx: Context, actor: Actor): Promise<OutputOf<'accounts.logout'>> {
  await endSessions(ctx, actor.id, { ids: [actor.sessionId] }, 'signed out')
  return { message: 'signed out' }
}

export async function sessions(ctx: Context, actor: Actor): Promise<OutputOf<'accounts.sessions'>> {
  const rows = await listSessions(ctx.sql, actor.id)
  return rows.map((row) => sessionView(row, actor.sessionId))
}

export async function endSession(
  ctx: Context,
  actor: Actor,
  input: InputOf<'accounts.endSession'>,
): Promise<OutputOf<'accounts.endSession'>> {
  const ended = await endSessions(ctx, actor.id, { ids: [input.id] }, 'signed out')
  if (ended.length === 0) throw new Failure('notFound')
  return { message: 'signed out' }
}

/** Ends sessions and closes their sockets on every node. Answers those that had been live. */
export async function endSessions(
  ctx: BaseContext,
  user: number,
  which: { ids: readonly number[] } | { keep: number | null },
  why: EndReason,
): Promise<number[]> {
  const ended = await endSessionRows(ctx.sql, user, which, why, ctx.clock.now())
  await closeSockets(ctx, user, ended, why)
  return ended
}

/** A step: the caller tells the sockets once it has committed. */
export const endSessionsIn = endSessionRows

/**
 * Tells the nodes at once. While Redis is away nobody hears it; every node looks at its sockets'
 * sessions by itself from time to time, see socket/recheck.ts.
 */
export async function closeSockets(
  ctx: BaseContext,
  user: number,
  ended: readonly number[],
  why: string,
): Promise<void> {
  if (ended.length === 0) return
  try {
    const [connections = []] = await ctx.registry.connections([user])
    const nodes = new Set(connections.map((id) => ctx.registry.nodeOf(id)))
    const command = { do: 'end', user, sessions: [...ended], why } as const
    await Promise.all([...nodes].map((node) => ctx.relay.command(node, command)))
  } catch (err) {
    ctx.log.warn({ err }, 'sockets of an ended session will be closed by the recheck')
  }
}
