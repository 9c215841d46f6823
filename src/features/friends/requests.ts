// Ask, accept, reject, withdraw.
import type { Actor } from '../../core/actor.ts'
import { Failure, invalid } from '../../core/failure.ts'
import { limits } from './limits.ts'
import type { BaseContext, Context } from '../../context.ts'
import type { Tx } from '../../infra/db.ts'
import type { FriendRequest } from '../../protocol/friends.ts'
import type { InputOf } from '../../protocol/operations.ts'
import { arePresent, findPerson, findProfiles, findUserIds } from '../people/people.ts'
import { openDirect } from '../conversations/pairs.ts'
import {
  countWaiting,
  expireBetween,
  findRequest,
  findWaiting,
  insertRequest,
  listRequests,
  closeRequest,
  status,
  type Closed,
  type RequestRow,
} from './requests.store.ts'
import { areFriends, hasBlocked } from './policy.ts'
import { countFriends, insertFriendship, lockPair } from './store.ts'
import { requestView } from './view.ts'

/**
 * To whom one has blocked: `blocked`, for one knows. To whom has blocked one: `userNotFound`, as
 * their card answers.
 */
export async function sendRequest(
  ctx: Context,
  actor: Actor,
  input: InputOf<'friends.sendRequest'>,
): Promise<FriendRequest> {
  const other = await findPerson(ctx.sql, input.to_user_id)
  if (other.id === actor.id) throw invalid('to_user_id', 'conflict', { with: 'self' })
  const row = await ctx.transact(async (tx) => {
    await lockPair(tx.sql, actor.id, other.id)
    if (await hasBlocked(tx.sql, actor.id, other.id)) throw new Failure('blocked')
    if (await hasBlocked(tx.sql, other.id, actor.id)) throw new Failure('userNotFound')
    if (await areFriends(tx.sql, actor.id, other.id)) throw new Failure('alreadyFriends')
    const waiting = await findWaiting(tx.sql, actor.id, other.id, tx.now)
    if (waiting?.from_id === actor.id) throw new Failure('requestExists')
    // Both asked: that is an answer.
    if (waiting) return befriend(tx, waiting)
    return ask(tx, { from: actor.id, to: other.id, message: input.message ?? '' })
  })
  return show(ctx, actor.id, row)
}

/** A step. Counted without a lock: who asks in parallel may pass the bound by a few. */
async function ask(
  tx: Tx,
  request: Omit<Parameters<typeof insertRequest>[1], 'now'>,
): Promise<RequestRow> {
  const { from, to } = request
  const { now } = tx
  const max = limits.friends.waitingMax
  await expireBetween(tx.sql, from, to, now)
  const { row, isFound } = await insertRequest(tx.sql, { ...request, now })
  if (!row) throw new Failure(isFound ? 'notAllowed' : 'userNotFound')
  // Counted after it: how many wait for somebody tells that they are there.
  const made = await countWaiting(tx.sql, 'from', from, now)
  if (made > max) throw new Failure('conflict', { field: 'sent_requests', max })
  const got = await countWaiting(tx.sql, 'to', to, now)
  if (got > max) throw new Failure('conflict', { field: 'received_requests', max })
  tx.emit({ name: 'friend.requested', request_id: row.id, from, to })
  return row
}

export async function acceptRequest(
  ctx: Context,
  actor: Actor,
  input: InputOf<'friends.acceptRequest'>,
): Promise<FriendRequest> {
  const row = await ctx.transact(async (tx) => {
    const request = await lockMine(tx, 'to_id', actor, input.request_id)
    return befriend(tx, request)
  })
  return show(ctx, actor.id, row)
}

export function rejectRequest(
  ctx: Context,
  actor: Actor,
  input: InputOf<'friends.rejectRequest'>,
): Promise<FriendRequest> {
  return close(ctx, actor, 'to_id', input.request_id, status.rejected)
}

export function withdrawRequest(
  ctx: Context,
  actor: Actor,
  input: InputOf<'friends.withdrawRequest'>,
): Promise<FriendRequest> {
  return close(ctx, actor, 'from_id', input.request_id, status.withdrawn)
}

