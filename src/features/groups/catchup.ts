// For sync: invitations, requests to come in and members as they are now. What is not among the answers is
// gone.
import type { Actor } from '../../core/actor.ts'
import type { Context } from '../../context.ts'
import type { GroupInvitation } from '../../protocol/groups.entry.ts'
import type { GroupMember, JoinRequest } from '../../protocol/groups.members.ts'
import { findUserIds } from '../people/people.ts'
import { findInvitations, listMemberNews, type Wanted } from './catchup.store.ts'
import { showAll as showInvitations } from './entry/invitations.ts'
import { showAll as showRequests } from './entry/joining.ts'
import { findRequests } from './entry/requests.store.ts'
import { showAll as showMembers } from './members.ts'

/** By number. */
export async function invitationsBy(
  ctx: Context,
  actor: Actor,
  wanted: Wanted,
): Promise<Map<number, GroupInvitation>> {
  if ('ids' in wanted && wanted.ids.length === 0) return new Map()
  const rows = await findInvitations(ctx.sql, actor.id, wanted)
  const shown = await showInvitations(ctx, actor.id, rows)
  return new Map(shown.map((each) => [each.id, each]))
}

/** One's own, and those one may answer, by number. */
export async function joinRequestsBy(
  ctx: Context,
  actor: Actor,
  wanted: Wanted,
): Promise<Map<number, JoinRequest>> {
  if ('ids' in wanted && wanted.ids.length === 0) return new Map()
  const rows = await findRequests(ctx.sql, actor.id, wanted)
  const shown = await showRequests(ctx, actor, rows)
  return new Map(shown.map((each) => [each.id, each]))
}

/** Somebody in a group, as they are there now; null once they are in it no more. */
export interface Fellow {
  readonly conversation_id: number
  readonly group_id: string
  /** Their account. */
  readonly user: number
  readonly user_id: string
  readonly member: GroupMember | null
}

/**
 * Of each of these groups at most `limit`, by rising account, and those who look otherwise to this account
 * alone. Who may see them is for the caller to know.
 */
export async function fellowsChanged(
  ctx: Context,
  actor: Actor,
  ranges: readonly { readonly id: number; readonly after: number }[],
  changed: { readonly since: string; readonly fellows: readonly number[] },
  limit: number,
): Promise<Fellow[]> {
  if (ranges.length === 0) return []
  const rows = await listMemberNews(ctx.sql, ranges, changed, limit)
  const inside = rows.flatMap(({ member }) => (member ? [member] : []))
  const [members, names] = await Promise.all([
    showMembers(ctx, actor, inside),
    findUserIds(
      ctx.sql,
      rows.map((row) => row.user_id),
    ),
  ])
  const shown = new Map(inside.map((row, at) => [row, members[at]]))
  return rows.map(({ conversation_id, group_id, user_id: user, member }) => ({
    conversation_id,
    group_id,
    user,
    user_id: names.get(user) ?? '',
    member: (member && shown.get(member)) ?? null,
  }))
}
