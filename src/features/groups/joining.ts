// How people come into a group and go: joining, asking to, being let in, leaving.
import type { Actor } from '../../core/actor.ts'
import { Failure } from '../../core/failure.ts'
import { decodeNumbers, encodeCursor } from '../../core/page.ts'
import type { Context } from '../../context.ts'
import type { JoinRequest } from '../../protocol/groups.members.ts'
import { roles } from '../../protocol/groups.ts'
import type { InputOf, OutputOf } from '../../protocol/operations.ts'
import { enter, leave as goOut } from '../conversations/members.ts'
import { arePresent, findProfiles } from '../people/people.ts'
import { roomFor } from './create.ts'
import { change, changeAny, requireGroup, showGroup, type Change } from './group.ts'
import { limits } from './limits.ts'
import {
  closeRequest,
  closeRequestsOf,
  countRequests,
  findRequest,
  insertRequest,
  listRequests,
  status,
  type RequestRow,
} from './members.store.ts'
import { may, seesAfter } from './policy.ts'
import { end } from './settings.ts'
import { addToCount, findGroups } from './store.ts'
import { requestView } from './view.ts'

/** Of whoever is in it already nothing changes. */
export async function join(
  ctx: Context,
  actor: Actor,
  input: InputOf<'groups.join'>,
): Promise<OutputOf<'groups.join'>> {
  const asked = await changeAny(ctx, actor, input.group_id, async (begun) => {
    const { tx, group } = begun
    if (group.my_role !== null) return group.id
    if (!group.is_public) throw new Failure('groupNotFound')
    if (!group.join_approval) {
      await admit(begun, actor)
      return group.id
    }
    if ((await countRequests(tx.sql, group.id)) >= limits.groups.requestsMax) {
      throw new Failure('conflict', { field: 'requests', max: limits.groups.requestsMax })
    }
    const { message = '' } = input
    const row = await insertRequest(tx.sql, {
      conversation: group.id,
      user: actor.id,
      message,
    })
    if (!row) throw new Failure('requestExists')
    return row
  })
  if (typeof asked === 'number') {
    return { status: 'joined', group: await showGroup(ctx, actor.id, asked) }
  }
  return { status: 'requested', request: await show(ctx, actor, asked) }
}

/** Somebody comes in, unless the group or their own list of groups is full. */
async function admit(
  { tx, group, lastSeq, say }: Change,
  person: { readonly id: number; readonly userId: string },
): Promise<void> {
  if (group.member_count >= group.max_members) throw new Failure('groupFull')
  await roomFor(tx, person.id)
  const entry = { role: roles.member, seesAfter: seesAfter(group.history, lastSeq), lastSeq }
  const entered = await enter(tx, group.id, [person.id], entry)
  if (entered.length === 0) return
  await addToCount(tx.sql, group.id, 1)
  await closeRequestsOf(tx.sql, group.id, [person.id])
  await say({ event: 'member_joined', targets: [person.userId] })
  tx.emit({ name: 'group.joined', conversation_id: group.id, users: [person.id] })
}

export async function requests(
  ctx: Context,
  actor: Actor,
  input: InputOf<'groups.requests'>,
): Promise<OutputOf<'groups.requests'>> {
  const group = await requireGroup(ctx.sql, input.group_id, actor)
  if (!may(group.my_role, 'admit')) throw new Failure('notAllowed')
  const newest = Number.MAX_SAFE_INTEGER
  if (input.cursor === undefined && input.limit === undefined) {
    const limit = input.page_size ?? 20
    const offset = ((input.page ?? 1) - 1) * limit
    const page = { before: newest, limit, offset }
    return showAll(ctx, actor, await listRequests(ctx.sql, group.id, page))
  }
  const limit = input.limit ?? 20
  const [before = newest] = input.cursor ? decodeNumbers(input.cursor, 1) : []
  const page = { before, limit: limit + 1, offset: 0 }
  const rows = await listRequests(ctx.sql, group.id, page)
  const shown = rows.slice(0, limit)
  const edge = rows.length > limit ? shown.at(-1) : undefined
  return {
    list: await showAll(ctx, actor, shown),
    has_more: edge !== undefined,
    next_cursor: edge ? encodeCursor([edge.id]) : null,
  }
}

export function acceptRequest(
  ctx: Context,
  actor: Actor,
  input: InputOf<'groups.acceptRequest'>,
): Promise<JoinRequest> {
  return decide(ctx, actor, input.id, status.accepted)
}

export function rejectRequest(
  ctx: Context,
  actor: Actor,
  input: InputOf<'groups.rejectRequest'>,
): Promise<JoinRequest> {
  return decide(ctx, actor, input.id, status.rejected)
}

/** Of a request whoever may not see its group learns nothing. */
async function decide(ctx: Context, actor: Actor, id: number, to: number): Promise<JoinRequest> {
  const request = await findRequest(ctx.sql, id)
  const [seen] = request ? await findGroups(ctx.sql, [request.conversation_id], actor.id) : []
  if (!request || !seen || seen.my_role === null) throw new Failure('requestNotFound')
  const row = await change(ctx, actor, request.group_id, 'admit', async (begun) => {
    const { tx } = begun
    const closed = await closeRequest(tx.sql, id, to)
    if (!closed) throw new Failure('requestNotFound')
    if (to === status.accepted) {
      if (!(await arePresent(tx, [closed.user_id]))) throw new Failure('requestNotFound')
      const profiles = await findProfiles(tx.sql, actor.id, [closed.user_id])
      const userId = profiles.get(closed.user_id)?.user_id ?? ''
      await admit(begun, { id: closed.user_id, userId })
    }
    return closed
  })
  return show(ctx, actor, row)
}

/** An owner who is alone ends the group by leaving it. */
export async function leave(
  ctx: Context,
  actor: Actor,
  input: InputOf<'groups.leave'>,
): Promise<OutputOf<'groups.leave'>> {
  await change(ctx, actor, input.group_id, 'read', async ({ tx, group, say }) => {
    if (group.my_role === roles.owner) {
      if (group.member_count > 1) throw new Failure('conflict', { field: 'owner' })
      return end(tx, group.id)
    }
    await goOut(tx, group.id, actor.id)
    await addToCount(tx.sql, group.id, -1)
    await say({ event: 'member_left', targets: [actor.userId] })
    tx.emit({ name: 'group.left', conversation_id: group.id, user: actor.id, by: actor.id })
  })
  return { message: 'left' }
}

async function show(ctx: Context, actor: Actor, row: RequestRow): Promise<JoinRequest> {
  const [shown] = await showAll(ctx, actor, [row])
  return shown as JoinRequest
}

async function showAll(
  ctx: Context,
  actor: Actor,
  rows: readonly RequestRow[],
): Promise<JoinRequest[]> {
  const people = rows.map((row) => row.user_id)
  const profiles = await findProfiles(ctx.sql, actor.id, people)
  return rows.map((row) => requestView(row, profiles))
}
