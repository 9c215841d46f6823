// Take a message back: a tombstone keeps its seq, and what it said is gone.
import type { Actor } from '../../core/actor.ts'
import { Failure } from '../../core/failure.ts'
import type { Context } from '../../context.ts'
import { roles } from '../../protocol/groups.ts'
import { messageTypes } from '../../protocol/messages.types.ts'
import type { Message } from '../../protocol/messages.ts'
import { change } from './change.ts'
import { recallMessage, type ChangeTarget } from './store.ts'

/** Two people are of one rank: neither takes back what the other said. */
const isAdmin = (role: number) => role >= roles.admin

function mayRecall(target: ChangeTarget, isMine: boolean): boolean {
  if (target.message_type === messageTypes.system) return false
  return isMine || (isAdmin(target.role) && target.role > (target.sender_role ?? 0))
}

/** One's own within the window; an admin of a group those of lower roles, and own ones, at any time. */
export function recall(ctx: Context, actor: Actor, input: { id: number }): Promise<Message> {
  return change(ctx, actor, input, async (tx, target) => {
    const isMine = target.sender_id === actor.id
    if (!mayRecall(target, isMine)) throw new Failure('notAllowed')
    if (target.recalled_at) return false
    if (isMine && !target.is_recent && !isAdmin(target.role)) throw new Failure('windowOver')
    await recallMessage(tx.sql, target, actor.id)
    return true
  })
}
