// Take a message back: a tombstone keeps its seq, and what it said is gone.
import type { Actor } from '../../core/actor.ts'
import { must } from '../../core/assert.ts'
import { Failure } from '../../core/failure.ts'
import type { Context } from '../../context.ts'
import type { Message } from '../../protocol/messages.ts'
import { findMessages, lockMessage, recallMessage } from './store.ts'
import { messageView } from './view.ts'
import { directory } from '../conversations/state.ts'

export async function recall(ctx: Context, actor: Actor, input: { id: number }): Promise<Message> {
  const conversationId = await ctx.transact(async (tx) => {
    const target = await lockMessage(tx.sql, input.id, actor.id)
    if (!target) throw new Failure('messageNotFound')
    if (target.sender_id !== actor.id) throw new Failure('notAllowed')
    if (target.recalled_at) return target.conversation_id
    if (!target.is_recent) throw new Failure('windowOver')
    const version = await recallMessage(tx.sql, target)
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
