// A group as its members use it: found by its name on the wire, locked for a change, shown to who asks.
import type { GroupBounds } from '../../config.ts'
import type { Actor } from '../../core/actor.ts'
import { Failure } from '../../core/failure.ts'
import type { BaseContext, Context } from '../../context.ts'
import type { Sql, Tx } from '../../infra/db.ts'
import type { Group } from '../../protocol/groups.ts'
import type { SystemMessage } from '../../protocol/groups.told.ts'
import { leave, lockOpen } from '../conversations/members.ts'
import { directory } from '../conversations/state.ts'
import { saySystem } from '../messages/system.ts'
import { findProfiles } from '../people/people.ts'
import { noteRequests } from './entry/requests.store.ts'
import { dropInvitations } from './entry/store.ts'
import { may, type Right } from './policy.ts'
import { addToCount, findGroup, findGroups, type GroupRow } from './store.ts'
import { groupView } from './view.ts'

export type MyGroup = GroupRow & { my_role: number }

/** For a member. A foreign group answers as an unknown one and as a dissolved one do. */
export async function requireGroup(sql: Sql, groupId: string, actor: Actor): Promise<MyGroup> {
  return asMember(await findGroup(sql, groupId, actor.id))
}

function asMember(row: GroupRow | undefined): MyGroup {
  if (!row || row.my_role === null) throw new Failure('groupNotFound')
  return row as MyGroup
}

/** A step inside of a change: the group is locked, and as it is now. */
export interface Change {
  readonly tx: Tx
  readonly group: GroupRow
  readonly lastSeq: number
  /** Of the installation. */
  readonly bounds: GroupBounds
  /** Tells it in the timeline; the names are user ids. */
  say(
    told: Omit<SystemMessage, 'actor' | 'targets'> & { targets?: readonly string[] },
  ): Promise<void>
}

/** Locks a group and does something to it, whoever asks. */
export async function changeAny<T>(
  ctx: Context,
  actor: Actor,
  groupId: string,
  work: (change: Change) => Promise<T>,
): Promise<T> {
  const ref = await ctx.of(directory).findGroup(groupId)
  if (!ref) throw new Failure('groupNotFound')
  return ctx.transact(async (tx) => {
    const lastSeq = await lockOpen(tx, ref.id)
    const group = lastSeq === null ? undefined : await findGroup(tx.sql, groupId, actor.id)
    if (!group || lastSeq === null) throw new Failure('groupNotFound')
    const say: Change['say'] = ({ targets = [], ...told }) =>
      saySystem(tx, ref.id, actor.id, { ...told, actor: actor.userId, targets })
    return work({ tx, group, lastSeq, say, bounds: ctx.config.groups })
  })
}

/** The same for a member who may. */
export function change<T>(
  ctx: Context,
  actor: Actor,
  groupId: string,
  right: Right,
  work: (change: Change & { group: MyGroup }) => Promise<T>,
): Promise<T> {
  return changeAny(ctx, actor, groupId, (begun) => {
    const group = asMember(begun.group)
    if (!may(group.my_role, right)) throw new Failure('notAllowed')
    return work({ ...begun, group })
  })
}

/** Part of a change: a member goes, by themselves or by somebody who may do that, and all hear how. */
export async function letGo(
  { tx, group, say }: Change,
  member: Pick<Actor, 'id' | 'userId'> & { readonly role: number },
  by: Actor,
  event: 'member_left' | 'member_kicked' | 'member_banned',
): Promise<void> {
  await leave(tx, group.id, member.id)
  await dropInvitations(tx.sql, group.id, member.id)
  if (may(member.role, 'admit')) await noteRequests(tx.sql, group.id, member.id)
  await addToCount(tx.sql, group.id, -1)
  await say({ event, targets: [member.userId] })
  tx.emit({ name: 'group.left', conversation_id: group.id, user: member.id, by: by.id })
}

export async function showGroups(
  ctx: BaseContext,
  viewer: number,
  rows: readonly GroupRow[],
): Promise<Group[]> {
  const profiles = await findProfiles(
    ctx.sql,
    viewer,
    rows.map((row) => row.owner_id),
  )
  return rows.map((row) => groupView(row, profiles))
}

/** Groups that somebody is in, by conversation. */
export async function groupsById(
  ctx: BaseContext,
  viewer: number,
  ids: readonly number[],
): Promise<ReadonlyMap<number, Group>> {
  const shown = await showGroups(ctx, viewer, await findGroups(ctx.sql, ids, viewer))
  return new Map(shown.map((group) => [group.id, group]))
}

/** As it is after a change. */
export async function showGroup(ctx: BaseContext, viewer: number, id: number): Promise<Group> {
  const [shown] = await showGroups(ctx, viewer, await findGroups(ctx.sql, [id], viewer))
  if (!shown) throw new Failure('groupNotFound')
  return shown
}
