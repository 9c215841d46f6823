// SQL of uploads in several requests: how far they are, and their pieces.
import type { Sql } from '../../infra/db.ts'
import type { MediaRow } from './row.ts'

export interface ResumedRow extends Pick<MediaRow, 'id' | 'key' | 'filename' | 'mime' | 'bytes'> {
  /** Of all of it, as it is sent. */
  bytes: number
  state: 'uploading' | 'ready' | 'processing'
  /** How much of it is there. */
  size: number
  due_at: Date
}

/** One's own that has not ended unfinished. */
export async function findResumed(
  sql: Sql,
  user: number,
  id: number,
  now: Date,
): Promise<ResumedRow | undefined> {
  const [row] = await sql<ResumedRow[]>`
    select id, key, filename, mime, coalesce(sent_bytes, bytes) as bytes, state, due_at,
      case when state = 'uploading' then (
        select coalesce(sum(p.bytes), 0)::bigint from media_pieces p where p.media_id = media.id)
      else coalesce(sent_bytes, bytes) end as size
    from media
    where id = ${id} and user_id = ${user} and state in ('uploading', 'ready', 'processing')
      and (state <> 'uploading' or due_at > ${now})`
  return row
}

export interface Piece {
  readonly start: number
  readonly bytes: number
  readonly key: string
}

/** All of these or none: false when something begins where one of them does, or the upload has ended. */
export async function insertPieces(
  sql: Sql,
  media: number,
  pieces: readonly Piece[],
): Promise<boolean> {
  const [row] = await sql<{ taken: boolean }[]>`
    with open as (
      select id from media where id = ${media} and state = 'uploading'
        and not exists (
          select from media_pieces
          where media_id = ${media} and start = any(${pieces.map(({ start }) => start)}::bigint[]))
    ), kept as (
      insert into media_pieces (media_id, start, bytes, key)
      select open.id, t.* from open, unnest(
        ${pieces.map(({ start }) => start)}::bigint[],
        ${pieces.map(({ bytes }) => bytes)}::bigint[],
        ${pieces.map(({ key }) => key)}::text[]) t
      on conflict do nothing
      returning 1
    )
    select (select count(*) from kept) = ${pieces.length} as taken`
  return row?.taken ?? false
}

export async function listPieces(sql: Sql, media: number): Promise<Piece[]> {
  return sql<Piece[]>`
    select start, bytes, key from media_pieces where media_id = ${media} order by start`
}

export async function deletePieces(sql: Sql, media: number): Promise<void> {
  await sql`delete from media_pieces where media_id = ${media}`
}

/** What its first bytes say, once they are there. */
export async function updateMime(sql: Sql, media: number, mime: string): Promise<void> {
  await sql`update media set mime = ${mime} where id = ${media} and state = 'uploading'`
}
