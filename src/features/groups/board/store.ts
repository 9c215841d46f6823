// SQL of announcements and pinned messages.
import { must } from '../../../core/assert.ts'
import type { Sql, TxSql } from '../../../infra/db.ts'
import { mayRead } from '../../conversations/sight.sql.ts'
import { hidesReceipts, showReceipts } from '../../settings/sight.sql.ts'

/** An announcement as one member sees it. */
export interface AnnouncementRow {
  id: number
  conversation_id: number
  group_id: string
  author_id: number
  content: string
  is_pinned: boolean
  read_count: number
  read_by_me: boolean
  created_at: Date
  updated_at: Date
}

const announcements = (sql: Sql, viewer: number) => sql`
  select a.id, a.conversation_id, a.author_id, a.content, a.is_pinned, a.created_at, a.updated_at,
    case when ${hidesReceipts(sql, viewer)} then 0 else a.read_count end as read_count,
    c.group_id, exists (
      select from announcement_reads where announcement_id = a.id and user_id = ${viewer})
    as read_by_me
  from group_announcements a join conversations c on c.id = a.conversation_id`

const isMember = (sql: Sql, viewer: number) => sql`
  exists (
    select from conversation_members
    where conversation_id = a.conversation_id and user_id = ${viewer} and left_at is null)`

/** For a member. */
export async function findAnnouncement(
  sql: Sql,
  id: number,
  viewer: number,
): Promise<AnnouncementRow | undefined> {
  const [row] = await sql<AnnouncementRow[]>`
    ${announcements(sql, viewer)} where a.id = ${id} and ${isMember(sql, viewer)}`
  return row
}

/** As nobody in particular sees it. */
export async function loadAnnouncement(sql: Sql, id: number): Promise<AnnouncementRow | undefined> {
  const [row] = await sql<AnnouncementRow[]>`${announcements(sql, 0)} where a.id = ${id}`
  return row
}

export async function listAnnouncements(
  sql: Sql,
  conversation: number,
  viewer: number,
): Promise<AnnouncementRow[]> {
  return sql<AnnouncementRow[]>`
    ${announcements(sql, viewer)} where a.conversation_id = ${conversation}
    order by a.is_pinned desc, a.id desc`
}

export async function countAnnouncements(sql: Sql, conversation: number): Promise<number> {
  const [row] = await sql<{ count: number }[]>`
    select count(*) from group_announcements where conversation_id = ${conversation}`
  return must(row, 'a count has a row').count
}

export async function insertAnnouncement(
  sql: TxSql,
  said: { conversation: number; author: number; content: string; isPinned: boolean },
): Promise<number> {
  const [row] = await sql<{ id: number }[]>`
    insert into group_announcements (conversation_id, author_id, content, is_pinned)
    values (${said.conversation}, ${said.author}, ${said.content}, ${said.isPinned})
    returning id`
  return must(row, 'an announcement was made').id
}

/** False when nothing about it is new, or it is gone. */
export async function updateAnnouncement(
  sql: TxSql,
  id: number,
  change: { content?: string | undefined; isPinned?: boolean | undefined },
): Promise<boolean> {
  const { content = null, isPinned = null } = change
  const changed = await sql`
    update group_announcements
    set content = coalesce(${content}, content), is_pinned = coalesce(${isPinned}, is_pinned),
      updated_at = now()
    where id = ${id} and (content, is_pinned)
      is distinct from (coalesce(${content}, content), coalesce(${isPinned}, is_pinned))`
  return changed.count > 0
}

export async function deleteAnnouncement(sql: TxSql, id: number): Promise<boolean> {
  const gone = await sql`delete from group_announcements where id = ${id}`
  return gone.count > 0
}

/** Once for each; counted of whoever shows how far they have read. */
export async function insertRead(sql: Sql, id: number, user: number): Promise<void> {
  await sql`
    with read as (
      insert into announcement_reads (announcement_id, user_id, is_counted)
      select ${id}, ${user}, not ${hidesReceipts(sql, user)}
      on conflict do nothing returning announcement_id, is_counted
    )
    update group_announcements a set read_count = read_count + 1
    from read where a.id = read.announcement_id and read.is_counted`
}

/** Somebody shows how far they have read, or does no more: as it is now, however often this is asked for. */
export async function recount(sql: Sql, user: number): Promise<void> {
  await sql`
    with now as materialized (select not ${hidesReceipts(sql, user)} as is_counted),
    changed as (
      update announcement_reads r set is_counted = now.is_counted
      from now where r.user_id = ${user} and r.is_counted <> now.is_counted
      returning r.announcement_id, r.is_counted
    )
    update group_announcements a
    set read_count = a.read_count + case when changed.is_counted then 1 else -1 end
    from changed where a.id = changed.announcement_id`
}

/** Who has read it, as far as the viewer is shown, the newest account first. */
export async function listReaders(
  sql: Sql,
  viewer: number,
  id: number,
  { before, limit, offset }: { before: number; limit: number; offset: number },
): Promise<{ id: number }[]> {
  return sql<{ id: number }[]>`
    select r.user_id as id from announcement_reads r
    where r.announcement_id = ${id} and r.user_id < ${before}
      and ${showReceipts(sql, viewer, sql`r.user_id`)}
    order by r.user_id desc limit ${limit} offset ${offset}`
}

export interface PinRow {
  message_id: number
  pinned_by: number
  pinned_at: Date
}

/** False when it is pinned already. */
export async function insertPin(
  sql: TxSql,
  pin: { conversation: number; message: number; by: number },
): Promise<boolean> {
  const made = await sql`
    insert into group_pins (conversation_id, message_id, pinned_by)
    values (${pin.conversation}, ${pin.message}, ${pin.by})
    on conflict (conversation_id, message_id) do nothing`
  return made.count > 0
}

export async function deletePin(
  sql: TxSql,
  conversation: number,
  message: number,
): Promise<boolean> {
  const gone = await sql`
    delete from group_pins where conversation_id = ${conversation} and message_id = ${message}`
  return gone.count > 0
}

export async function countPins(sql: Sql, conversation: number): Promise<number> {
  const [row] = await sql<{ count: number }[]>`
    select count(*) from group_pins where conversation_id = ${conversation}`
  return must(row, 'a count has a row').count
}

/** Of what a member may see and nobody has taken back. */
export async function listPins(sql: Sql, conversation: number, viewer: number): Promise<PinRow[]> {
  return sql<PinRow[]>`
    select p.message_id, p.pinned_by, p.pinned_at
    from group_pins p
      join messages x on x.id = p.message_id and x.recalled_at is null
      join conversation_members m on m.conversation_id = p.conversation_id
        and m.user_id = ${viewer} and ${mayRead(sql, sql`m`, sql`x.seq`)}
    where p.conversation_id = ${conversation}
    order by p.id desc`
}
