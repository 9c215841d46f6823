// What the two people hear when a friendship is asked for, begins or ends.
import type { BaseContext } from '../../context.ts'
import type { EventData } from '../../protocol/events.ts'
import { findProfiles, findUserIds } from '../people/people.ts'
import { tell } from '../tell.ts'
import { areFriends } from './policy.ts'
import { findWaitingRequest } from './requests.ts'

export async function tellRequested(
  ctx: BaseContext,
  event: EventData<'friend.requested'>,
): Promise<void> {
  // Answered, withdrawn or cut off by a block meanwhile: there is nothing to ask any more.
  const request = await findWaitingRequest(ctx, event.to, event.request_id)
  if (request) await tell(ctx, [event.to], 'friend_request', request)
}

export async function tellAccepted(
  ctx: BaseContext,
  { request_id, from, to }: EventData<'friend.accepted'>,
): Promise<void> {
  if (!(await areFriends(ctx.sql, from, to))) return
  const friend = (await findProfiles(ctx.sql, from, [to])).get(to)
  const asker = (await findProfiles(ctx.sql, to, [from])).get(from)
  if (friend) await tell(ctx, [from], 'friend_accepted', { request_id, friend })
  if (asker) await tell(ctx, [to], 'friend_added', { request_id, friend: asker })
}

export async function tellRemoved(
  ctx: BaseContext,
  { by, other }: EventData<'friend.removed'>,
): Promise<void> {
  if (await areFriends(ctx.sql, by, other)) return
  const names = await findUserIds(ctx.sql, [by, other])
  const [remover, removed] = [names.get(by), names.get(other)]
  if (remover) await tell(ctx, [other], 'friend_removed', { user_id: remover })
  if (removed) await tell(ctx, [by], 'friend_removed', { user_id: removed })
}
