// Bans: who is kept out of a group until somebody lets them in again.
import type { Actor } from '../../../core/actor.ts'
import { Failure, invalid } from '../../../core/failure.ts'
import type { Context } from '../../../context.ts'
import type { InputOf, OutputOf } from '../../../protocol/operations.ts'
import { findFacesOf } from '../../friends/faces.ts'
import { findPerson } from '../../people/people.ts'
import { closeInvitationsOf, deleteBan, insertBan, listBans } from './store.ts'
import { change, letGo, requireGroup } from '../group.ts'
import { closeAskedBy } from './joining.ts'
import { findMember, status } from '../members.store.ts'
import { newestFirst } from '../pages.ts'
import { may, outranks } from '../policy.ts'
import { banView } from '../view.ts'

export async function ban(
  ctx: Context,
  actor: Actor,
  input: InputOf<'groups.ban'>,
): Promise<OutputOf<'groups.ban'>> {
  const person = await findPerson(ctx.sql, input.target_user_id)
  await change(ctx, actor, input.group_id, 'kick', async (begun) => {
    const { tx, group } = begun
    if (person.id === actor.id) throw invalid('target_user_id', 'conflict', { with: 'self' })
    const member = await findMember(tx.sql, group.id, person.id)
    if (member && !outranks(group.my_role, member.role)) throw new Failure('notAllowed')
    const pair = { conversation: group.id, user: person.id, by: actor.id }
    if (!(await insertBan(tx.sql, pair))) return
    await closeAskedBy(tx, group.id, person.id, status.rejected)
    await closeInvitationsOf(tx.sql, group.id, person.id, status.rejected)
    if (member) await letGo(begun, { ...person, role: member.role }, actor, 'member_banned')
  })
  return { message: 'removed' }
}

export async function unban(
  ctx: Context,
  actor: Actor,
  input: InputOf<'groups.unban'>,
): Promise<OutputOf<'groups.unban'>> {
  const person = await findPerson(ctx.sql, input.user_id)
  await change(ctx, actor, input.group_id, 'kick', async ({ tx, group }) => {
    if (!(await deleteBan(tx.sql, group.id, person.id))) throw new Failure('userNotFound')
  })
  return { message: 'removed' }
}

export async function bans(
  ctx: Context,
  actor: Actor,
  input: InputOf<'groups.bans'>,
): Promise<OutputOf<'groups.bans'>> {
  const group = await requireGroup(ctx.sql, input.group_id, actor)
  if (!may(group.my_role, 'kick')) throw new Failure('notAllowed')
  return newestFirst(
    input,
    (range) => listBans(ctx.sql, group.id, range),
    async (rows) => {
      const people = rows.flatMap((row) => [row.user_id, row.by_id])
      const profiles = await findFacesOf(ctx, actor.id, people)
      return rows.map((row) => banView(row, profiles))
    },
  )
}
