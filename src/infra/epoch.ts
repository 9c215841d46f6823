// Where "now" is, for sync. The cursor is a Postgres snapshot: it knows of each transaction whether it had
// committed then, so a late commit cannot slip behind it as it would behind a serial id.
import { closePosition } from '../core/position.ts'
import type { Seal } from '../core/seal.ts'
import type { Sql } from './db.ts'

export async function readPosition(
  sql: Sql,
  seal: Seal,
  now: Date,
): Promise<{ cursor: string; epoch: string }> {
  const [row] = await sql<{ since: string; epoch: string }[]>`
    select pg_current_snapshot()::text as since, epoch from installation`
  const { since = '', epoch = '' } = row ?? {}
  const at = Math.floor(now.getTime() / 1000)
  return { cursor: closePosition(seal, { epoch, since, at }), epoch }
}
