// One's own profile.
import type { Actor } from '../../core/actor.ts'
import { must } from '../../core/assert.ts'
import type { Context } from '../../context.ts'
import type { InputOf, OutputOf } from '../../protocol/operations.ts'
import { checkName, cleanAvatar, cleanBio } from './policy.ts'
import { findUser, updateProfile } from './store.ts'
import { meView } from './view.ts'

export async function me(ctx: Context, actor: Actor): Promise<OutputOf<'accounts.me'>> {
  return meView(must(await findUser(ctx.sql, actor.id), 'an actor has an account'))
}

export async function updateMe(
  ctx: Context,
  actor: Actor,
  input: InputOf<'accounts.updateMe'>,
): Promise<OutputOf<'accounts.updateMe'>> {
  const change = {
    ...input,
    ...(input.nickname === undefined ? {} : { nickname: checkName('nickname', input.nickname) }),
    ...(input.avatar === undefined ? {} : { avatar: cleanAvatar(input.avatar, ctx.config) }),
    ...(input.bio === undefined ? {} : { bio: cleanBio(input.bio) }),
  }
  return meView(await updateProfile(ctx.sql, actor.id, change, ctx.clock.now()))
}
