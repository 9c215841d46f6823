// Read marks.
import type { Actor } from '../../core/actor.ts'
import { Failure } from '../../core/failure.ts'
import type { BaseContext, Context } from '../../context.ts'
import type { EventData } from '../../protocol/events.ts'
import type { OutputOf } from '../../protocol/operations.ts'
import { tell } from '../tell.ts'
import { findUser } from '../people/accounts.ts'
import { othersOf } from './audience.ts'
import { groupOf, participantIn, type ConversationRef } from './directory.ts'
import { whoHears } from './membership.ts'
import { setMarkedUnread } from './settings.ts'
import { directory } from './state.ts'
import { moveReadMark } from './store.ts'

/** Moves my mark; the others hear of it only when it moved. */
export async function markRead(
  ctx: Context,
  actor: Actor,
  input: { id: number; seq?: number },
): Promise<OutputOf<'conversations.read'>> {
  return ctx.transact(async (tx) => {
    const mark = await moveReadMark(tx.sql, input.id, actor.id, input.seq ?? null)
    if (!mark) throw new Failure('conversationNotFound')
    // Who reads what they had marked unread has read it, even if there was nothing new.
    if (!mark.moved) await setMarkedUnread(tx, input.id, actor.id, false)
    if (mark.moved) {
      tx.emit({
        name: 'conversation.read',
        conversation_id: input.id,
        reader: actor.id,
        read_seq: mark.read_seq,
        read_at: mark.read_at.toISOString(),
        unread: mark.unread,
        ...(mark.peer === null ? {} : { peer: mark.peer }),
        ...(mark.unmarked ? { unmarked: true } : {}),
      })
    }
    return { read_seq: mark.read_seq, unread: mark.unread }
  })
}

/** A reaction: a receipt to the others, and the reader's own devices. */
export async function tellRead(
  ctx: BaseContext,
  { unread, peer: _peer, unmarked = false, ...read }: EventData<'conversation.read'>,
): Promise<void> {
  const { conversation_id, reader, read_seq, read_at } = read
  const ref = await ctx.of(directory).find(conversation_id)
  if (ref) {
    const others = (await othersOf(ctx.sql, ref, reader)) ?? []
    const signal = { what: 'receipts', by: reader, others } as const
    const { isOpen, hearers } = await whoHears(ctx.sql, ref.id, signal)
    // Where nobody may write, nobody is told who still reads.
    const isTold = isOpen && hearers.length > 0
    const reader_user_id = isTold && (await nameOf(ctx, ref, reader))
    if (reader_user_id) {
      const receipt = { conversation_id, ...groupOf(ref), reader_user_id, read_seq, read_at }
      await tell(ctx, hearers, 'read_receipt', receipt)
    }
  }
  await tell(ctx, [reader], 'conversation_updated', {
    conversation_id,
    read_seq,
    ...(unread === undefined ? {} : { unread }),
    ...(unmarked ? { is_marked_unread: false } : {}),
  })
}

async function nameOf(
  ctx: BaseContext,
  ref: ConversationRef,
  id: number,
): Promise<string | undefined> {
  return participantIn(ref, id)?.userId ?? (await findUser(ctx.sql, id))?.user_id
}
