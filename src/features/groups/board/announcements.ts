// Announcements: said by admins, kept in sight, counted by who has read them.
import type { Actor } from '../../../core/actor.ts'
import { Failure } from '../../../core/failure.ts'
import type { Context } from '../../../context.ts'
import type { Announcement } from '../../../protocol/groups.board.ts'
import type { InputOf, OutputOf } from '../../../protocol/operations.ts'
import { cleanLines } from '../../people/policy.ts'
import { findProfiles } from '../../people/people.ts'
import {
  countAnnouncements,
  deleteAnnouncement,
  findAnnouncement,
  insertAnnouncement,
  insertRead,
  listAnnouncements,
  listReaders,
  updateAnnouncement,
  type AnnouncementRow,
} from './store.ts'
import { change, requireGroup, type Change } from '../group.ts'
import { limits } from '../limits.ts'
import { newestFirst } from '../pages.ts'
import { may } from '../policy.ts'
import { announcementView } from '../view.ts'

export async function announce(
  ctx: Context,
  actor: Actor,
  input: InputOf<'groups.announce'>,
): Promise<Announcement> {
  const { is_pinned: isPinned = false } = input
  const content = cleanLines('content', input.content)
  const id = await change(ctx, actor, input.group_id, 'announce', async ({ tx, group }) => {
    const max = limits.groups.announcementsMax
    if ((await countAnnouncements(tx.sql, group.id)) >= max) {
      throw new Failure('conflict', { field: 'announcements', max })
    }
    const said = { conversation: group.id, author: actor.id, content, isPinned }
    const made = await insertAnnouncement(tx.sql, said)
    tx.emit({ name: 'group.announced', conversation_id: group.id, announcement: made })
    return made
  })
  return show(ctx, actor, await mine(ctx, actor, id))
}

export async function announcements(
  ctx: Context,
  actor: Actor,
  input: InputOf<'groups.announcements'>,
): Promise<Announcement[]> {
  const group = await requireGroup(ctx.sql, input.group_id, actor)
  return showAll(ctx, actor, await listAnnouncements(ctx.sql, group.id, actor.id))
}

export async function changeAnnouncement(
  ctx: Context,
  actor: Actor,
  input: InputOf<'groups.changeAnnouncement'>,
): Promise<Announcement> {
  const { id, content: given, is_pinned: isPinned } = input
  const content = given === undefined ? undefined : cleanLines('content', given)
  await onAnnouncement(ctx, actor, id, async ({ tx, group }) => {
    if (!(await updateAnnouncement(tx.sql, id, { content, isPinned }))) return
    tx.emit({ name: 'group.announced', conversation_id: group.id, announcement: id })
  })
  return show(ctx, actor, await mine(ctx, actor, id))
}

export async function removeAnnouncement(
  ctx: Context,
  actor: Actor,
  input: InputOf<'groups.removeAnnouncement'>,
): Promise<OutputOf<'groups.removeAnnouncement'>> {
  await onAnnouncement(ctx, actor, input.id, async ({ tx, group }) => {
    if (!(await deleteAnnouncement(tx.sql, input.id))) throw new Failure('announcementNotFound')
    tx.emit({ name: 'group.announced', conversation_id: group.id, announcement: input.id })
  })
  return { message: 'removed' }
}

export async function readAnnouncement(
  ctx: Context,
  actor: Actor,
  input: InputOf<'groups.readAnnouncement'>,
): Promise<OutputOf<'groups.readAnnouncement'>> {
  const row = await mine(ctx, actor, input.id)
  await insertRead(ctx.sql, row.id, actor.id)
  return { message: 'done' }
}

export async function announcementReaders(
  ctx: Context,
  actor: Actor,
  input: InputOf<'groups.announcementReaders'>,
): Promise<OutputOf<'groups.announcementReaders'>> {
  const row = await mine(ctx, actor, input.id)
  const group = await requireGroup(ctx.sql, row.group_id, actor)
  if (!may(group.my_role, 'announce')) throw new Failure('notAllowed')
  return newestFirst(
    input,
    (range) => listReaders(ctx.sql, actor.id, row.id, range),
    async (rows) => {
      const people = rows.map((each) => each.id)
      const profiles = await findProfiles(ctx.sql, actor.id, people)
      return people.flatMap((id) => profiles.get(id) ?? [])
    },
  )
}

/** Of whoever is not in its group it is not there. */
async function mine(ctx: Context, actor: Actor, id: number): Promise<AnnouncementRow> {
  const row = await findAnnouncement(ctx.sql, id, actor.id)
  if (!row) throw new Failure('announcementNotFound')
  return row
}

async function onAnnouncement(
  ctx: Context,
  actor: Actor,
  id: number,
  work: (begun: Change) => Promise<void>,
): Promise<void> {
  const { group_id } = await mine(ctx, actor, id)
  await change(ctx, actor, group_id, 'announce', work)
}

async function show(ctx: Context, actor: Actor, row: AnnouncementRow): Promise<Announcement> {
  const [shown] = await showAll(ctx, actor, [row])
  return shown as Announcement
}

async function showAll(
  ctx: Context,
  actor: Actor,
  rows: readonly AnnouncementRow[],
): Promise<Announcement[]> {
  const people = rows.map((row) => row.author_id)
  const profiles = await findProfiles(ctx.sql, actor.id, people)
  return rows.map((row) => announcementView(row, profiles))
}
