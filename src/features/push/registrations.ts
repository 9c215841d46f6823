// Where a person's browsers want their notifications.
import type { Actor } from '../../core/actor.ts'
import { isPoint } from '../../core/curve.ts'
import { Failure, invalid } from '../../core/failure.ts'
import { checkPushSettings } from '../settings/push.ts'
import { limits } from './limits.ts'
import { cleanUrl } from '../../core/urls.ts'
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
  const anywhere = ctx.config.pushPrivateHosts
  const endpoint = cleanUrl('endpoint', input.endpoint, { ...ctx.config, httpAnywhere: anywhere })
  const { p256dh, auth } = input.keys
  const { settings = null } = input
  if (settings) checkPushSettings(settings, 'settings')
  // RFC 8291: a point of P-256 and a secret of 16 bytes. For other keys nothing can be encrypted.
  if (!isPoint(bytesIn(p256dh))) throw invalid('keys.p256dh', 'pattern')
  if (bytesIn(auth).length !== 16) throw invalid('keys.auth', 'pattern')
  // A name that nobody knows now may be known again by the time there is something to send.
  if (!(await ctx.isOutward(new URL(endpoint)))) throw invalid('endpoint', 'pattern')
  const row = await ctx.transact(async (tx) => {
    const session = actor.sessionId
    const stored = await upsertSubscription(tx.sql, {
      user: actor.id,
      session,
      endpoint,
      p256dh,
      auth,
      settings,
    })
    const keep = limits.push.subscriptionsPerUserMax
    await trimSubscriptions(tx.sql, { user: actor.id, id: stored.id, keep })
    return stored
  })
  return { id: row.id, endpoint: row.endpoint, created_at: row.created_at.toISOString() }
}

/** Strictly: what the decoder would skip must not be stored. */
const bytesIn = (text: string) => Buffer.from(/^[\w-]+={0,2}$/.test(text) ? text : '', 'base64url')

export async function unsubscribe(
  ctx: Context,
  actor: Actor,
  input: InputOf<'push.unsubscribe'>,
): Promise<OutputOf<'push.unsubscribe'>> {
  if (!(await deleteSubscription(ctx.sql, input.id, actor.id))) throw new Failure('notFound')
  return { message: 'removed' }
}
