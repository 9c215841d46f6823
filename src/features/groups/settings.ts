// What a group is: read, found, changed, ended.
import type { Actor } from '../../core/actor.ts'
import { Failure, invalid } from '../../core/failure.ts'
import type { Context } from '../../context.ts'
import type { Tx } from '../../infra/db.ts'
import { mediaIdOf } from '../../protocol/paths.ts'
import { roles, type Group } from '../../protocol/groups.ts'
import type { InputOf, OutputOf } from '../../protocol/operations.ts'
import { dissolveGroup, setPosting } from '../conversations/members.ts'
import { useInGroup } from '../media/use.ts'
import { ownersSpelled } from '../people/spelled.ts'
import { noteRequests } from './entry/requests.store.ts'
import { dropInvitations } from './entry/store.ts'
import { change, showGroup, showGroups } from './group.ts'
import { newestFirst } from './pages.ts'
import { settingsOf } from './policy.ts'
import { findSpelledGroups, searchGroups } from './search.store.ts'
import { findGroup, listGroupsOf, markDissolved, updateGroup } from './store.ts'

const defaultSize = 20

export async function get(
  ctx: Context,
  actor: Actor,
  input: InputOf<'groups.get'>,
): Promise<Group> {
  const row = await findGroup(ctx.sql, input.group_id, actor.id)
  if (!row || (row.my_role === null && !row.is_public)) throw new Failure('groupNotFound')
  const [shown] = await showGroups(ctx, actor.id, [row])
  return shown as Group
}

export async function mine(
  ctx: Context,
  actor: Actor,
  input: InputOf<'groups.mine'>,
): Promise<OutputOf<'groups.mine'>> {
  return newestFirst(
    input,
    (range) => listGroupsOf(ctx.sql, actor.id, range),
    (rows) => showGroups(ctx, actor.id, rows),
  )
}

export async function search(
  ctx: Context,
  actor: Actor,
  input: InputOf<'groups.search'>,
): Promise<Group[]> {
  const keyword = input.keyword
  if (keyword === '') throw new Failure('emptyKeyword')
  const limit = input.page_size ?? defaultSize
  const offset = ((input.page ?? 1) - 1) * limit
  const ids = await ownersSpelled(keyword, (asked) => findSpelledGroups(ctx.sql, actor.id, asked))
  const rows = await searchGroups(ctx.sql, actor.id, keyword, ids, { limit, offset })
  return showGroups(ctx, actor.id, rows)
}

export async function update(
  ctx: Context,
  actor: Actor,
  input: InputOf<'groups.update'>,
): Promise<Group> {
  const { group_id, mute_all, slow_seconds, ...asked } = input
  const settings = settingsOf(asked, ctx.config)
  const id = await change(ctx, actor, group_id, 'change', async ({ tx, group, say }) => {
    const { max_members: max = group.max_members } = settings
    const min = group.member_count
    if (max < min) throw invalid('max_members', 'too_small', { min })
    const role = mute_all === undefined ? undefined : mute_all ? roles.admin : roles.member
    const wanted = { ...settings, posting_role: role, slow_seconds }
    const changed = Object.entries(wanted).flatMap(([name, value]) => {
      const isNew = value !== undefined && value !== group[name as keyof typeof wanted]
      return isNew ? [name === 'posting_role' ? 'mute_all' : name] : []
    })
    if (changed.length === 0) return group.id
    // What another admin has put there stays without being theirs.
    if (changed.includes('avatar')) {
      await useInGroup(tx, actor.id, group.id, mediaIdOf(settings.avatar ?? ''))
    }
    await updateGroup(tx.sql, group.id, settings)
    await setPosting(tx, group.id, { role, slowSeconds: slow_seconds })
    await say({ event: 'group_changed', changed })
    tx.emit({ name: 'group.changed', conversation_id: group.id })
    return group.id
  })
  return showGroup(ctx, actor.id, id)
}

/** A step: there is no such group any more. */
export async function end(tx: Tx, id: number): Promise<void> {
  await noteRequests(tx.sql, id, 'everybody')
  await markDissolved(tx.sql, id)
  await dissolveGroup(tx, id)
  await dropInvitations(tx.sql, id, null)
  tx.emit({ name: 'group.dissolved', conversation_id: id })
}

/** What was said is there no more for anybody: the group answers as one that never was. */
export async function dissolve(
  ctx: Context,
  actor: Actor,
  input: InputOf<'groups.dissolve'>,
): Promise<OutputOf<'groups.dissolve'>> {
  await change(ctx, actor, input.group_id, 'dissolve', async ({ tx, group }) => {
    await end(tx, group.id)
  })
  return { message: 'dissolved' }
}
