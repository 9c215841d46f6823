// One-use tickets that open a socket where a token must not stand in an address.
import type { Actor } from '../../core/actor.ts'
import { newToken } from '../../core/ids.ts'
import { limits } from './limits.ts'
import { digest } from '../../core/seal.ts'
import type { Context } from '../../context.ts'
import { cached } from '../../infra/redis.ts'
import type { OutputOf } from '../../protocol/operations.ts'

export async function issueTicket(
  ctx: Context,
  actor: Actor,
): Promise<OutputOf<'messages.ticket'>> {
  const ticket = newToken()
  const life = limits.ticket.lifeMs
  await cached(ctx.redis.set(keyOf(ctx, ticket), String(actor.sessionId), 'PX', life))
  return { ticket, expires_in: life / 1000 }
}

/** The session a ticket was made for, once. */
export async function redeemTicket(ctx: Context, ticket: string): Promise<number | undefined> {
  const session = await cached(ctx.redis.getdel(keyOf(ctx, ticket)))
  return session === null ? undefined : Number(session)
}

/** Only the digest is kept: who can read Redis cannot open sockets. */
function keyOf(ctx: Context, ticket: string): string {
  return `${ctx.config.redisPrefix}:ticket:${digest(ticket).toString('base64url')}`
}
