// Swaps a refresh token for the next one of its session, and notices when it was stolen.
import type { Caller } from '../../core/actor.ts'
import { Failure } from '../../core/failure.ts'
import { newSalt } from '../../core/ids.ts'
import { limits } from './limits.ts'
import { digest, sameBytes, type Seal } from '../../core/seal.ts'
import type { Context } from '../../context.ts'
import type { Tx } from '../../infra/db.ts'
import type { InputOf, OutputOf } from '../../protocol/operations.ts'
import { deviceMark } from './devices.ts'
import { closeSockets, keepRefreshToken } from './sessions.ts'
import {
  endSessionRows,
  isRefreshTokenUnspent,
  lockRefreshToken,
  spendRefreshToken,
  touchSession,
  type RefreshRow,
} from './sessions.store.ts'

interface Swap {
  readonly row: RefreshRow | undefined
  readonly next?: string
  /** The session, when it ended here because a spent token was shown. */
  readonly stolen?: readonly number[]
}

/**
 * A token that was spent before is in two hands: its session ends at once, for the thief and for
 * the owner (RFC 9700 section 4.14.2). But for some seconds the device that spent it may show it
 * again, see docs/decisions/0016-a-token-shown-twice.md.
 */
export async function refresh(
  ctx: Context,
  caller: Caller,
  input: InputOf<'accounts.refresh'>,
): Promise<OutputOf<'accounts.refresh'>> {
  const { row, next, stolen } = await ctx.transact((tx) => swap(tx, caller, input.refresh_token))
  if (row) await closeSockets(ctx, row.user, stolen ?? [], 'refresh token reused')
  if (!row) throw new Failure('tokenInvalid')
  if (row.disabled) throw new Failure('accountDisabled')
  if (row.session_ended || stolen) throw new Failure('tokenInvalid')
  if (next === undefined) throw new Failure('tokenExpired')
  return {
    token: await ctx.tokens.sign({ userId: row.user_id, sessionId: row.session_id }),
    refresh_token: next,
    expires_in: ctx.tokens.lifeSeconds,
  }
}

/** A step; refusals are answered and not thrown, because a session that ends here must stay so. */
async function swap(tx: Tx, caller: Caller, token: string): Promise<Swap> {
  const { now } = tx
  const row = await lockRefreshToken(tx.sql, digest(token))
  if (!row || row.session_ended) return { row }
  const by = deviceMark(tx.seal, row.user, caller)
  if (row.spent_at) {
    const next = await nextAgain(tx, row, token, by)
    if (next !== undefined) return { row, next }
    const ids = [row.session_id]
    const stolen = await endSessionRows(tx.sql, row.user, { ids }, 'refresh token reused', now)
    return { row, stolen }
  }
  if (row.disabled || row.expires_at <= now) return { row }
  const salt = newSalt()
  const next = nextOf(tx.seal, token, salt)
  await spendRefreshToken(tx.sql, row.id, { now, by, salt })
  await touchSession(tx.sql, row.session_id, now, caller.address)
  await keepRefreshToken(tx, row.session_id, next)
  return { row, next }
}

/**
 * What this token was swapped for, for whoever swapped it a moment ago. Nothing once that one was
 * used too: then its answer had arrived, and a device that has the new token shows no old one.
 */
async function nextAgain(
  tx: Tx,
  { spent_at: at, spent_by: who, salt }: RefreshRow,
  token: string,
  by: Buffer,
): Promise<string | undefined> {
  if (!at || !who || !salt || !sameBytes(who, by)) return undefined
  if (tx.now.getTime() - at.getTime() >= limits.token.refreshGraceMs) return undefined
  const next = nextOf(tx.seal, token, salt)
  return (await isRefreshTokenUnspent(tx.sql, digest(next))) ? next : undefined
}

/**
 * The token that follows: as random as any, and made once more only by the server and only for who
 * shows the one before. The database holds neither, and the salt is new for every swap.
 */
function nextOf(seal: Seal, token: string, salt: Buffer): string {
  return seal.mac(`refresh ${salt.toString('base64url')} ${token}`).toString('base64url')
}
