// How people come into a group and go: joining, asking to, being let in, leaving.
import type { Actor } from '../../../core/actor.ts'
import { Failure } from '../../../core/failure.ts'
import type { Context } from '../../../context.ts'
import type { JoinRequest } from '../../../protocol/groups.members.ts'
import { roles } from '../../../protocol/groups.ts'
import type { InputOf, OutputOf } from '../../../protocol/operations.ts'
import { enter } from '../../conversations/members.ts'
import { arePresent, findProfiles, type Person } from '../../people/people.ts'
import type { Tx } from '../../../infra/db.ts'
import {
  closeRequest,
  closeRequestsOf,
  countRequests,
  findRequest,
  insertRequest,
  listRequests,
  type RequestRow,
} from './requests.store.ts'
import { closeInvitationsOf, isBanned } from './store.ts'
import { roomFor } from '../create.ts'
import { change, changeAny, letGo, requireGroup, showGroup, type Change } from '../group.ts'
import { status } from '../members.store.ts'
import { newestFirst } from '../pages.ts'
import { may, seesAfter } from '../policy.ts'
import { end } from '../settings.ts'
import { addToCount, findGroups } from '../store.ts'
import { requestView } from '../view.ts'

/** Of whoever is in it already nothing changes. */
export async function join(
  ctx: Context,
  actor: Actor,
  input: InputOf<'groups.join'>,
): Promise<OutputOf<'groups.join'>> {
  const asked = await changeAny(ctx, actor, input.group_id, async (begun) => {
    const { group } = begun
    if (group.my_role !== null) return group.id
    if (!group.is_public) throw new Failure('groupNotFound')
    if (group.join_approval) return ask(begun, actor, input.message ?? '')
    await admit(begun, actor)
    return group.id
  })
  if (typeof asked === 'number') {
    return { status: 'joined', group: await showGroup(ctx, actor.id, asked) }
  }
  return { status: 'requested', request: await showRequest(ctx, actor, asked) }
}

/** Part of a change: somebody asks to come in, once. */
export async function ask(
  { tx, group, bounds }: Change,
  person: Person,
  message: string,
): Promise<RequestRow> {
  const { requestsMax: max } = bounds
  if (await isBanned(tx.sql, group.id, person.id)) throw new Failure('notAllowed')
  if ((await countRequests(tx.sql, group.id)) >= max) {
    throw new Failure('conflict', { field: 'requests', max })
  }
  const asked = { conversation: group.id, user: person.id, message }
  const row = await insertRequest(tx.sql, asked)
  if (!row) throw new Failure('requestExists')
  tx.emit({ name: 'group.asked', conversation_id: group.id, users: [person.id] })
  return row
}

/** A step: whoever came in another way, or is kept out, asks no more. */
export async function closeAskedBy(
  tx: Tx,
  conversation: number,
  user: number,
  to: number,
): Promise<void> {
  if (!(await closeRequestsOf(tx.sql, conversation, [user], to))) return
  tx.emit({ name: 'group.asked', conversation_id: conversation, users: [user] })
}

/** Part of a change: somebody comes in, unless they are kept out, or the group or their list is full. */
export async function admit(
  { tx, group, lastSeq, say, bounds }: Change,
  person: Person,
): Promise<void> {
  if (await isBanned(tx.sql, group.id, person.id)) throw new Failure('notAllowed')
  if (group.member_count >= group.max_members) throw new Failure('groupFull')
  await roomFor(tx, person.id, bounds.perPersonMax)
  const entry = { role: roles.member, seesAfter: seesAfter(group.history, lastSeq), lastSeq }
  const entered = await enter(tx, group.id, [person.id], entry)
  if (entered.length === 0) return
  await addToCount(tx.sql, group.id, 1)
  await closeAskedBy(tx, group.id, person.id, status.accepted)
  await closeInvitationsOf(tx.sql, group.id, person.id, status.accepted)
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
  return newestFirst(
    input,
    (range) => listRequests(ctx.sql, group.id, range),
    (rows) => showAll(ctx, actor, rows),
  )
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
    tx.emit({ name: 'group.asked', conversation_id: begun.group.id, users: [closed.user_id] })
    if (to === status.accepted) {
      if (!(await arePresent(tx, [closed.user_id]))) throw new Failure('requestNotFound')
      const profiles = await findProfiles(tx.sql, actor.id, [closed.user_id])
      const userId = profiles.get(closed.user_id)?.user_id ?? ''
      await admit(begun, { id: closed.user_id, userId })
    }
    return closed
  })
  return showRequest(ctx, actor, row)
}

/** An owner who is alone ends the group by leaving it. */
export async function leave(
  ctx: Context,
  actor: Actor,
  input: InputOf<'groups.leave'>,
): Promise<OutputOf<'groups.leave'>> {
  await change(ctx, actor, input.group_id, 'read', (begun) => {
    const { tx, group } = begun
    if (group.my_role === roles.owner) {
      if (group.member_count > 1) throw new Failure('conflict', { field: 'owner' })
      return end(tx, group.id)
    }
    const { id, userId } = actor
    return letGo(begun, { id, userId, role: group.my_role }, actor, 'member_left')
  })
  return { message: 'left' }
}

export async function showRequest(
  ctx: Context,
  actor: Actor,
  row: RequestRow,
): Promise<JoinRequest> {
  const [shown] = await showAll(ctx, actor, [row])
  return shown as JoinRequest
}

export async function showAll(
  ctx: Context,
  actor: Actor,
  rows: readonly RequestRow[],
): Promise<JoinRequest[]> {
  const people = rows.map((row) => row.user_id)
  const profiles = await findProfiles(ctx.sql, actor.id, people)
  return rows.map((row) => requestView(row, profiles))
}
