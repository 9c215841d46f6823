// What members hear of a group, once it has happened.
import type { BaseContext } from '../../context.ts'
import { parcel } from '../../infra/courier.ts'
import type { EventData } from '../../protocol/events.ts'
import { encode } from '../../protocol/codec.ts'
import type { ServerData } from '../../protocol/frames.ts'
import { everybodyIn } from '../conversations/audience.ts'
import { tellGroup } from '../conversations/tell.ts'
import { findProfiles, findSights, findUserIds } from '../people/people.ts'
import { tell } from '../tell.ts'
import { loadAnnouncement, recount } from './board/store.ts'
import { listAnswering } from './entry/requests.store.ts'
import { show as showInvitation } from './entry/invitations.ts'
import { status } from './members.store.ts'
import { findGroups, listLastMembers } from './store.ts'
import { announcementView, groupView } from './view.ts'

/** Nobody looks: what strangers see of it. */
const nobody = 0

type GroupFrame = 'group_announcement' | 'group_member_leave' | 'group_info_update'

async function tellMembers<T extends GroupFrame>(
  ctx: BaseContext,
  conversation: number,
  type: T,
  data: ServerData<T>,
): Promise<void> {
  const now = ctx.clock.now().getTime()
  const frame = encode(type, data, Math.floor(now / 1000))
  await tellGroup(ctx, conversation, frame, now)
}

export async function tellJoined(
  ctx: BaseContext,
  { conversation_id, users }: EventData<'group.joined'>,
): Promise<void> {
  const [group] = await findGroups(ctx.sql, [conversation_id], nobody)
  if (!group) return
  const { group_id, member_count } = group
  const now = ctx.clock.now().getTime()
  for await (const members of everybodyIn(ctx.sql, conversation_id)) {
    // Who has blocked somebody shows them no face, in a group either.
    const sights = await findSights(ctx.sql, members, users)
    const parcels = sights.map(({ viewers, profiles }) => {
      const data = { group_id, conversation_id, users: [...profiles.values()], member_count }
      return parcel(encode('group_member_join', data, Math.floor(now / 1000)), viewers)
    })
    await ctx.courier.deliver(parcels, now)
  }
}

/** Whoever was removed hears it as well. */
export async function tellLeft(
  ctx: BaseContext,
  { conversation_id, user, by }: EventData<'group.left'>,
): Promise<void> {
  const [group] = await findGroups(ctx.sql, [conversation_id], nobody)
  if (!group) return
  const names = await findUserIds(ctx.sql, [user, by])
  const { group_id, member_count } = group
  const data = {
    group_id,
    conversation_id,
    user_id: names.get(user) ?? '',
    by_user_id: names.get(by) ?? '',
    reason: user === by ? ('left' as const) : ('kicked' as const),
    member_count,
  }
  await tell(ctx, [user], 'group_member_leave', data)
  await tellMembers(ctx, conversation_id, 'group_member_leave', data)
}

/** While it waits: who has answered meanwhile, or was let in another way, hears of it no more. */
export async function tellInvited(
  ctx: BaseContext,
  { invitation, to }: EventData<'group.invited'>,
): Promise<void> {
  const shown = await showInvitation(ctx, to, invitation).catch(() => null)
  if (shown?.status === status.pending) await tell(ctx, [to], 'group_invitation', shown)
}

/** The devices of whoever was asked. */
export const tellUninvited = (ctx: BaseContext, { to }: EventData<'group.uninvited'>) =>
  tell(ctx, [to], 'changed', { what: 'invitation' })

/** Whoever asked, and all who may answer. */
export async function tellAsked(
  ctx: BaseContext,
  { conversation_id, users }: EventData<'group.asked'>,
): Promise<void> {
  const concerned = new Set([...(await listAnswering(ctx.sql, conversation_id)), ...users])
  await tell(ctx, [...concerned], 'changed', { what: 'join_request' })
}

export async function tellAnnounced(
  ctx: BaseContext,
  { conversation_id, announcement: id }: EventData<'group.announced'>,
): Promise<void> {
  const [group] = await findGroups(ctx.sql, [conversation_id], nobody)
  if (!group) return
  const ofGroup = { group_id: group.group_id, conversation_id, announcement_id: id }
  const row = await loadAnnouncement(ctx.sql, id)
  if (!row) return tellMembers(ctx, conversation_id, 'group_announcement', ofGroup)
  const profiles = await findProfiles(ctx.sql, nobody, [row.author_id])
  const { author: _, read_by_me: __, ...announcement } = announcementView(row, profiles)
  await tellMembers(ctx, conversation_id, 'group_announcement', { ...ofGroup, announcement })
}

/** Nobody is told: whoever looks at an announcement sees the number. */
export const countReceipts = (ctx: BaseContext, { user }: EventData<'receipts.changed'>) =>
  recount(ctx.sql, user)

export async function tellChanged(
  ctx: BaseContext,
  { conversation_id }: EventData<'group.changed'>,
): Promise<void> {
  const [row] = await findGroups(ctx.sql, [conversation_id], nobody)
  if (!row) return
  const group = groupView(row)
  const data = { group_id: row.group_id, conversation_id, group }
  await tellMembers(ctx, conversation_id, 'group_info_update', data)
}

/** Those who were in it to the end. */
export async function tellDissolved(
  ctx: BaseContext,
  { conversation_id }: EventData<'group.dissolved'>,
): Promise<void> {
  for (let after = 0; ;) {
    const { group_id, users } = await listLastMembers(ctx.sql, conversation_id, after)
    const last = users.at(-1)
    if (last === undefined) return
    await tell(ctx, users, 'group_info_update', { group_id, conversation_id })
    after = last
  }
}
