// Make a group: its first members are friends of whoever makes it.
import type { Actor } from '../../core/actor.ts'
import { Failure, invalid } from '../../core/failure.ts'
import { newGroupId } from '../../core/ids.ts'
import type { Context } from '../../context.ts'
import { mediaIdOf } from '../../protocol/paths.ts'
import { roles, type Group } from '../../protocol/groups.ts'
import type { InputOf } from '../../protocol/operations.ts'
import { enter, openGroup } from '../conversations/members.ts'
import { countGroups } from '../conversations/membership.ts'
import { namesOf } from '../friends/contacts.ts'
import { useInGroup } from '../media/use.ts'
import { saySystem } from '../messages/system.ts'
import { arePresent } from '../people/people.ts'
import type { Tx } from '../../infra/db.ts'
import { showGroup } from './group.ts'
import { settingsOf } from './policy.ts'
import { insertGroup, lockGroupsOf, mayBePutIn } from './store.ts'

export async function create(
  ctx: Context,
  actor: Actor,
  input: InputOf<'groups.create'>,
): Promise<Group> {
  const { member_ids: names = [], ...asked } = input
  const settings = settingsOf(asked, ctx.config)
  const friends = await friendsNamed(ctx, actor, names)
  const { membersDefault, perPersonMax } = ctx.config.groups
  const max = settings.max_members ?? membersDefault
  if (friends.length + 1 > max) throw new Failure('groupFull')
  const id = await ctx.transact(async (tx) => {
    const users = friends.map((friend) => friend.id)
    if (!(await arePresent(tx, users))) throw invalid('member_ids', 'unknown_value')
    if (users.length > 0 && !(await mayBePutIn(tx.sql, users))) {
      throw new Failure('notAllowed', { field: 'member_ids' })
    }
    for (const user of [actor.id, ...users].toSorted((a, b) => a - b)) {
      await roomFor(tx, user, perPersonMax)
    }
    const conversation = await openGroup(tx, newGroupId())
    await insertGroup(tx.sql, {
      id: conversation,
      owner: actor.id,
      members: friends.length + 1,
      maxMembers: membersDefault,
      settings,
    })
    await useInGroup(tx, actor.id, conversation, mediaIdOf(settings.avatar ?? ''))
    const first = { seesAfter: 0, lastSeq: 0 }
    await enter(tx, conversation, [actor.id], { role: roles.owner, ...first })
    await enter(tx, conversation, users, { role: roles.member, ...first })
    const targets = friends.map((friend) => friend.userId)
    await saySystem(tx, conversation, actor.id, {
      event: 'group_created',
      actor: actor.userId,
      targets,
    })
    tx.emit({ name: 'group.joined', conversation_id: conversation, users: [actor.id, ...users] })
    return conversation
  })
  return showGroup(ctx, actor.id, id)
}

/** A step of whoever lets somebody in: they may be in so many groups. */
export async function roomFor(tx: Tx, user: number, max: number): Promise<void> {
  await lockGroupsOf(tx.sql, user)
  if ((await countGroups(tx.sql, user)) >= max)
    throw new Failure('conflict', { field: 'groups', max })
}

async function friendsNamed(ctx: Context, actor: Actor, names: readonly string[]) {
  const wanted = new Set(names.map((name) => name.toLowerCase()))
  wanted.delete(actor.userId.toLowerCase())
  if (wanted.size === 0) return []
  const found = await namesOf(ctx.sql, actor, [...wanted])
  const friends = [...found]
    .map(([id, userId]) => ({ id, userId }))
    .filter(({ id }) => id !== actor.id)
  if (friends.length < wanted.size) throw invalid('member_ids', 'unknown_value')
  return friends
}
