// What changed for one account, as events: looked up as it is now, and what is not there any more is gone.
import type { Actor } from '../../core/actor.ts'
import type { Context } from '../../context.ts'
import type { Favorite } from '../../protocol/favorites.ts'
import type { Kind } from '../../protocol/kept.ts'
import type { ScheduledMessage } from '../../protocol/scheduled.ts'
import type { SyncEvent } from '../../protocol/sync.ts'
import { deletedBy } from '../deletions/deleted.ts'
import { favoritesBy } from '../favorites/catchup.ts'
import { blocksBy, friendsBy, requestsBy } from '../friends/catchup.ts'
import { invitationsBy, joinRequestsBy } from '../groups/catchup.ts'
import { findUserIds } from '../people/people.ts'
import { me } from '../people/profile.ts'
import { scheduledBy } from '../scheduling/catchup.ts'
import { get as settings } from '../settings/settings.ts'
import type { Noted } from './store.ts'

export interface Told {
  readonly thing: Noted
  readonly event: SyncEvent
}

/** In the order of the things; nothing of one that is gone with all that was about it. */
export async function accountEvents(
  ctx: Context,
  actor: Actor,
  things: readonly Noted[],
): Promise<Told[]> {
  const of = (kind: Kind) => things.flatMap((thing) => (thing.kind === kind ? [thing.ref] : []))
  const people = [...of('friend'), ...of('block')]
  const [friends, requests, blocks, invitations, joining, deleted, favorites, scheduled, names] =
    await Promise.all([
      friendsBy(ctx, actor, { ids: of('friend') }),
      requestsBy(ctx, actor, { ids: of('request') }),
      blocksBy(ctx, actor, { ids: of('block') }),
      invitationsBy(ctx, actor, { ids: of('invitation') }),
      joinRequestsBy(ctx, actor, { ids: of('join') }),
      deletedBy(ctx.sql, actor.id, of('deletion')),
      favoritesBy(ctx, actor, { ids: of('favorite') }),
      scheduledBy(ctx, actor, { ids: of('scheduled') }),
      people.length === 0 ? new Map<number, string>() : findUserIds(ctx.sql, people),
    ])
  const found: Told[] = []
  for (const thing of things) {
    const { kind, ref } = thing
    const tell = (event: SyncEvent) => found.push({ thing, event })
    const user_id = names.get(ref) ?? ''
    if (kind === 'me') tell({ type: 'me', data: await me(ctx, actor) })
    else if (kind === 'settings') tell({ type: 'settings', data: await settings(ctx, actor) })
    else if (kind === 'friend') {
      const data = friends.get(ref)
      tell(data ? { type: 'friend', data } : { type: 'friend_removed', data: { id: ref, user_id } })
    } else if (kind === 'request') {
      const data = requests.get(ref)
      const gone = { type: 'friend_request_removed', data: { request_id: ref } } as const
      tell(data ? { type: 'friend_request', data } : gone)
    } else if (kind === 'block') {
      const data = blocks.get(ref)
      tell(data ? { type: 'block', data } : { type: 'block_removed', data: { id: ref, user_id } })
    } else if (kind === 'invitation') {
      const data = invitations.get(ref)
      const gone = { type: 'group_invitation_removed', data: { invitation_id: ref } } as const
      tell(data ? { type: 'group_invitation', data } : gone)
    } else if (kind === 'join') {
      const data = joining.get(ref)
      const gone = { type: 'join_request_removed', data: { request_id: ref } } as const
      tell(data ? { type: 'join_request', data } : gone)
    } else if (kind === 'deletion') {
      const data = deleted.get(ref)
      if (data) tell({ type: 'message_deleted', data })
    } else if (kind === 'favorite') {
      tell(favoriteOf(ref, favorites.get(ref)))
    } else if (kind === 'scheduled') {
      tell(scheduledOf(ref, scheduled.get(ref)))
    }
  }
  return found
}

/** What is kept of a message, or that nothing is. */
export function favoriteOf(message_id: number, data: Favorite | null | undefined): SyncEvent {
  return data ? { type: 'favorite', data } : { type: 'favorite_removed', data: { message_id } }
}

/** What waits to be sent, or has failed; or that it does so no more. */
export function scheduledOf(
  scheduled_id: number,
  data: ScheduledMessage | null | undefined,
): SyncEvent {
  return data
    ? { type: 'scheduled_updated', data }
    : { type: 'scheduled_removed', data: { scheduled_id } }
}
