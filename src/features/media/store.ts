// SQL of files: their rows, how much somebody keeps, and what they are used for.
import type { Sql, TxSql } from '../../infra/db.ts'
import type { MediaRow } from './row.ts'

const columns = (sql: Sql) => sql`
  id, user_id, key, state, filename, mime, bytes, sent_bytes, large_bytes, small_bytes, is_inline, digest,
  width, height, duration, thumbhash, refusal, created_at`

/** All that lies in the storage of it. */
const kept = (sql: Sql) => sql`bytes + coalesce(large_bytes, 0) + coalesce(small_bytes, 0)`

/** Until the end of the transaction nobody else begins an upload of this person: the quota holds. */
export async function lockUploads(sql: TxSql, user: number): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtext('media of'), ${user % 2 ** 31}::int)`
}

export interface Usage {
  bytes: number
  files: number
  /** How many came since a moment, and when the first of them did. */
  recent_bytes: number
  recent_at: Date | null
}

export async function readUsage(sql: Sql, user: number, since: Date): Promise<Usage> {
  const [row] = await sql<Usage[]>`
    select coalesce(sum(${kept(sql)}), 0)::bigint as bytes, count(*) as files,
      coalesce(sum(coalesce(sent_bytes, bytes)) filter (where created_at > ${since}), 0)::bigint
        as recent_bytes,
      min(created_at) filter (where created_at > ${since}) as recent_at
    from media where user_id = ${user}`
  return row as Usage
}

export interface NewUpload {
  readonly user: number
  readonly key: string
  readonly filename: string
  readonly mime: string
  /** What it may become. */
  readonly bytes: number
  readonly now: Date
  readonly dueAt: Date
}

export async function insertUpload(sql: TxSql, upload: NewUpload): Promise<number> {
  const [row] = await sql<{ id: number }[]>`
    insert into media (user_id, key, state, filename, mime, bytes, created_at, due_at)
    values (${upload.user}, ${upload.key}, 'uploading', ${upload.filename}, ${upload.mime},
      ${upload.bytes}, ${upload.now}, ${upload.dueAt})
    returning id`
  return (row as { id: number }).id
}

/** Nothing when its owner was erased meanwhile. From here on it waits to be processed. */
export async function finishUpload(
  sql: Sql,
  id: number,
  {
    bytes,
    digest,
    dueAt,
    processAt,
  }: { bytes: number; digest: Buffer; dueAt: Date; processAt: Date },
): Promise<MediaRow | undefined> {
  const [row] = await sql<MediaRow[]>`
    update media
    set state = 'processing', bytes = ${bytes}, sent_bytes = ${bytes}, digest = ${digest},
      due_at = ${dueAt}, process_at = ${processAt}
    where id = ${id} and state = 'uploading' and user_id is not null
    returning ${columns(sql)}`
  return row
}

export async function deleteUpload(sql: Sql, id: number): Promise<void> {
  await sql`delete from media where id = ${id}`
}

/** Whether these files are somebody's own; they stay until `dueAt` then, whatever becomes of the use. */
export async function holdOwn(
  sql: TxSql,
  owner: number,
  ids: readonly number[],
  dueAt: Date,
): Promise<boolean> {
  const held = await sql`
    update media set due_at = greatest(due_at, ${dueAt})
    where id = any(${[...ids]}::bigint[]) and user_id = ${owner} and state in ('ready', 'processing')
    returning id`
  return held.length === ids.length
}

/** A message by the name it will have. */
export interface MessageName {
  readonly conversation: number
  readonly sender: number
  readonly clientMsgId: string
}

/**
 * Notes that a message will hold these files; false when one of them is not there, or is not the sender's
 * own where it has to be. One statement, for sending waits for it.
 */
export async function insertMessageUses(
  sql: Sql,
  message: MessageName,
  ids: readonly number[],
  { isOwn, dueAt }: { isOwn: boolean; dueAt: Date },
): Promise<boolean> {
  const [row] = await sql<{ held: number }[]>`
    with held as (
      update media set due_at = greatest(due_at, ${dueAt})
      where id = any(${[...ids]}::bigint[]) and state in ('ready', 'processing')
        and ${isOwn ? sql`user_id = ${message.sender}` : sql`user_id is not null`}
      returning id
    ), noted as (
      insert into media_in_messages (media_id, conversation_id, sender_id, client_msg_id)
      select id, ${message.conversation}, ${message.sender}, ${message.clientMsgId}::uuid from held
      on conflict do nothing
    )
    select count(*) as held from held`
  return row?.held === ids.length
}

export async function insertMomentUses(
  sql: TxSql,
  moment: number,
  ids: readonly number[],
): Promise<void> {
  await sql`
    insert into media_in_moments (moment_id, media_id)
    select ${moment}, id from unnest(${[...ids]}::bigint[]) id on conflict do nothing`
}

export async function insertGroupUse(sql: TxSql, group: number, id: number): Promise<void> {
  await sql`
    insert into media_in_groups (conversation_id, media_id) values (${group}, ${id})
    on conflict do nothing`
}

/** Ownerless files go by themselves: their bytes are not the database's to delete. Answers how many. */
export async function disownSome(sql: Sql, user: number, rows: number): Promise<number> {
  const gone = await sql`
    update media set user_id = null, filename = '', due_at = 'epoch' where id in (
      select id from media where user_id = ${user} order by id limit ${rows})`
  return gone.count
}

/** What somebody takes along, by rising id. */
export async function pageOwn(
  sql: Sql,
  user: number,
  after: number,
  limit: number,
): Promise<Pick<MediaRow, 'id' | 'key' | 'filename' | 'mime' | 'bytes' | 'created_at'>[]> {
  return sql<MediaRow[]>`
    select id, key, filename, mime, bytes, created_at from media
    where user_id = ${user} and id > ${after} and state in ('ready', 'processing')
    order by id limit ${limit}`
}

export async function readTotals(sql: Sql): Promise<{ files: number; bytes: number }> {
  const [row] = await sql<{ files: number; bytes: number }[]>`
    select count(*) as files, coalesce(sum(${kept(sql)}), 0)::bigint as bytes from media`
  return row as { files: number; bytes: number }
}

export async function listLargest(
  sql: Sql,
  limit: number,
): Promise<{ user: number; files: number; bytes: number }[]> {
  return sql`
    select user_id as user, count(*) as files, sum(${kept(sql)})::bigint as bytes from media
    where user_id is not null
    group by user_id order by sum(${kept(sql)}) desc, user_id limit ${limit}`
}
