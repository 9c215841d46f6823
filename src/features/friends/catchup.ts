// For sync: friends, requests and blocks as they are now. What is not among the answers is gone.
import type { Actor } from '../../core/actor.ts'
import type { Context } from '../../context.ts'
import type { Block, Friend, FriendRequest } from '../../protocol/friends.ts'
import { findProfiles } from '../people/people.ts'
import { findBlocks } from './blocks.store.ts'
import { findFriends, findRequests } from './catchup.store.ts'
import { findFacesOf } from './faces.ts'
import type { Wanted } from './store.ts'
import { blockView, friendView, requestView } from './view.ts'

export type { Wanted }

/** By the friend's account. */
export async function friendsBy(
  ctx: Context,
  actor: Actor,
  wanted: Wanted,
): Promise<Map<number, Friend>> {
  if (isEmpty(wanted)) return new Map()
  const rows = await findFriends(ctx.sql, actor.id, wanted, ctx.clock.now())
  const profiles = await profilesOf(ctx, actor, [actor.id, ...rows.map((row) => row.friend_id)])
  return new Map(rows.map((row) => [row.friend_id, friendView(row, profiles)]))
}

/** By the request. */
export async function requestsBy(
  ctx: Context,
  actor: Actor,
  wanted: Wanted,
): Promise<Map<number, FriendRequest>> {
  if (isEmpty(wanted)) return new Map()
  const rows = await findRequests(ctx.sql, actor.id, wanted, ctx.clock.now())
  const people = rows.flatMap((row) => [row.from_id, row.to_id])
  const profiles = await profilesOf(ctx, actor, people)
  return new Map(rows.map((row) => [row.id, requestView(row, profiles)]))
}

/** By the account that is blocked. */
export async function blocksBy(
  ctx: Context,
  actor: Actor,
  wanted: Wanted,
): Promise<Map<number, Block>> {
  if (isEmpty(wanted)) return new Map()
  const rows = await findBlocks(ctx.sql, actor.id, wanted)
  const people = [actor.id, ...rows.map((row) => row.blocked_id)]
  const profiles = await findFacesOf(ctx, actor.id, people)
  return new Map(rows.map((row) => [row.blocked_id, blockView(row, profiles)]))
}

const isEmpty = (wanted: Wanted) => 'ids' in wanted && wanted.ids.length === 0

const profilesOf = (ctx: Context, actor: Actor, people: readonly number[]) =>
  findProfiles(ctx.sql, actor.id, people)
