// Members of a group: who they are, and what those above them do about them.
import type { Actor } from '../../core/actor.ts'
import { Failure, invalid } from '../../core/failure.ts'
import { decodeNumbers, encodeCursor } from '../../core/page.ts'
import type { Context } from '../../context.ts'
import type { GroupMember } from '../../protocol/groups.members.ts'
import { roles, type Group } from '../../protocol/groups.ts'
import type { InputOf, OutputOf } from '../../protocol/operations.ts'
import { mute as keepQuiet, setNickname, setRole as writeRole } from '../conversations/members.ts'
import { findUserByUserId } from '../people/accounts.ts'
import { checkName } from '../people/policy.ts'
import { findFaces } from '../people/people.ts'
import { ownersSpelled } from '../people/spelled.ts'
import { noteRequests } from './entry/requests.store.ts'
import { change, letGo, requireGroup, showGroup, type Change, type MyGroup } from './group.ts'
import {
  findMember,
  findMembers,
  listMembers,
  type MemberPage,
  type MemberPosition,
  type MemberRow,
} from './members.store.ts'
import { outranks, type Right } from './policy.ts'
import { findSpelledMembers, searchMembers } from './search.store.ts'
import { updateOwner } from './store.ts'
import { memberView } from './view.ts'

const defaultSize = 50

export async function members(
  ctx: Context,
  actor: Actor,
  input: InputOf<'groups.members'>,
): Promise<OutputOf<'groups.members'>> {
  const group = await requireGroup(ctx.sql, input.group_id, actor)
  const keyword = input.keyword ?? ''
  if (input.cursor === undefined && input.limit === undefined) {
    const limit = input.page_size ?? defaultSize
    const offset = ((input.page ?? 1) - 1) * limit
    return showAll(
      ctx,
      actor,
      await find(ctx, actor, group.id, keyword, { after: null, limit, offset }),
    )
  }
  const limit = input.limit ?? defaultSize
  const after = input.cursor ? positionOf(input.cursor) : null
  const rows = await find(ctx, actor, group.id, keyword, { after, limit: limit + 1, offset: 0 })
  const shown = rows.slice(0, limit)
  const edge = rows.length > limit ? shown.at(-1) : undefined
  return {
    list: await showAll(ctx, actor, shown),
    has_more: edge !== undefined,
    next_cursor: edge ? encodeCursor([edge.role, edge.id]) : null,
  }
}

async function find(
  ctx: Context,
  actor: Actor,
  group: number,
  keyword: string,
  page: MemberPage,
): Promise<MemberRow[]> {
  if (keyword === '') return listMembers(ctx.sql, group, page)
  const ids = await ownersSpelled(keyword, (asked) => findSpelledMembers(ctx.sql, group, asked))
  const found = await searchMembers(ctx.sql, group, actor.id, keyword, ids, page)
  return findMembers(ctx.sql, group, found)
}

function positionOf(cursor: string): MemberPosition {
  const [role = 0, id = 0] = decodeNumbers(cursor, 2)
  if (role < roles.member || role > roles.owner) throw invalid('cursor', 'pattern')
  return { role, id }
}

export async function kick(
  ctx: Context,
  actor: Actor,
  input: InputOf<'groups.kick'>,
): Promise<OutputOf<'groups.kick'>> {
  await onMember(ctx, actor, input, 'kick', (begun, target) =>
    letGo(begun, target, actor, 'member_kicked'),
  )
  return { message: 'removed' }
}

export async function setRole(
  ctx: Context,
  actor: Actor,
  input: InputOf<'groups.setRole'>,
): Promise<GroupMember> {
  const { role } = input
  const row = await onMember(ctx, actor, input, 'setRole', async ({ tx, group, say }, target) => {
    if (target.role === role) return findMember(tx.sql, group.id, target.id)
    await writeRole(tx, group.id, target.id, role)
    await noteRequests(tx.sql, group.id, target.id)
    await say({ event: 'role_changed', targets: [target.userId], role })
    return findMember(tx.sql, group.id, target.id)
  })
  return show(ctx, actor, row)
}

export async function mute(
  ctx: Context,
  actor: Actor,
  input: InputOf<'groups.mute'>,
): Promise<GroupMember> {
  const until = input.until === null ? null : new Date(input.until)
  const row = await onMember(ctx, actor, input, 'mute', async ({ tx, group, say }, target) => {
    const before = await findMember(tx.sql, group.id, target.id)
    if (before?.muted_until?.getTime() === until?.getTime()) return before
    await keepQuiet(tx, group.id, target.id, until)
    const event = until === null ? 'member_unmuted' : 'member_muted'
    await say({ event, targets: [target.userId], until: until?.toISOString() ?? null })
    return findMember(tx.sql, group.id, target.id)
  })
  return show(ctx, actor, row)
}

/** What I am called here. Whom I have blocked reads it as little as my own name. */
export async function rename(
  ctx: Context,
  actor: Actor,
  input: InputOf<'groups.rename'>,
): Promise<GroupMember> {
  const nickname = input.nickname === '' ? '' : checkName('nickname', input.nickname)
  const row = await change(ctx, actor, input.group_id, 'read', async ({ tx, group }) => {
    await setNickname(tx, group.id, actor.id, nickname)
    return findMember(tx.sql, group.id, actor.id)
  })
  return show(ctx, actor, row)
}

/** The owner stays, as an admin. */
export async function transfer(
  ctx: Context,
  actor: Actor,
  input: InputOf<'groups.transfer'>,
): Promise<Group> {
  const id = await onMember(ctx, actor, input, 'transfer', async ({ tx, group, say }, target) => {
    await writeRole(tx, group.id, actor.id, roles.admin)
    await writeRole(tx, group.id, target.id, roles.owner)
    await noteRequests(tx.sql, group.id, target.id)
    await updateOwner(tx.sql, group.id, target.id)
    await say({ event: 'owner_changed', targets: [target.userId] })
    tx.emit({ name: 'group.changed', conversation_id: group.id })
    return group.id
  })
  return showGroup(ctx, actor.id, id)
}

interface Target {
  readonly id: number
  readonly userId: string
  readonly role: number
}

/** Does something about a member who stands below whoever asks, under the group's lock. */
async function onMember<T>(
  ctx: Context,
  actor: Actor,
  input: { group_id: string; target_user_id: string },
  right: Right,
  work: (begun: Change & { group: MyGroup }, target: Target) => Promise<T>,
): Promise<T> {
  const person = await findUserByUserId(ctx.sql, input.target_user_id)
  return change(ctx, actor, input.group_id, right, async (begun) => {
    if (person?.id === actor.id) throw invalid('target_user_id', 'conflict', { with: 'self' })
    const member = person && (await findMember(begun.tx.sql, begun.group.id, person.id))
    if (!member) throw new Failure('notMember')
    if (!outranks(begun.group.my_role, member.role)) throw new Failure('notAllowed')
    return work(begun, { id: member.user_id, userId: person.user_id, role: member.role })
  })
}

async function show(ctx: Context, actor: Actor, row: MemberRow | undefined): Promise<GroupMember> {
  const [shown] = row ? await showAll(ctx, actor, [row]) : []
  if (!shown) throw new Failure('notMember')
  return shown
}

/** In their order. */
export async function showAll(
  ctx: Context,
  actor: Actor,
  rows: readonly MemberRow[],
): Promise<GroupMember[]> {
  const people = rows.map((row) => row.user_id)
  const { profiles, kept } = await findFaces(ctx.sql, actor.id, people)
  return rows.map((row) => memberView(row, profiles, kept.has(row.user_id)))
}
