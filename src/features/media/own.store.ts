// SQL of somebody's own files, as they take them along.
import type { Sql } from '../../infra/db.ts'
import type { MediaRow } from './row.ts'

export async function listKept(
  sql: Sql,
  user: number,
  after: number,
  limit: number,
): Promise<Pick<MediaRow, 'id' | 'key' | 'filename' | 'bytes' | 'created_at'>[]> {
  return sql<MediaRow[]>`
    select id, key, filename, bytes, created_at from media
    where user_id = ${user} and id > ${after} and state in ('ready', 'processing')
    order by id limit ${limit}`
}
