// SQL of fetching files: who may, asked whenever somebody does, and which files nothing uses any more.
//
// It reads the tables of all that files are used in: it stands above them.
import type { Sql } from '../../infra/db.ts'
import { derivedKeys, sentKey } from '../../infra/media/derived.ts'
import { mediaPrefix } from '../../protocol/paths.ts'
import { isIn, mayRead } from '../conversations/sight.sql.ts'
import { areApart } from '../friends/sight.sql.ts'
import type { MediaRow } from '../media/row.ts'
import { maySeeMoment } from '../moments/sight.sql.ts'
import { isThere } from '../people/sight.sql.ts'

/** Of a file `x`: as the address of an avatar. */
const pathOf = (sql: Sql) => sql`${mediaPrefix}::text || x.id`

/**
 * A message holds it that the viewer may read now: what history shows them, not taken back; and between two
 * people not after one of them has blocked the other.
 */
const isRead = (sql: Sql, viewer: number) => sql`
  exists (
    select from media_in_messages used
      join conversation_members a on a.conversation_id = used.conversation_id
        and a.user_id = ${viewer}
      join conversations c on c.id = used.conversation_id
      join messages said on said.sender_id = used.sender_id
        and said.client_msg_id = used.client_msg_id
        and said.conversation_id = used.conversation_id
    where used.media_id = x.id and said.recalled_at is null
      and ${mayRead(sql, sql`a`, sql`said.seq`)}
      and not (c.kind = 1 and ${areApart(sql, viewer, sql`said.sender_id`)}))`

const isSeen = (sql: Sql, viewer: number) => sql`
  exists (
    select from media_in_moments used join moments m on m.id = used.moment_id
    where used.media_id = x.id and ${maySeeMoment(sql, viewer)})`

/** A group has it as its avatar, and the viewer sees the group: a member, an invited one, or anybody. */
const isOfGroup = (sql: Sql, viewer: number) => sql`
  exists (
    select from media_in_groups used join groups g on g.conversation_id = used.conversation_id
    where used.media_id = x.id and avatar = ${pathOf(sql)} and g.dissolved_at is null
      and (g.is_public
        or exists (
          select from conversation_members a
          where a.conversation_id = g.conversation_id and a.user_id = ${viewer}
            and ${isIn(sql, sql`a`)})
        or exists (
          select from group_invitations i
          where i.conversation_id = g.conversation_id and i.invitee_id = ${viewer}
            and i.status = 0)))`

export type FoundMedia = MediaRow & { user_id: number; may_fetch: boolean }

/** A file that is there, ready or not, and whether the viewer may fetch it; avatars of people aside. */
export async function findMedia(
  sql: Sql,
  viewer: number,
  id: number,
): Promise<FoundMedia | undefined> {
  const [row] = await sql<FoundMedia[]>`
    select x.*,
      x.user_id = ${viewer} or ${isRead(sql, viewer)} or ${isSeen(sql, viewer)}
        or ${isOfGroup(sql, viewer)} as may_fetch
    from media x
    where x.id = ${id} and x.user_id is not null
      and (x.state in ('ready', 'processing') or (x.state = 'refused' and x.user_id = ${viewer}))
      and ${isThere(sql, viewer)}`
  return row
}

/** Of a file `x`: something that can be seen still, or will be, holds it. */
const isUsed = (sql: Sql) => sql`
  (x.user_id is not null and x.state in ('ready', 'processing') and (
    exists (
      select from media_in_messages used
        join messages said on said.sender_id = used.sender_id
          and said.client_msg_id = used.client_msg_id
      where used.media_id = x.id and said.recalled_at is null)
    or exists (
      select from media_in_messages used
        join scheduled_messages s on s.user_id = used.sender_id
          and s.client_msg_id = used.client_msg_id
      where used.media_id = x.id and s.state < 2)
    or exists (select from media_in_moments used where used.media_id = x.id)
    or exists (
      select from media_in_groups used join groups g on g.conversation_id = used.conversation_id
      where used.media_id = x.id and avatar = ${pathOf(sql)} and g.dissolved_at is null)
    or exists (select from users who where who.id = x.user_id and avatar = ${pathOf(sql)})))`

interface Looked {
  id: number
  key: string
  is_used: boolean
  was_uploading: boolean
  pieces: string[]
}

export interface Unused {
  id: number
  /** Of all that lies in the storage of it. */
  keys: string[]
}

/**
 * Of the files that are due those that nothing uses, which are nobody's from here on; the others are due
 * again later. One that is put to use meanwhile is due no more, so it stays.
 */
export async function claimUnused(
  sql: Sql,
  now: Date,
  rows: number,
  { againAt, removedBy }: { againAt: Date; removedBy: Date },
): Promise<Unused[]> {
  const looked = await sql<Looked[]>`
    with due as (
      select x.id, x.state as was, ${isUsed(sql)} as is_used from media x
      where x.due_at <= ${now} order by x.due_at limit ${rows} for update of x skip locked
    )
    update media x
    set due_at = case when due.is_used then ${againAt}::timestamptz else ${removedBy}::timestamptz end,
      state = case when due.is_used then x.state else 'collecting' end
    from due where x.id = due.id
    returning x.id, x.key, due.is_used, due.was = 'uploading' as was_uploading,
      array(select p.key from media_pieces p where p.media_id = x.id) as pieces`
  return looked
    .filter((row) => !row.is_used)
    .map(({ id, key, pieces, was_uploading }) => ({
      id,
      keys: [...(was_uploading ? [key] : [sentKey(key), ...derivedKeys(key)]), ...pieces],
    }))
}

/** Once their bytes are gone. */
export async function deleteCollected(sql: Sql, ids: readonly number[]): Promise<void> {
  await sql`delete from media where id = any(${[...ids]}::bigint[]) and state = 'collecting'`
}
