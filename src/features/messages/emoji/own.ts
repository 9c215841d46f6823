// Messages as one person sees them: with their own reactions marked. Shared frames cannot say whose they are.
import type { Sql } from '../../../infra/db.ts'
import type { Message } from '../../../protocol/messages.ts'
import { findOwn } from './store.ts'

/** No question where nobody has reacted. */
export async function markOwn(
  sql: Sql,
  viewer: number,
  messages: readonly Message[],
): Promise<Message[]> {
  const reacted = messages.flatMap(({ id, reactions }) => (reactions ? [id] : []))
  if (reacted.length === 0) return [...messages]
  const rows = await findOwn(sql, viewer, reacted)
  const own = new Set(rows.map(({ message_id, emoji }) => `${message_id} ${emoji}`))
  return messages.map((message) => {
    const { id, reactions } = message
    if (!reactions) return message
    const marked = reactions.map((each) => {
      return own.has(`${id} ${each.emoji}`) ? { ...each, mine: true } : each
    })
    return { ...message, reactions: marked }
  })
}
