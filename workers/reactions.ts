// What follows from what: durable event → frames to people and jobs. The one page to read.
import type { BaseContext } from '../src/context.ts'
import { digest } from '../src/core/seal.ts'
import { findProfiles, findUserIds } from '../src/features/accounts/people.ts'
import { peerOf } from '../src/features/conversations/directory.ts'
import { mayWrite } from '../src/features/conversations/membership.ts'
import { loadChange } from '../src/features/messages/replay.ts'
import { reopenTalks } from '../src/features/friends/departure.ts'
import { areFriends } from '../src/features/friends/policy.ts'
import { findWaitingRequest } from '../src/features/friends/requests.ts'
import { commentActivity, likeActivity } from '../src/features/moments/activity.ts'
import { parcel } from '../src/infra/courier.ts'
import { encode } from '../src/protocol/codec.ts'
import type { DurableEvents, EventName, DurableEvent } from '../src/protocol/events.ts'
import type { ServerData, ServerFrameType } from '../src/protocol/frames.ts'

type Reaction<N extends EventName> = (ctx: BaseContext, event: DurableEvents[N]) => Promise<void>

const reactions: { readonly [N in EventName]: Reaction<N> } = {
  'mail.due': async (ctx, { kind, sealed }) => {
    // Told twice, it is queued once while it waits.
    await ctx.queues.add('email', 'letter', { kind, sealed }, { id: `mail-${numberOf(sealed)}` })
  },

  'account.returned': (ctx, { user }) => reopenTalks(ctx, user),

  'export.requested': async (ctx, event) => {
    const { export: id } = event
    await ctx.queues.add('maintenance', 'export', { export: id }, { collapse: `export-${id}` })
  },

  'friend.requested': async (ctx, event) => {
    // Answered, withdrawn or cut off by a block meanwhile: there is nothing to ask any more.
    const request = await findWaitingRequest(ctx, event.to, event.request_id)
    if (request) await tell(ctx, [event.to], 'friend_request', request)
  },

  'friend.accepted': async (ctx, event) => {
    const { request_id, from, to } = event
    if (!(await areFriends(ctx.sql, from, to))) return
    const friend = (await findProfiles(ctx.sql, from, [to])).get(to)
    const asker = (await findProfiles(ctx.sql, to, [from])).get(from)
    if (friend) await tell(ctx, [from], 'friend_accepted', { request_id, friend })
    if (asker) await tell(ctx, [to], 'friend_added', { request_id, friend: asker })
  },

  'friend.removed': async (ctx, { by, other }) => {
    if (await areFriends(ctx.sql, by, other)) return
    const names = await findUserIds(ctx.sql, [by, other])
    const [remover, removed] = [names.get(by), names.get(other)]
    if (remover) await tell(ctx, [other], 'friend_removed', { user_id: remover })
    if (removed) await tell(ctx, [by], 'friend_removed', { user_id: removed })
  },

  'conversation.read': async (ctx, event) => {
    const { conversation_id, reader, read_seq, read_at } = event
    const place = await ctx.directory.find(conversation_id)
    // Where nobody may write, nobody is told who still reads.
    if (place?.kind === 'direct' && (await mayWrite(ctx.sql, place.id))) {
      const peer = peerOf(place, reader)
      const reader_user_id = peerOf(place, peer.id).userId
      const receipt = { conversation_id, reader_user_id, read_seq, read_at }
      await tell(ctx, [peer.id], 'read_receipt', receipt)
    }
    const unread = event.unread === undefined ? {} : { unread: event.unread }
    await tell(ctx, [reader], 'conversation_updated', { conversation_id, read_seq, ...unread })
  },

  'moment.liked': async (ctx, { like_id }) => {
    for (const { users, data } of await likeActivity(ctx.sql, like_id)) {
      await tell(ctx, users, 'moment_activity', data)
    }
  },

  'moment.commented': async (ctx, { comment_id }) => {
    for (const { users, data } of await commentActivity(ctx.sql, comment_id)) {
      await tell(ctx, users, 'moment_activity', data)
    }
  },

  'message.changed': async (ctx, { message_id, version }) => {
    const now = ctx.clock.now().getTime()
    const change = await loadChange(ctx, message_id, version, now)
    if (change) await ctx.courier.deliver([parcel(change.frame, change.users)], now)
  },
}

/** A digest as a number: the board shows such ids, and it tells nothing. */
function numberOf(text: string): bigint {
  return digest(text).readBigUInt64BE()
}

export function react(ctx: BaseContext, event: DurableEvent): Promise<void> {
  const reaction = reactions[event.name] as Reaction<EventName>
  return reaction(ctx, event)
}

async function tell<T extends ServerFrameType>(
  ctx: BaseContext,
  users: readonly number[],
  type: T,
  data: ServerData<T>,
): Promise<void> {
  const now = ctx.clock.now().getTime()
  await ctx.courier.deliver([parcel(encode(type, data, Math.floor(now / 1000)), users)], now)
}
