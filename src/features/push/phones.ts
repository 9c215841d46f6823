// Where a person's phones want their notifications.
import type { Config } from '../../config.ts'
import type { Actor } from '../../core/actor.ts'
import { Failure, invalid } from '../../core/failure.ts'
import type { Context } from '../../context.ts'
import type { PhoneKind, PushKind } from '../../infra/push.ts'
import type { InputOf, OutputOf } from '../../protocol/operations.ts'
import type { PushToken } from '../../protocol/push.ts'
import { checkPushSettings } from '../settings/push.ts'
import { limits } from './limits.ts'
import { deletePhone, listPhones, upsertPhone, type PhoneRow } from './phones.store.ts'
import { trimSubscriptions } from './store.ts'

/**
 * Taken for any provider, set up here or not: an app says its token when it gets it, and may not say it
 * again on the day on which somebody sets up the provider.
 */
export async function addToken(
  ctx: Context,
  actor: Actor,
  input: InputOf<'push.addToken'>,
): Promise<PushToken> {
  const { kind, token, app_id: appId = null, sandbox: isSandbox = false, settings = null } = input
  if (settings) checkPushSettings(settings, 'settings')
  // It becomes a part of an address.
  if (kind === 'apns' && !/^[\dA-Fa-f]{64,200}$/.test(token)) throw invalid('token', 'pattern')
  const apps = appsOf(ctx.config, kind)
  if (appId !== null && apps && !apps.includes(appId)) {
    throw invalid('app_id', 'unknown_value', { allowed: apps })
  }
  const row = await ctx.transact(async (tx) => {
    const owner = { user: actor.id, session: actor.sessionId }
    const phone = { ...owner, kind, token, appId, isSandbox, settings }
    const stored = await upsertPhone(tx.sql, phone)
    const keep = limits.push.subscriptionsPerUserMax
    await trimSubscriptions(tx.sql, { user: actor.id, id: stored.id, keep })
    return stored
  })
  return show(ctx.config, row)
}

export async function tokens(ctx: Context, actor: Actor): Promise<OutputOf<'push.tokens'>> {
  const rows = await listPhones(ctx.sql, actor.id)
  return rows.map((row) => show(ctx.config, row))
}

export async function dropToken(
  ctx: Context,
  actor: Actor,
  { id }: InputOf<'push.dropToken'>,
): Promise<OutputOf<'push.dropToken'>> {
  if (!(await deletePhone(ctx.sql, id, actor.id))) throw new Failure('notFound')
  return { message: 'removed' }
}

/** Browsers, and the phones of providers that are set up. */
export function servedKinds({ push }: Config): PushKind[] {
  const phones = Object.keys(push) as PhoneKind[]
  return ['web', ...phones.filter((kind) => push[kind] !== null)]
}

/** The operator's apps by a provider's names; null: whichever, or it is not known here. */
function appsOf({ push }: Config, kind: PhoneKind): readonly string[] | null {
  if (kind === 'apns') return push.apns?.topics ?? null
  if (kind === 'xiaomi') return push.xiaomi ? [push.xiaomi.packageName] : null
  if (kind === 'huawei' || kind === 'vivo' || kind === 'honor') {
    const appId = push[kind]?.appId
    return appId === undefined ? null : [appId]
  }
  return null
}

function show(config: Config, row: PhoneRow): PushToken {
  return {
    id: row.id,
    kind: row.kind,
    token: row.token,
    app_id: row.app_id,
    sandbox: row.is_sandbox,
    settings: row.settings,
    is_served: config.push[row.kind] !== null,
    created_at: row.created_at.toISOString(),
  }
}
