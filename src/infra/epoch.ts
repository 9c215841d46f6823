// Where "now" is, for sync: everything before it is visible, everything after it will be found.
import { encodeCursor } from '../core/page.ts'
import type { Sql } from './db.ts'

/**
 * The cursor is the oldest transaction still running: whatever commits later has an id at or
 * above it, so a late commit cannot slip behind it as it would behind a serial id.
 */
export async function readPosition(sql: Sql): Promise<{ cursor: string; epoch: string }> {
  const [row] = await sql<{ xmin: string; epoch: string }[]>`
    select pg_snapshot_xmin(pg_current_snapshot())::text as xmin, epoch from installation`
  return { cursor: encodeCursor([row?.xmin ?? '0']), epoch: row?.epoch ?? '' }
}
