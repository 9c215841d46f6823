// What is done to a message that was said: decided under the lock of its conversation, counted there
// and told to everybody in it.
import type { Actor } from '../../core/actor.ts'
import { must } from '../../core/assert.ts'
import { Failure } from '../../core/failure.ts'
import type { Context } from '../../context.ts'
import type { Tx } from '../../infra/db.ts'
import type { Message } from '../../protocol/messages.ts'
import { shownTo } from './shown.ts'
import { countChange, findMessages, lockMessage, type ChangeTarget } from './store.ts'
import { messageView } from './view.ts'
import { directory } from '../conversations/state.ts'

/** Answers whether anything changed: what did not is told to nobody. */
export type Change = (tx: Tx, target: ChangeTarget) => Promise<boolean>

/** Changes a message that whoever asks can see, and answers it as it stands then. */
export async function change(
  ctx: Context,
  actor: Actor,
  input: { id: number },
  work: Change,
): Promise<Message> {
  const conversationId = await ctx.transact(async (tx) => {
    const target = await lockMessage(tx.sql, input.id, actor.id)
    if (!target) throw new Failure('messageNotFound')
    const { id: message_id, conversation_id } = target
    if (await work(tx, target)) {
      const version = await countChange(tx.sql, conversation_id)
      tx.emit({ name: 'message.changed', message_id, conversation_id, version })
    }
    return conversation_id
  })
  const [row] = await findMessages(ctx.sql, [input.id])
  // Its time was over a moment ago.
  if (!row) throw new Failure('messageNotFound')
  const ref = must(await ctx.of(directory).find(conversationId), 'a message has a conversation')
  const [shown] = await shownTo(ctx.sql, actor.id, [messageView(row, ref)])
  return must(shown, 'one is one')
}
