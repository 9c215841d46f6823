// My friends: list, name, remove.
import type { Actor } from '../../core/actor.ts'
import { Failure } from '../../core/failure.ts'
import type { Context } from '../../context.ts'
import type { Sql } from '../../infra/db.ts'
import type { Friend } from '../../protocol/friends.ts'
import type { InputOf, OutputOf } from '../../protocol/operations.ts'
import { findProfiles } from '../people/people.ts'
import { checkName } from '../people/policy.ts'
import { closeDirect } from '../conversations/pairs.ts'
import {
  deleteFriendship,
  findOwn,
  findSeenAmong,
  findWatched,
  listFriends,
  lockPair,
  updateRemark as writeRemark,
  type FriendRow,
} from './store.ts'
import { friendView } from './view.ts'

export async function list(ctx: Context, actor: Actor): Promise<OutputOf<'friends.list'>> {
  return showAll(ctx, actor, await listFriends(ctx.sql, actor.id))
}

/** My own name for a friend; nobody else hears of it. */
export async function updateRemark(
  ctx: Context,
  actor: Actor,
  input: InputOf<'friends.updateRemark'>,
): Promise<Friend> {
  const { friend_id, remark } = input
  if (remark !== '') checkName('remark', remark)
  const row = await ctx.transact(async (tx) => {
    const set = await writeRemark(tx.sql, actor.id, friend_id, remark, tx.now)
    if (!set) throw new Failure('friendNotFound')
    if (set.was !== remark) tx.emit({ name: 'friend.set', user: actor.id, friend: set.friend_id })
    return set
  })
  const [view] = await showAll(ctx, actor, [row])
  return view as Friend
}

/** Ends the friendship for both; nobody can write from this commit on. */
export async function remove(
  ctx: Context,
  actor: Actor,
  input: InputOf<'friends.remove'>,
): Promise<OutputOf<'friends.remove'>> {
  const [found] = await findOwn(ctx.sql, actor.id, [input.friend_id])
  if (!found || found.id === actor.id) throw new Failure('friendNotFound')
  const other = { id: found.id, userId: found.user_id }
  await ctx.transact(async (tx) => {
    await lockPair(tx.sql, actor.id, other.id)
    if (!(await deleteFriendship(tx.sql, actor.id, other.id))) throw new Failure('friendNotFound')
    await closeDirect(tx, actor, other)
    tx.emit({ name: 'friend.removed', by: actor.id, other: other.id })
  })
  return { message: 'removed' }
}

/** A question for features above: which of these are friends' names, or one's own; by id. */
export async function namesOf(
  sql: Sql,
  actor: Actor,
  userIds: readonly string[],
): Promise<Map<number, string>> {
  const rows = await findOwn(sql, actor.id, userIds)
  return new Map(rows.map((row) => [row.id, row.user_id]))
}

/** The same, and whether they show each other that they are there. */
export async function watchedBy(
  sql: Sql,
  actor: Actor,
  userIds: readonly string[],
): Promise<Map<number, { userId: string; isSeen: boolean }>> {
  const rows = await findWatched(sql, actor.id, userIds)
  return new Map(rows.map((row) => [row.id, { userId: row.user_id, isSeen: row.is_seen }]))
}

export type Pair = readonly [one: number, other: number]

/**
 * A question for features above: of each pair, whether they are friends who show each other that they are
 * there, or one and the same.
 */
export function seenAmong(sql: Sql, pairs: readonly Pair[]): Promise<boolean[]> {
  return pairs.length === 0 ? Promise.resolve([]) : findSeenAmong(sql, pairs)
}

async function showAll(ctx: Context, actor: Actor, rows: readonly FriendRow[]): Promise<Friend[]> {
  const people = rows.flatMap((row) => [row.user_id, row.friend_id])
  const profiles = await findProfiles(ctx.sql, actor.id, people)
  return rows.map((row) => friendView(row, profiles))
}
