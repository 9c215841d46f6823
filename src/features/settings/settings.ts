// One's own settings: as they are, and changed.
import { isDeepStrictEqual } from 'node:util'
import type { Actor } from '../../core/actor.ts'
import type { Context } from '../../context.ts'
import type { Sql } from '../../infra/db.ts'
import type { InputOf, OutputOf } from '../../protocol/operations.ts'
import type { PushSettings } from '../../protocol/push.ts'
import type { EmailSettings, Privacy, Settings } from '../../protocol/settings.ts'
import { lockUser } from '../people/accounts.ts'
import { writeEmailSettings } from './email.ts'
import { readPushSettings, writePushSettings } from './push.ts'
import { findSet, writePrivacy } from './store.ts'

/** Of whoever has set nothing. */
const usual: Privacy = {
  receipts: true,
  typing: true,
  last_seen: 'friends',
  find_me: 'everyone',
  request_me: 'everyone',
  group_me: 'friends',
}

export function get(ctx: Context, actor: Actor): Promise<OutputOf<'settings.get'>> {
  return settingsOf(ctx.sql, actor.id)
}

/**
 * Under the lock of the account: of two devices that change it at once neither loses what it has set, and
 * whoever is being put into a group is put there before it or not at all.
 */
export function update(
  ctx: Context,
  actor: Actor,
  input: InputOf<'settings.update'>,
): Promise<OutputOf<'settings.update'>> {
  return ctx.transact(async (tx) => {
    await lockUser(tx.sql, actor.id)
    const { privacy: before, push, email } = await settingsOf(tx.sql, actor.id)
    const after: Privacy = { ...before, ...input.privacy }
    const isNew = (name: keyof Privacy) => before[name] !== after[name]
    const isPrivacyNew = (Object.keys(after) as (keyof Privacy)[]).some(isNew)
    const wished: PushSettings = { ...push, ...input.push }
    const isPushNew = !isDeepStrictEqual(wished, push)
    const mailed: EmailSettings = { ...email, ...input.email }
    const isEmailNew = !isDeepStrictEqual(mailed, email)
    if (isPrivacyNew) await writePrivacy(tx.sql, actor.id, after)
    if (isPushNew) await writePushSettings(tx, actor.id, wished)
    if (isEmailNew) await writeEmailSettings(tx, actor.id, mailed)
    if (isPrivacyNew || isPushNew || isEmailNew) {
      tx.emit({
        name: 'settings.changed',
        user: actor.id,
        ...(isNew('receipts') ? { receipts: true } : {}),
        ...(isNew('last_seen') ? { presence: true } : {}),
      })
    }
    if (isNew('receipts')) tx.emit({ name: 'receipts.changed', user: actor.id })
    return { privacy: after, push: wished, email: mailed }
  })
}

/** A question, for the export as well. */
export async function settingsOf(sql: Sql, user: number): Promise<Settings> {
  const [set, push] = await Promise.all([findSet(sql, user), readPushSettings(sql, user)])
  return { privacy: set.privacy ?? usual, push, email: { digest: set.digest ?? 'off' } }
}