async function close(
  ctx: Context,
  actor: Actor,
  mine: 'from_id' | 'to_id',
  id: number,
  to: number,
): Promise<FriendRequest> {
  const row = await ctx.transact(async (tx) => {
    const request = await lockMine(tx, mine, actor, id)
    const closed = await closeRequest(tx.sql, request.id, to, tx.now)
    if (closed) noteClosed(tx, closed, actor.id)
    return closed
  })
  if (!row) throw new Failure('requestNotFound')
  return show(ctx, actor.id, row)
}

/** A step: it waits no longer, by what one of the two did. */
export function noteClosed(tx: Tx, { id, from_id, to_id }: Closed, by: number): void {
  tx.emit({ name: 'friend.closed', request_id: id, from: from_id, to: to_id, by })
}

/** A request that is this person's to answer, or to take back, with its pair locked. */
async function lockMine(
  tx: Tx,
  mine: 'from_id' | 'to_id',
  actor: Actor,
  id: number,
): Promise<RequestRow> {
  const request = await findRequest(tx.sql, id, tx.now)
  if (request?.[mine] !== actor.id) throw new Failure('requestNotFound')
  await lockPair(tx.sql, request.from_id, request.to_id)
  return request
}

/**
 * A step: the request is accepted, the two are friends and their conversation is open. No block
 * stands between them: a block drops what waits, under the same lock.
 */
async function befriend(tx: Tx, request: RequestRow): Promise<RequestRow> {
  const row = await closeRequest(tx.sql, request.id, status.accepted, tx.now)
  if (!row) throw new Failure('requestNotFound')
  const { from_id: from, to_id: to } = row
  // Nobody leaves before the end of this; who has left meanwhile cannot be befriended.
  if (!(await arePresent(tx, [from, to]))) throw new Failure('requestNotFound')
  const max = limits.friends.perPersonMax
  for (const each of [from, to]) {
    const count = await countFriends(tx.sql, each)
    if (count >= max) throw new Failure('conflict', { field: 'friends', max })
  }
  await insertFriendship(tx.sql, from, to, tx.now)
  const names = await findUserIds(tx.sql, [from, to])
  const participant = (id: number) => ({ id, userId: names.get(id) ?? '' })
  await openDirect(tx, participant(from), participant(to))
  tx.emit({ name: 'friend.accepted', request_id: row.id, from, to })
  return row
}

export async function receivedRequests(
  ctx: Context,
  actor: Actor,
  input: InputOf<'friends.receivedRequests'>,
): Promise<FriendRequest[]> {
  const now = ctx.clock.now()
  const rows = await listRequests(ctx.sql, 'to', actor.id, input.status ?? -1, now)
  return showAll(ctx, actor.id, rows)
}

export async function sentRequests(
  ctx: Context,
  actor: Actor,
  input: InputOf<'friends.sentRequests'>,
): Promise<FriendRequest[]> {
  const now = ctx.clock.now()
  const rows = await listRequests(ctx.sql, 'from', actor.id, input.status ?? -1, now)
  return showAll(ctx, actor.id, rows)
}

/** For the reactions: a request as one of its two people sees it, while it waits. */
export async function findWaitingRequest(
  ctx: BaseContext,
  viewer: number,
  id: number,
): Promise<FriendRequest | undefined> {
  const row = await findRequest(ctx.sql, id, ctx.clock.now())
  return row?.status === status.pending ? show(ctx, viewer, row) : undefined
}

async function show(ctx: BaseContext, viewer: number, row: RequestRow): Promise<FriendRequest> {
  const [view] = await showAll(ctx, viewer, [row])
  return view as FriendRequest
}

async function showAll(
  ctx: BaseContext,
  viewer: number,
  rows: readonly RequestRow[],
): Promise<FriendRequest[]> {
  const people = rows.flatMap((row) => [row.from_id, row.to_id])
  const profiles = await findProfiles(ctx.sql, viewer, people)
  return rows.map((row) => requestView(row, profiles))
}
