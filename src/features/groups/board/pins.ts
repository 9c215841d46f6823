// Pinned messages: what admins keep in sight, for each member as far as they may read it.
import type { Actor } from '../../../core/actor.ts'
import { Failure } from '../../../core/failure.ts'
import type { Context } from '../../../context.ts'
import type { PinnedMessage } from '../../../protocol/groups.board.ts'
import type { GroupMessage } from '../../../protocol/messages.ts'
import type { InputOf, OutputOf } from '../../../protocol/operations.ts'
import { showMessages } from '../../messages/delivery/replay.ts'
import { findUserIds } from '../../people/people.ts'
import { countPins, deletePin, insertPin, listPins } from './store.ts'
import { change, requireGroup } from '../group.ts'
import { limits } from '../limits.ts'
import { findSeen } from '../messages.store.ts'

/** Pinned once, however often it is asked for. */
export async function pin(
  ctx: Context,
  actor: Actor,
  input: InputOf<'groups.pin'>,
): Promise<OutputOf<'groups.pin'>> {
  await change(ctx, actor, input.group_id, 'pin', async ({ tx, group, say }) => {
    const seen = await findSeen(tx.sql, input.id, actor.id)
    if (seen?.conversation_id !== group.id) throw new Failure('messageNotFound')
    const max = limits.groups.pinsMax
    if ((await countPins(tx.sql, group.id)) >= max) {
      throw new Failure('conflict', { field: 'pins', max })
    }
    const made = { conversation: group.id, message: seen.id, by: actor.id }
    if (await insertPin(tx.sql, made)) await say({ event: 'message_pinned', message_id: seen.id })
  })
  return { message: 'done' }
}

export async function unpin(
  ctx: Context,
  actor: Actor,
  input: InputOf<'groups.unpin'>,
): Promise<OutputOf<'groups.unpin'>> {
  await change(ctx, actor, input.group_id, 'pin', async ({ tx, group }) => {
    if (!(await deletePin(tx.sql, group.id, input.id))) throw new Failure('messageNotFound')
  })
  return { message: 'removed' }
}

export async function pinned(
  ctx: Context,
  actor: Actor,
  input: InputOf<'groups.pinned'>,
): Promise<PinnedMessage[]> {
  const group = await requireGroup(ctx.sql, input.group_id, actor)
  const pins = await listPins(ctx.sql, group.id, actor.id)
  const [messages, names] = await Promise.all([
    showMessages(
      ctx,
      actor.id,
      pins.map((each) => each.message_id),
    ),
    findUserIds(
      ctx.sql,
      pins.map((each) => each.pinned_by),
    ),
  ])
  const byId = new Map(messages.map((message) => [message.id, message]))
  return pins.flatMap(({ message_id, pinned_by, pinned_at }) => {
    const message = byId.get(message_id)
    if (!message) return []
    const by = names.get(pinned_by) ?? ''
    return [{ message: message as GroupMessage, pinned_by: by, pinned_at: pinned_at.toISOString() }]
  })
}
