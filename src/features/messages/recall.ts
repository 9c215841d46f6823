// Take a message back: a tombstone keeps its seq, and what it said is gone.
import type { Actor } from '../../core/actor.ts'
import { must } from '../../core/assert.ts'
import { Failure } from '../../core/failure.ts'
import type { Context } from '../../context.ts'
import { roles } from '../../protocol/groups.ts'
import { messageTypes, type Message } from '../../protocol/messages.ts'
import { findMessages, lockMessage, recallMessage, type RecallTarget } from './store.ts'
import { messageView } from './view.ts'
import { directory } from '../conversations/state.ts'

/** Two people are of one rank: neither takes back what the other said. */
const isAdmin = (role: number) => role >= roles.admin

function mayRecall(target: RecallTarget, isMine: boolean): boolean {
  if (target.message_type === messageTypes.system) return false
  return isMine || (isAdmin(target.role) && target.role > (target.sender_role ?? 0))
}

/** One's own within the window; an admin of a group those of lower roles, and own ones, at any time. */
export async function recall(ctx: Context, actor: Actor, input: { id: number }): Promise<Message> {
  const conversationId = await ctx.transact(async (tx) => {
    const target = await lockMessage(tx.sql, input.id, actor.id)
    if (!target) throw new Failure('messageNotFound')
    const isMine = target.sender_id === actor.id
    if (!mayRecall(target, isMine)) throw new Failure('notAllowed')
    if (target.recalled_at) return target.conversation_id
    if (isMine && !target.is_recent && !isAdmin(target.role)) throw new Failure('windowOver')
    const version = await recallMessage(tx.sql, target, actor.id)
    tx.emit({
      name: 'message.changed',
      message_id: target.id,
      conversation_id: target.conversation_id,
      version,
    })
    return target.conversation_id
  })
  const [row] = await findMessages(ctx.sql, [input.id])
  const ref = must(await ctx.of(directory).find(conversationId), 'a message has a conversation')
  return messageView(must(row, 'a recalled message stays'), ref)
}
