// Where a person's browsers want their notifications.
import type { Actor } from '../../core/actor.ts'
import { Failure, invalid } from '../../core/failure.ts'
import { limits } from '../../core/limits.ts'
import type { Context } from '../../context.ts'
import type { InputOf, OutputOf } from '../../protocol/operations.ts'
import { deleteSubscription, upsertSubscription, trimSubscriptions } from './store.ts'
import { vapidKeys } from './vapid.ts'

export async function key(ctx: Context): Promise<OutputOf<'push.key'>> {
  const { publicKey } = await vapidKeys(ctx)
  return { public_key: publicKey }
}

export async function subscribe(
  ctx: Context,
  actor: Actor,
  input: InputOf<'push.subscribe'>,
): Promise<OutputOf<'push.subscribe'>> {
  if (!URL.canParse(input.endpoint)) throw invalid('endpoint', 'pattern')
  const { p256dh, auth } = input.keys
  // RFC 8291: an uncompressed P-256 point of 65 bytes and a secret of 16.
  if (bytesIn(p256dh) !== 65) throw invalid('keys.p256dh', 'pattern')
  if (bytesIn(auth) !== 16) throw invalid('keys.auth', 'pattern')
  const row = await ctx.transact(async (tx) => {
    const { endpoint } = input
    const session = actor.sessionId
    const stored = await upsertSubscription(tx.sql, {
      user: actor.id,
      session,
      endpoint,
      p256dh,
      auth,
    })
    await trimSubscriptions(tx.sql, actor.id, limits.push.subscriptionsPerUserMax)
    return stored
  })
  return { id: row.id, endpoint: row.endpoint, created_at: row.created_at.toISOString() }
}

/** Strictly: what the decoder would skip must not be stored. */
const bytesIn = (text: string) =>
  /^[\w-]+={0,2}$/.test(text) ? Buffer.from(text, 'base64url').length : -1

export async function unsubscribe(
  ctx: Context,
  actor: Actor,
  input: InputOf<'push.unsubscribe'>,
): Promise<OutputOf<'push.unsubscribe'>> {
  if (!(await deleteSubscription(ctx.sql, input.id, actor.id))) throw new Failure('notFound')
  return { message: 'removed' }
}
