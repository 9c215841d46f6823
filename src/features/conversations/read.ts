// Read marks.
import type { Actor } from '../../core/actor.ts'
import { Failure } from '../../core/failure.ts'
import type { Context } from '../../context.ts'
import { emit } from '../../infra/db.ts'
import type { OutputOf } from '../../protocol/operations.ts'
import { moveReadMark } from './store.ts'

/** Moves my mark; the others hear of it only when it moved. */
export async function markRead(
  ctx: Context,
  actor: Actor,
  input: { id: number; seq?: number },
): Promise<OutputOf<'conversations.read'>> {
  const now = ctx.clock.now()
  return ctx.transact(async (tx) => {
    const mark = await moveReadMark(tx.sql, input.id, actor.id, input.seq ?? null, now)
    if (!mark) throw new Failure('conversationNotFound')
    if (mark.moved) {
      emit(tx, {
        name: 'conversation.read',
        conversation_id: input.id,
        reader: actor.id,
        read_seq: mark.read_seq,
        read_at: now.toISOString(),
        unread: mark.unread,
      })
    }
    return { read_seq: mark.read_seq, unread: mark.unread }
  })
}
