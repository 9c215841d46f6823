// Edit a message: other words at the same seq; what it said before is kept.
import type { Actor } from '../../core/actor.ts'
import { Failure } from '../../core/failure.ts'
import { decodeNumbers, encodeCursor } from '../../core/page.ts'
import type { Context } from '../../context.ts'
import type { Sql } from '../../infra/db.ts'
import type { Message } from '../../protocol/messages.ts'
import type { InputOf, OutputOf } from '../../protocol/operations.ts'
import { whyClosed } from '../friends/policy.ts'
import { change } from './change.ts'
import { limits } from './limits.ts'
import { checkContent, isWorded } from './policy.ts'
import { isOwnMessage, listRevisions, reviseMessage } from './revisions.store.ts'
import type { ChangeTarget } from './store.ts'

const defaultSize = 20

/**
 * One's own within the window, where one may still speak: who may not say a thing may not put it into
 * what was said before either. The same words again are no edit, whenever they come.
 */
export function edit(
  ctx: Context,
  actor: Actor,
  input: InputOf<'messages.edit'>,
): Promise<Message> {
  return change(ctx, actor, input, async (tx, target) => {
    // Nobody else can edit it, so to nobody else is it there.
    if (target.sender_id !== actor.id) throw new Failure('messageNotFound')
    if (target.recalled_at || !isWorded(target.message_type)) throw new Failure('notAllowed')
    const { content } = input
    checkContent({ ...target, content })
    if (content === target.content) return false
    await checkSpeaking(tx.sql, actor, target)
    const isSpent = target.revisions >= limits.message.editsMax
    if (!target.is_editable || isSpent) throw new Failure('windowOver')
    await reviseMessage(tx.sql, target.id, content)
    return true
  })
}

/** Judged as a new message would be, but for slow mode: nothing comes of it that others have to read. */
async function checkSpeaking(sql: Sql, actor: Actor, target: ChangeTarget): Promise<void> {
  if (!target.is_open) {
    if (target.peer_id === null) throw new Failure('notAllowed')
    throw await whyClosed(sql, actor.id, target.peer_id)
  }
  if (target.is_muted) throw new Failure('muted')
}

/** What a message of mine said before, the oldest first; nothing of one that was taken back. */
export async function revisions(
  ctx: Context,
  actor: Actor,
  input: InputOf<'messages.revisions'>,
): Promise<OutputOf<'messages.revisions'>> {
  const limit = input.limit ?? defaultSize
  const [after = 0] = input.cursor ? decodeNumbers(input.cursor, 1) : []
  if (!(await isOwnMessage(ctx.sql, input.id, actor.id))) throw new Failure('messageNotFound')
  const rows = await listRevisions(ctx.sql, input.id, { after, limit: limit + 1 })
  const shown = rows.slice(0, limit)
  const edge = rows.length > limit ? shown.at(-1) : undefined
  return {
    list: shown.map(({ n, content, said_at }) => ({ n, content, said_at: said_at.toISOString() })),
    has_more: edge !== undefined,
    next_cursor: edge === undefined ? null : encodeCursor([edge.n]),
  }
}
