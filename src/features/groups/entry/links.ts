// Invite links: whoever has one comes in, as often as it says and as long.
import type { Actor } from '../../../core/actor.ts'
import { Failure } from '../../../core/failure.ts'
import { newLinkCode } from '../../../core/ids.ts'
import { digest } from '../../../core/seal.ts'
import type { Context } from '../../../context.ts'
import type { InviteLink } from '../../../protocol/groups.entry.ts'
import type { InputOf, OutputOf } from '../../../protocol/operations.ts'
import { findUserIds } from '../../people/people.ts'
import { deleteLink, findLink, insertLink, listLinks, useLink, type LinkRow } from './store.ts'
import { change, changeAny, requireGroup, showGroup } from '../group.ts'
import { admit } from './joining.ts'
import { may } from '../policy.ts'

/** The code is shown once: kept is what recognises it. */
export async function createLink(
  ctx: Context,
  actor: Actor,
  input: InputOf<'groups.createLink'>,
): Promise<InviteLink> {
  const code = newLinkCode()
  const row = await change(ctx, actor, input.group_id, 'admit', async ({ tx, group }) => {
    const max = ctx.config.groups.linksMax
    if ((await listLinks(tx.sql, group.id)).length >= max) {
      throw new Failure('conflict', { field: 'links', max })
    }
    return insertLink(tx.sql, {
      conversation: group.id,
      codeHash: digest(code),
      maxUses: input.max_uses ?? null,
      seconds: input.expires_in ?? null,
      by: actor.id,
    })
  })
  const url = `${ctx.config.publicUrl || 'curlew:'}/join/${code}`
  return { ...linkView(row, actor.userId), code, url }
}

export async function links(
  ctx: Context,
  actor: Actor,
  input: InputOf<'groups.links'>,
): Promise<InviteLink[]> {
  const group = await requireGroup(ctx.sql, input.group_id, actor)
  if (!may(group.my_role, 'admit')) throw new Failure('notAllowed')
  const rows = await listLinks(ctx.sql, group.id)
  const names = await findUserIds(
    ctx.sql,
    rows.map((row) => row.created_by),
  )
  return rows.map((row) => linkView(row, names.get(row.created_by) ?? ''))
}

export async function revokeLink(
  ctx: Context,
  actor: Actor,
  input: InputOf<'groups.revokeLink'>,
): Promise<OutputOf<'groups.revokeLink'>> {
  await change(ctx, actor, input.group_id, 'admit', async ({ tx, group }) => {
    if (!(await deleteLink(tx.sql, group.id, input.link_id)))
      throw new Failure('invitationNotFound')
  })
  return { message: 'removed' }
}

/** An admin made it: nobody has to agree once more. Of whoever is in it already no use is taken. */
export async function joinByLink(
  ctx: Context,
  actor: Actor,
  input: InputOf<'groups.joinByLink'>,
): Promise<OutputOf<'groups.joinByLink'>> {
  const link = await findLink(ctx.sql, digest(input.code))
  if (!link) throw new Failure('invitationNotFound')
  const id = await changeAny(ctx, actor, link.group_id, async (begun) => {
    const { tx, group } = begun
    if (group.my_role !== null) return group.id
    if (!(await useLink(tx.sql, link.id))) throw new Failure('invitationNotFound')
    await admit(begun, actor)
    return group.id
  })
  return { status: 'joined', group: await showGroup(ctx, actor.id, id) }
}

function linkView(row: LinkRow, creator: string): InviteLink {
  return {
    id: row.id,
    group_id: row.group_id,
    uses: row.uses,
    max_uses: row.max_uses,
    expires_at: row.expires_at?.toISOString() ?? null,
    created_by: creator,
    created_at: row.created_at.toISOString(),
  }
}
