// One's own profile.
import { isDeepStrictEqual } from 'node:util'
import type { Actor } from '../../core/actor.ts'
import { must } from '../../core/assert.ts'
import type { Context } from '../../context.ts'
import { mediaIdOf } from '../../protocol/paths.ts'
import type { Me } from '../../protocol/people.ts'
import type { InputOf, OutputOf } from '../../protocol/operations.ts'
import { requireOwn } from '../media/use.ts'
import { avatarNamed, checkName, cleanAvatar, cleanLines } from './policy.ts'
import { cleanStatus, ownStatus } from './status.ts'
import { findUser, lockUser, updateProfile, type UserRow } from './store.ts'

export async function me(ctx: Context, actor: Actor): Promise<OutputOf<'accounts.me'>> {
  const row = must(await findUser(ctx.sql, actor.id), 'an actor has an account')
  return meView(row, ctx.clock.now())
}

export async function updateMe(
  ctx: Context,
  actor: Actor,
  input: InputOf<'accounts.updateMe'>,
): Promise<OutputOf<'accounts.updateMe'>> {
  const { avatar_media_id: file, status, ...asked } = input
  const address = avatarNamed(asked.avatar, file)
  const change = {
    ...asked,
    ...(input.nickname === undefined ? {} : { nickname: checkName('nickname', input.nickname) }),
    ...(address === undefined ? {} : { avatar: cleanAvatar(address, ctx.config) }),
    ...(input.bio === undefined ? {} : { bio: cleanLines('bio', input.bio) }),
  }
  return ctx.transact(async (tx) => {
    const said = status === undefined ? {} : { status: cleanStatus(status, tx.now) }
    const before = must(await lockUser(tx.sql, actor.id), 'an actor has an account')
    const image = mediaIdOf(change.avatar ?? '')
    if (image !== undefined) await requireOwn(tx, actor.id, [image])
    const after = await updateProfile(tx.sql, actor.id, { ...change, ...said }, tx.now)
    const [was, is] = [meView(before, tx.now), meView(after, tx.now)]
    const isSaid = !isDeepStrictEqual(was.status, is.status)
    const isFace = !isDeepStrictEqual({ ...was, status: null }, { ...is, status: null })
    if (isSaid || isFace) {
      const what = { ...(isSaid ? { status: true } : {}), ...(isFace ? {} : { face: false }) }
      tx.emit({ name: 'profile.changed', user: actor.id, ...what })
    }
    return is
  })
}

/** All of it, for its owner alone. */
export function meView(row: UserRow, now: Date): Me {
  return {
    id: row.id,
    user_id: row.user_id,
    nickname: row.nickname,
    avatar: row.avatar,
    created_at: row.created_at.toISOString(),
    updated_at: row.updated_at.toISOString(),
    last_login_at: row.last_login_at?.toISOString() ?? null,
    email: row.email,
    email_verified: row.email_verified_at !== null,
    bio: row.bio,
    locale: row.locale,
    status: ownStatus(row, now),
  }
}
