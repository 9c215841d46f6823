// The installation's VAPID keys (RFC 8292): made once, kept sealed in the database.
import webpush from 'web-push'
import { ConfigError } from '../../config.ts'
import type { BaseContext } from '../../context.ts'
import { findVapid, keepVapid } from './store.ts'

export interface Vapid {
  readonly publicKey: string
  readonly privateKey: string
  readonly subject: string
}

export async function vapidKeys(ctx: BaseContext): Promise<Vapid> {
  let row = await findVapid(ctx.sql)
  if (row.vapid_public_key === null) {
    const made = webpush.generateVAPIDKeys()
    row = await keepVapid(ctx.sql, made.publicKey, ctx.seal.close(made.privateKey))
  }
  const address = /<([^<>]+)>/.exec(ctx.config.mailFrom)?.[1] ?? ctx.config.mailFrom
  return {
    publicKey: row.vapid_public_key as string,
    privateKey: unsealed(ctx, row.vapid_private_key as string),
    subject: `mailto:${address}`,
  }
}

function unsealed(ctx: BaseContext, sealed: string): string {
  try {
    return ctx.seal.open(sealed)
  } catch (cause) {
    throw new ConfigError(
      'JWT_SECRET is not the one this database was used with; docs/operations.md says what to do.',
      { cause },
    )
  }
}
