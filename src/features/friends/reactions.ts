// What the two people hear when a friendship is asked for, begins or ends.
import type { BaseContext } from '../../context.ts'
import type { EventData } from '../../protocol/events.ts'
import { tellFellow, tellFellows } from '../conversations/fellows.ts'
import { findProfiles, findSights, findUserIds } from '../people/people.ts'
import { statusView } from '../people/status.ts'
import { tell } from '../tell.ts'
import { areFriends } from './policy.ts'
import { findStatus, noteForPeers, noteOwnPeers, pageOfPeers } from './changes.store.ts'
import { limits } from './limits.ts'
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
  await recheck(ctx, [by, other])
  const names = await findUserIds(ctx.sql, [by, other])
  const [remover, removed] = [names.get(by), names.get(other)]
  if (remover) await tell(ctx, [other], 'friend_removed', { user_id: remover })
  if (removed) await tell(ctx, [by], 'friend_removed', { user_id: removed })
}

/** The devices of whoever did it; the one who had asked sees it when they look. */
export const tellClosed = (ctx: BaseContext, { by }: EventData<'friend.closed'>): Promise<void> =>
  tell(ctx, [by], 'changed', { what: 'request' })

export const tellSet = (ctx: BaseContext, { user }: EventData<'friend.set'>): Promise<void> =>
  tell(ctx, [user], 'changed', { what: 'friend' })

export async function tellBlock(
  ctx: BaseContext,
  { by, other }: EventData<'block.changed'>,
): Promise<void> {
  await tell(ctx, [by], 'changed', { what: 'block' })
  await recheck(ctx, [by, other])
  await tellFellow(ctx, other, by)
}

/**
 * Their other devices hear of it, and those who know them see more or less of them: how far they have read
 * comes by sync, both ways, and whether they are there is looked at again.
 */
export async function tellSettings(
  ctx: BaseContext,
  { user, receipts = false, presence = false }: EventData<'settings.changed'>,
): Promise<void> {
  await tell(ctx, [user], 'changed', { what: 'settings' })
  if (!receipts && !presence) return
  if (presence) await recheck(ctx, [user])
  for (let after = 0; ;) {
    const page = await pageOfPeers(ctx.sql, user, after, limits.friends.pagePeers)
    const peers = page.map(({ peer }) => peer)
    const last = peers.at(-1)
    if (last === undefined) return
    if (receipts) {
      await noteForPeers(ctx.sql, user, peers)
      await noteOwnPeers(ctx.sql, user, peers)
    }
    if (presence) await recheckAt(ctx, user, peers)
    after = last
  }
}

/** Nodes that hold sockets of these look again who sees this one. */
async function recheckAt(
  { registry, relay }: BaseContext,
  user: number,
  users: readonly number[],
): Promise<void> {
  const found = await registry.connections(users)
  const nodes = new Set(found.flat().map((id) => registry.nodeOf(id)))
  await Promise.all([...nodes].map((node) => relay.command(node, { do: 'recheck', user })))
}

/** Nodes that hold sockets of theirs look again whom they may see. */
async function recheck({ registry, relay }: BaseContext, users: readonly number[]): Promise<void> {
  const found = await registry.connections(users)
  const commands = users.flatMap((user, at) => {
    const nodes = new Set((found[at] ?? []).map((id) => registry.nodeOf(id)))
    return [...nodes].map((node) => relay.command(node, { do: 'recheck', user }))
  })
  await Promise.all(commands)
}

export async function tellProfile(
  ctx: BaseContext,
  { user, status = false, face = true }: EventData<'profile.changed'>,
): Promise<void> {
  await tell(ctx, [user], 'changed', { what: 'me' })
  if (status) await recheck(ctx, [user])
  await tellPeers(ctx, user, { status, face })
  if (face) await tellFellows(ctx, user)
}

/**
 * Those who know them have it in what they catch up on, and are told if they are there. A status is for
 * friends: to all others nothing has changed when it has.
 */
export async function tellPeers(
  ctx: BaseContext,
  user: number,
  { status, face } = { status: false, face: true },
): Promise<void> {
  const said = statusView(await findStatus(ctx.sql, user, ctx.clock.now()))
  for (let after = 0; ;) {
    const page = await pageOfPeers(ctx.sql, user, after, limits.friends.pagePeers)
    const last = page.at(-1)?.peer
    if (last === undefined) return
    const friends = new Set(page.flatMap(({ peer, is_friend }) => (is_friend ? [peer] : [])))
    const concerned = page.filter(({ peer }) => face || friends.has(peer))
    const peers = concerned.map(({ peer }) => peer)
    await noteForPeers(ctx.sql, user, peers)
    if (status) await recheckAt(ctx, user, [...friends])
    const near = concerned.flatMap(({ peer, is_apart }) => (is_apart ? [] : [peer]))
    for (const { viewers, profiles } of await findSights(ctx.sql, near, [user])) {
      const seen = profiles.get(user)
      if (!seen) continue
      const { close = [], far = [] } = Object.groupBy(viewers, (id) =>
        friends.has(id) ? 'close' : 'far',
      )
      if (close.length > 0) await tell(ctx, close, 'profile_updated', { ...seen, status: said })
      if (far.length > 0) await tell(ctx, far, 'profile_updated', seen)
    }
    after = last
  }
}
