// Ask, accept, reject.
import type { Actor } from '../../core/actor.ts'
import { Failure } from '../../core/failure.ts'
import type { Context } from '../../context.ts'
import { emit, type Sql, type Tx } from '../../infra/db.ts'
import { buckets } from '../../infra/limiter.ts'
import type { FriendRequest } from '../../protocol/friends.ts'
import type { InputOf } from '../../protocol/operations.ts'
import { spend } from '../accounts/allowance.ts'
import { arePresent, findPerson, findProfiles } from '../accounts/people.ts'
import { openDirect } from '../conversations/pairs.ts'
import {
  areFriends,
  findRequest,
  findWaiting,
  insertFriendship,
  insertRequest,
  listRequests,
  lockPair,
  settleRequest,
  status,
  type RequestRow,
} from './store.ts'
import { requestView } from './view.ts'

export async function sendRequest(
  ctx: Context,
  actor: Actor,
  input: InputOf<'friends.sendRequest'>,
): Promise<FriendRequest> {
  await spend(ctx, `request:${actor.id}`, buckets.requestPerUser)
  const other = await findPerson(ctx.sql, input.to_user_id)
  if (other.id === actor.id) throw new Failure('validation', { field: 'to_user_id' })
  const now = ctx.clock.now()
  const row = await ctx.transact(async (tx) => {
    await lockPair(tx.sql, actor.id, other.id)
    if (!(await arePresent(tx.sql, [actor.id, other.id]))) throw new Failure('userNotFound')
    if (await areFriends(tx.sql, actor.id, other.id)) throw new Failure('alreadyFriends')
    const waiting = await findWaiting(tx.sql, actor.id, other.id)
    if (waiting?.from_id === actor.id) throw new Failure('requestExists')
    // Both asked: that is an answer.
    if (waiting) return befriend(tx, waiting, now)
    const message = input.message ?? ''
    const request = await insertRequest(tx.sql, { from: actor.id, to: other.id, message, now })
    emit(tx, { name: 'friend.requested', request_id: request.id, from: actor.id, to: other.id })
    return request
  })
  return show(ctx.sql, row)
}

export async function acceptRequest(
  ctx: Context,
  actor: Actor,
  input: InputOf<'friends.acceptRequest'>,
): Promise<FriendRequest> {
  const now = ctx.clock.now()
  const row = await ctx.transact(async (tx) => {
    const request = await lockForAnswer(tx, actor, input.request_id)
    return befriend(tx, request, now)
  })
  return show(ctx.sql, row)
}

export async function rejectRequest(
  ctx: Context,
  actor: Actor,
  input: InputOf<'friends.rejectRequest'>,
): Promise<FriendRequest> {
  const row = await ctx.transact(async (tx) => {
    const request = await lockForAnswer(tx, actor, input.request_id)
    return settleRequest(tx.sql, request.id, status.rejected, ctx.clock.now())
  })
  if (!row) throw new Failure('requestNotFound')
  return show(ctx.sql, row)
}

async function lockForAnswer(tx: Tx, actor: Actor, id: number): Promise<RequestRow> {
  const request = await findRequest(tx.sql, id)
  if (request?.to_id !== actor.id) throw new Failure('requestNotFound')
  const { from_id: from, to_id: to } = request
  await lockPair(tx.sql, from, to)
  if (!(await arePresent(tx.sql, [from, to]))) throw new Failure('requestNotFound')
  return request
}

/** A step: the request is accepted, the two are friends and their conversation is open. */
async function befriend(tx: Tx, request: RequestRow, now: Date): Promise<RequestRow> {
  const row = await settleRequest(tx.sql, request.id, status.accepted, now)
  if (!row) throw new Failure('requestNotFound')
  const { from_id: from, to_id: to } = row
  await insertFriendship(tx.sql, from, to, now)
  const people = await findProfiles(tx.sql, [from, to])
  const participant = (id: number) => ({ id, userId: people.get(id)?.user_id ?? '' })
  await openDirect(tx, participant(from), participant(to))
  emit(tx, { name: 'friend.accepted', request_id: row.id, from, to })
  return row
}

export async function receivedRequests(
  ctx: Context,
  actor: Actor,
  input: InputOf<'friends.receivedRequests'>,
): Promise<FriendRequest[]> {
  return showAll(ctx.sql, await listRequests(ctx.sql, 'to', actor.id, input.status ?? -1))
}

export async function sentRequests(
  ctx: Context,
  actor: Actor,
  input: InputOf<'friends.sentRequests'>,
): Promise<FriendRequest[]> {
  return showAll(ctx.sql, await listRequests(ctx.sql, 'from', actor.id, input.status ?? -1))
}

/** A step for the reactions: a request as its two people see it. */
export async function findRequestView(sql: Sql, id: number): Promise<FriendRequest | undefined> {
  const row = await findRequest(sql, id)
  return row ? show(sql, row) : undefined
}

async function show(sql: Sql, row: RequestRow): Promise<FriendRequest> {
  const [view] = await showAll(sql, [row])
  return view as FriendRequest
}

async function showAll(sql: Sql, rows: readonly RequestRow[]): Promise<FriendRequest[]> {
  const people = rows.flatMap((row) => [row.from_id, row.to_id])
  const profiles = await findProfiles(sql, people)
  return rows.map((row) => requestView(row, profiles))
}
