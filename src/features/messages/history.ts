// Read a conversation, by pages or by seq.
import type { Actor } from '../../core/actor.ts'
import { must } from '../../core/assert.ts'
import type { Context } from '../../context.ts'
import type { InputOf, OutputOf } from '../../protocol/operations.ts'
import { requireMember } from '../conversations/membership.ts'
import { seqsOf } from '../deletions/deleted.ts'
import { shownTo } from './shown.ts'
import { listMessages, type Range } from './store.ts'
import { messageView } from './view.ts'
import { directory } from '../conversations/state.ts'

const defaultSize = 50

export async function history(
  ctx: Context,
  actor: Actor,
  input: InputOf<'messages.history'>,
): Promise<OutputOf<'messages.history'>> {
  const conversation = await requireMember(ctx.sql, input.id, actor.id)
  const ref = must(await ctx.of(directory).find(input.id), 'a conversation is in the directory')
  // What came before somebody was in is not for them, wherever they begin to read.
  const first = conversation.sees_after
  const read = async (range: Range) => {
    const rows = await listMessages(ctx.sql, input.id, first, { ...range, viewer: actor.id })
    return shownTo(
      ctx.sql,
      actor.id,
      rows.map((row) => messageView(row, ref)),
    )
  }

  const { before_seq: before, after_seq: after } = input
  if (before === undefined && after === undefined && input.limit === undefined) {
    const { page = 1, page_size: size = defaultSize } = input
    const [last, left] = [conversation.last_seq, (page - 1) * size]
    const above = await seqsOf(ctx.sql, actor.id, input.id, { last, left })
    return read(pageRange(last - above, size))
  }
  const limit = input.limit ?? defaultSize
  const list = await read({
    ...(before === undefined ? {} : { before }),
    ...(after === undefined ? {} : { after }),
    limit: limit + 1,
  })
  const hasMore = list.length > limit
  // One more was asked for to know whether there is more: it lies at the far end.
  if (hasMore && after === undefined) list.shift()
  else if (hasMore) list.pop()
  const edge = after === undefined ? list[0]?.seq : list.at(-1)?.seq
  return {
    list,
    has_more: hasMore,
    next_cursor: hasMore && edge !== undefined ? String(edge) : null,
  }
}

/** Up to a seq; where none is left, nothing. */
function pageRange(last: number, size: number): Range {
  return last <= 0 ? { before: 0, limit: 1 } : { before: last + 1, limit: size }
}
