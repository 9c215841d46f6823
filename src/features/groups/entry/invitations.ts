// Invitations: a member asks a friend in, and the friend says yes or no.
import type { Actor } from '../../../core/actor.ts'
import { Failure, invalid } from '../../../core/failure.ts'
import type { BaseContext, Context } from '../../../context.ts'
import type { Tx } from '../../../infra/db.ts'
import type { GroupInvitation } from '../../../protocol/groups.entry.ts'
import { roles } from '../../../protocol/groups.ts'
import type { InputOf, OutputOf } from '../../../protocol/operations.ts'
import { areFriends } from '../../friends/policy.ts'
import { findPerson, findProfiles } from '../../people/people.ts'
import {
  closeInvitation,
  findInvitation,
  insertInvitation,
  isBanned,
  listInvitations,
  type InvitationRow,
} from './store.ts'
import { changeAny, change, groupsById, showGroup } from '../group.ts'
import { admit, ask, showRequest } from './joining.ts'
import { findMember, status } from '../members.store.ts'
import { newestFirst } from '../pages.ts'
import { invitationView } from '../view.ts'

export async function invite(
  ctx: Context,
  actor: Actor,
  input: InputOf<'groups.invite'>,
): Promise<GroupInvitation> {
  const person = await findPerson(ctx.sql, input.invitee_user_id)
  const id = await change(ctx, actor, input.group_id, 'read', async ({ tx, group }) => {
    if (person.id === actor.id) throw invalid('invitee_user_id', 'conflict', { with: 'self' })
    if (!(await areFriends(tx.sql, actor.id, person.id))) throw new Failure('notAllowed')
    if (await findMember(tx.sql, group.id, person.id)) {
      throw new Failure('conflict', { field: 'invitee_user_id' })
    }
    if (await isBanned(tx.sql, group.id, person.id)) throw new Failure('notAllowed')
    if (group.member_count >= group.max_members) throw new Failure('groupFull')
    const invitation = { conversation: group.id, inviter: actor.id, invitee: person.id }
    const { id: made, stays_out: staysOut } = await insertInvitation(tx.sql, invitation)
    if (staysOut) throw new Failure('notAllowed')
    if (made === null) throw new Failure('invitationExists')
    tx.emit({ name: 'group.invited', invitation: made, to: person.id })
    return made
  })
  return show(ctx, actor.id, id)
}

/** Where an admin has to agree, a member's invitation is no more than a recommendation. */
export async function acceptInvitation(
  ctx: Context,
  actor: Actor,
  input: InputOf<'groups.acceptInvitation'>,
): Promise<OutputOf<'groups.acceptInvitation'>> {
  const invitation = await mine(ctx, actor, input.id)
  const { group_id, inviter_id } = invitation
  const asked = await changeAny(ctx, actor, group_id, async (begun) => {
    const { tx, group } = begun
    const inviter = await findMember(tx.sql, group.id, inviter_id)
    if (!inviter) throw new Failure('invitationNotFound')
    await close(tx, input.id, actor.id, status.accepted)
    if (group.my_role !== null) return null
    if (group.join_approval && inviter.role < roles.admin) return ask(begun, actor, '')
    await admit(begun, actor)
    return null
  }).catch((error) => {
    throw error instanceof Failure && error.reason === 'groupNotFound'
      ? new Failure('invitationNotFound')
      : error
  })
  if (asked) return { status: 'requested', request: await showRequest(ctx, actor, asked) }
  return { status: 'joined', group: await showGroup(ctx, actor.id, invitation.conversation_id) }
}

export async function rejectInvitation(
  ctx: Context,
  actor: Actor,
  input: InputOf<'groups.rejectInvitation'>,
): Promise<GroupInvitation> {
  await mine(ctx, actor, input.id)
  await ctx.transact((tx) => close(tx, input.id, actor.id, status.rejected))
  return show(ctx, actor.id, input.id)
}

/** A step. */
async function close(tx: Tx, invitation: number, to: number, state: number): Promise<void> {
  if (!(await closeInvitation(tx.sql, invitation, state))) throw new Failure('invitationHandled')
  tx.emit({ name: 'group.uninvited', invitation, to })
}

export function receivedInvitations(
  ctx: Context,
  actor: Actor,
  input: InputOf<'groups.receivedInvitations'>,
): Promise<OutputOf<'groups.receivedInvitations'>> {
  return newestFirst(
    input,
    (range) => listInvitations(ctx.sql, actor.id, range),
    (rows) => showAll(ctx, actor.id, rows),
  )
}

async function mine(ctx: Context, actor: Actor, id: number): Promise<InvitationRow> {
  const row = await findInvitation(ctx.sql, id)
  if (row?.invitee_id !== actor.id) throw new Failure('invitationNotFound')
  return row
}

/** As one of its two people sees it. */
export async function show(ctx: BaseContext, viewer: number, id: number): Promise<GroupInvitation> {
  const row = await findInvitation(ctx.sql, id)
  const [shown] = row ? await showAll(ctx, viewer, [row]) : []
  if (!shown) throw new Failure('invitationNotFound')
  return shown
}

export async function showAll(
  ctx: BaseContext,
  viewer: number,
  rows: readonly InvitationRow[],
): Promise<GroupInvitation[]> {
  const people = rows.flatMap((row) => [row.inviter_id, row.invitee_id])
  const [profiles, groups] = await Promise.all([
    findProfiles(ctx.sql, viewer, people),
    groupsById(
      ctx,
      viewer,
      rows.map((row) => row.conversation_id),
    ),
  ])
  return rows.flatMap((row) => {
    const group = groups.get(row.conversation_id)
    return group ? [invitationView(row, group, profiles)] : []
  })
}
