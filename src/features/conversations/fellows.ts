// People as those see them who are in a group with them. A face is told to nobody here: whether it is shown
// depends on who looks, so clients hear whose it is, and ask.
import type { BaseContext } from '../../context.ts'
import { encode } from '../../protocol/codec.ts'
import type { EventData } from '../../protocol/events.ts'
import { findUserIds } from '../people/people.ts'
import { tell } from '../tell.ts'
import { limits } from './limits.ts'
import { listShared, noteFellow } from './members.store.ts'
import { tellGroup } from './tell.ts'

/** A reaction. */
export async function tellMember(
  ctx: BaseContext,
  { conversation_id, user }: EventData<'member.changed'>,
): Promise<void> {
  const user_id = (await findUserIds(ctx.sql, [user])).get(user)
  if (user_id !== undefined) await tellOf(ctx, conversation_id, user_id)
}

/** Part of a reaction: somebody looks otherwise, in each of their groups. */
export async function tellFellows(ctx: BaseContext, user: number): Promise<void> {
  const user_id = (await findUserIds(ctx.sql, [user])).get(user)
  if (user_id === undefined) return
  for (let after = 0; ;) {
    const groups = await noteFellow(ctx.sql, user, after, limits.audience.pageGroups)
    for (const id of groups) await tellOf(ctx, id, user_id)
    const last = groups.at(-1)
    if (last === undefined) return
    after = last
  }
}

/** Part of a reaction: somebody looks otherwise to one of the others, in each group of both. */
export async function tellFellow(ctx: BaseContext, viewer: number, user: number): Promise<void> {
  const user_id = (await findUserIds(ctx.sql, [user])).get(user)
  if (user_id === undefined) return
  for (let after = 0; ;) {
    const groups = await listShared(ctx.sql, viewer, user, after, limits.audience.pageGroups)
    for (const conversation_id of groups) {
      await tell(ctx, [viewer], 'member_updated', { conversation_id, user_id })
    }
    const last = groups.at(-1)
    if (last === undefined) return
    after = last
  }
}

async function tellOf(ctx: BaseContext, conversation_id: number, user_id: string): Promise<void> {
  const now = ctx.clock.now().getTime()
  const frame = encode('member_updated', { conversation_id, user_id }, Math.floor(now / 1000))
  await tellGroup(ctx, conversation_id, frame, now)
}
