// For the workers: which browsers and phones are to be told something.
import type { BaseContext } from '../../context.ts'
import { wakes } from '../../infra/push.ts'
import type { DurableEvent } from '../../protocol/events.ts'
import { limits } from './limits.ts'
import { servedKinds } from './phones.ts'
import { findReachable, findReachableIn } from './store.ts'
import { findChanged, findShowing, findShowingSince } from './waiting.store.ts'

/** Every registration of these people that somebody takes notifications for, and whose it is. */
export function reachable(ctx: BaseContext, users: readonly number[]) {
  return findReachable(ctx.sql, users, servedKinds(ctx.config))
}

/** The next page of a conversation's members who can be reached and want to be, by rising id. */
export function reachableIn(
  ctx: BaseContext,
  conversation: number,
  page: { after: number; limit: number },
): Promise<number[]> {
  return findReachableIn(ctx.sql, conversation, page)
}

export interface Outdated {
  readonly subscription: number
  readonly conversation: number
  readonly isEdit: boolean
}

/**
 * Devices that show what an event has changed, page by page: of whoever has read it elsewhere, and of all
 * who were told of a message that was recalled or edited. What a browser shows is left there when it was
 * read: it would have to show something else instead.
 */
export async function* outdated(
  ctx: BaseContext,
  event: DurableEvent,
): AsyncGenerator<readonly Outdated[]> {
  if (event.name === 'conversation.read') {
    const { conversation_id: conversation, reader: user } = event
    const kinds = servedKinds(ctx.config).filter(wakes)
    if (kinds.length === 0) return
    const rows = await findShowing(ctx.sql, { user, conversation, kinds })
    yield rows.map(({ id }) => ({ subscription: id, conversation, isEdit: false }))
  } else if (event.name === 'message.changed') {
    yield* outdatedBy(ctx, event)
  }
}

async function* outdatedBy(
  ctx: BaseContext,
  event: { readonly message_id: number; readonly conversation_id: number },
): AsyncGenerator<readonly Outdated[]> {
  const message = await findChanged(ctx.sql, event.message_id)
  if (!message) return
  const { conversation_id: conversation } = event
  const limit = limits.push.pageDevices
  for (let after = 0; ;) {
    const page = { conversation, since: message.created_at, after, limit }
    const rows = await findShowingSince(ctx.sql, page)
    yield rows.map(({ id }) => ({ subscription: id, conversation, isEdit: !message.recalled }))
    const last = rows.at(-1)
    if (!last || rows.length < limit) return
    after = last.id
  }
}
