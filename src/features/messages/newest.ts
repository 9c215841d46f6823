// What was said last in conversations, for one person.
import { must } from '../../core/assert.ts'
import type { Context } from '../../context.ts'
import type { Message } from '../../protocol/messages.ts'
import { directory } from '../conversations/state.ts'
import { shownTo } from './shown.ts'
import { findNewest, findShown } from './store.ts'
import { messageView } from './view.ts'

interface Newest {
  readonly id: number
  readonly last_message_id: number | null
  /** What they were let in behind. */
  readonly sees_after: number
}

/** By conversation. A further question only where what was said last is deleted for them. */
export async function newestOf(
  ctx: Context,
  viewer: number,
  conversations: readonly Newest[],
): Promise<ReadonlyMap<number, Message>> {
  const said = conversations.flatMap(({ last_message_id: id }) => (id === null ? [] : [id]))
  const rows = await findShown(ctx.sql, viewer, said)
  const there = new Set(rows.map((row) => row.conversation_id))
  const gone = conversations.filter((each) => each.last_message_id !== null && !there.has(each.id))
  if (gone.length > 0) rows.push(...(await findNewest(ctx.sql, viewer, gone)))
  const refs = await ctx.of(directory).findAll(rows.map((row) => row.conversation_id))
  const shown = rows.map((row) => {
    return messageView(row, must(refs.get(row.conversation_id), 'a message has a conversation'))
  })
  const marked = await shownTo(ctx.sql, viewer, shown)
  return new Map(marked.map((message) => [message.conversation_id, message]))
}
