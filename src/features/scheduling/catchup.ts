// For sync: what somebody has scheduled and is not sent, and what failed. What is not among the answers is
// sent, cancelled or forgotten.
import type { Actor } from '../../core/actor.ts'
import type { BaseContext, Context } from '../../context.ts'
import type { ScheduledMessage } from '../../protocol/scheduled.ts'
import { directory } from '../conversations/state.ts'
import { findWaiting, noteScheduledTo, pageScheduled } from './store.ts'
import { scheduledView } from './view.ts'

/** These, or so many after one, by rising id; null: the conversation is gone at this moment. */
export async function scheduledBy(
  ctx: Context,
  actor: Actor,
  wanted: { readonly ids: readonly number[] } | { readonly after: number; readonly limit: number },
): Promise<Map<number, ScheduledMessage | null>> {
  if ('ids' in wanted && wanted.ids.length === 0) return new Map()
  const rows =
    'ids' in wanted
      ? await findWaiting(ctx.sql, actor.id, wanted.ids)
      : await pageScheduled(ctx.sql, actor.id, wanted.after, wanted.limit)
  const refs = await ctx.of(directory).findAll(rows.map((row) => row.conversation_id))
  return new Map(
    rows.map((row) => {
      const ref = refs.get(row.conversation_id)
      return [row.id, ref ? scheduledView(row, ref) : null]
    }),
  )
}

/** Whoever has scheduled something for this account catches up on its name. */
export const noteRecipient = (ctx: BaseContext, user: number) => noteScheduledTo(ctx.sql, user)
