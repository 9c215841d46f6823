// My friends: list, name, remove.
import type { Actor } from '../../core/actor.ts'
import { Failure } from '../../core/failure.ts'
import type { Context } from '../../context.ts'
import type { Sql } from '../../infra/db.ts'
import type { Friend } from '../../protocol/friends.ts'
import type { Status } from '../../protocol/people.ts'
import type { InputOf, OutputOf } from '../../protocol/operations.ts'
import { findProfiles } from '../people/people.ts'
import { statusView } from '../people/status.ts'
import { checkName } from '../people/policy.ts'
import { closeDirect } from '../conversations/pairs.ts'
import {
  deleteFriendship,
  findOwn,
  findSights,
  findWatched,
  listFriends,
  lockPair,
  updateRemark as writeRemark,
  type FriendRow,
  type SightRow,
} from './store.ts'
import { friendView } from './view.ts'

export async function list(ctx: Context, actor: Actor): Promise<OutputOf<'friends.list'>> {
  return showAll(ctx, actor, await listFriends(ctx.sql, actor.id, ctx.clock.now()))
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

/** What somebody shows to another: that they are there, or not, and what they say of themselves. */
export interface Shown {
  readonly isSeen: boolean
  readonly status: Status | null
}

/** The same, and what they show. */
export async function watchedBy(
  ctx: Context,
  actor: Actor,
  userIds: readonly string[],
): Promise<Map<number, { readonly userId: string } & Shown>> {
  const rows = await findWatched(ctx.sql, actor.id, userIds, ctx.clock.now())
  return new Map(rows.map((row) => [row.id, { userId: row.user_id, ...shownView(row) }]))
}

const shownView = ({ is_seen: isSeen, status }: SightRow): Shown => ({
  isSeen,
  status: statusView(status),
})

export type Pair = readonly [one: number, other: number]

/** A question for features above: of each pair, what the second shows to the first; strangers nothing. */
export async function shownAmong(sql: Sql, pairs: readonly Pair[], now: Date): Promise<Shown[]> {
  return pairs.length === 0 ? [] : (await findSights(sql, pairs, now)).map(shownView)
}

async function showAll(ctx: Context, actor: Actor, rows: readonly FriendRow[]): Promise<Friend[]> {
  const people = rows.flatMap((row) => [row.user_id, row.friend_id])
  const profiles = await findProfiles(ctx.sql, actor.id, people)
  return rows.map((row) => friendView(row, profiles))
}
