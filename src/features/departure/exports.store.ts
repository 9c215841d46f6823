// SQL of data exports: asked for, built in pieces, fetched once.
import type { Sql } from '../../infra/db.ts'
import type { Erase } from '../custody.ts'

/** Older ones of the same person end: one at a time takes place in the database. */
export async function insertExport(sql: Sql, user: number, now: Date): Promise<number> {
  await sql`
    update exports set expires_at = ${now}
    where user_id = ${user} and ready_at is not null and used_at is null and expires_at > ${now}`
  const [row] = await sql<{ id: number }[]>`
    insert into exports (user_id, created_at) values (${user}, ${now}) returning id`
  return (row as { id: number }).id
}

export interface Build {
  export: number
  build: number
  user: number
}

/** Whoever claims last is the one whose pieces count. */
export async function claimBuild(sql: Sql, id: number): Promise<Build | undefined> {
  const [row] = await sql<Build[]>`
    update exports set build = build + 1 where id = ${id} and ready_at is null
    returning id as export, build, user_id as user`
  return row
}

/** As if it had been begun as often as it may be, if nobody has begun it since. */
export async function endBuilds(
  sql: Sql,
  { export: id, build }: Build,
  buildsMax: number,
): Promise<void> {
  await sql`
    update exports set build = greatest(build + 1, ${buildsMax}) where id = ${id} and build = ${build}`
}

export async function insertChunk(
  sql: Sql,
  { export: id, build }: Build,
  n: number,
  bytes: Uint8Array,
): Promise<void> {
  await sql`
    insert into export_chunks (export_id, build, n, bytes)
    values (${id}, ${build}, ${n}, ${Buffer.from(bytes)})`
}

/** False when another build was claimed meanwhile, or the account is gone. */
export async function markReady(
  sql: Sql,
  { export: id, build }: Build,
  ready: { hash: Buffer; now: Date; expiresAt: Date },
): Promise<boolean> {
  const rows = await sql`
    update exports
    set token_hash = ${ready.hash}, ready_at = ${ready.now}, expires_at = ${ready.expiresAt}
    where id = ${id} and build = ${build} and ready_at is null
    returning id`
  return rows.length > 0
}

/** Exactly one of any number of parallel callers gets it. */
export async function useExport(sql: Sql, hash: Buffer, now: Date): Promise<Build | undefined> {
  const [row] = await sql<Build[]>`
    update exports set used_at = ${now}
    where token_hash = ${hash} and used_at is null and expires_at > ${now}
    returning id as export, build, user_id as user`
  return row
}

export async function findChunk(
  sql: Sql,
  id: number,
  build: number,
  n: number,
): Promise<Buffer | undefined> {
  const [row] = await sql<{ bytes: Buffer }[]>`
    select bytes from export_chunks where export_id = ${id} and build = ${build} and n = ${n}`
  return row?.bytes
}

export async function findBuilding(
  sql: Sql,
  { since, buildsMax, limit }: { since: Date; buildsMax: number; limit: number },
): Promise<number[]> {
  const rows = await sql<{ id: number }[]>`
    select id from exports
    where ready_at is null and created_at > ${since} and build < ${buildsMax}
    order by id limit ${limit}`
  return rows.map((row) => row.id)
}

export interface Bounds {
  now: Date
  /** Downloads that began before have ended. */
  usedBefore: Date
  /** Builds asked for before are given up. */
  askedBefore: Date
}

const finished = (sql: Sql, { now, usedBefore, askedBefore }: Bounds) => sql`
  (e.used_at < ${usedBefore} or (e.used_at is null and e.expires_at <= ${now})
    or (e.ready_at is null and e.created_at < ${askedBefore}))`

/** Pieces nobody can fetch any more, then what they belonged to; answers how many rows went. */
export async function deleteFinished(sql: Sql, bounds: Bounds, limit: number): Promise<number> {
  const chunks = await sql`
    delete from export_chunks where (export_id, build, n) in (
      select c.export_id, c.build, c.n
      from exports e join lateral (
        -- Along the key: only of those exports that have something to lose.
        select export_id, build, n from export_chunks
        where export_id = e.id and (${finished(sql, bounds)} or build < e.build)
        limit ${limit}) c on true
      where ${finished(sql, bounds)} or e.build > 1
      limit ${limit})`
  const exports = await sql`
    delete from exports e
    where ${finished(sql, bounds)}
      and not exists (select from export_chunks c where c.export_id = e.id)`
  return chunks.count + exports.count
}

/** When an account is erased: one statement per kind of thing; answers how many rows went. */
export const erasures: readonly Erase[] = [
  async (sql, user, rows) => {
    // A piece of an export is large.
    const gone = await sql`
      delete from export_chunks where (export_id, build, n) in (
        select c.export_id, c.build, c.n from export_chunks c join exports e on e.id = c.export_id
        where e.user_id = ${user} limit ${Math.ceil(rows / 10)})`
    return gone.count
  },
  async (sql, user, rows) => {
    const gone = await sql`
      delete from exports where id in (
        select id from exports where user_id = ${user} limit ${rows})`
    return gone.count
  },
]
