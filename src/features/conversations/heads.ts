// Questions of the position beacon: newest seq of conversations that moved.
import { limits } from './limits.ts'
import type { Sql } from '../../infra/db.ts'
import { newestMessageId, recentHeads } from './heads.store.ts'

export function newestId(sql: Sql): Promise<number> {
  return newestMessageId(sql)
}

/** For each of these people the newest seq of their conversations with messages since an id. */
export async function headsSince(
  sql: Sql,
  since: number,
  users: readonly number[],
): Promise<Map<number, Record<string, number>>> {
  const found = new Map<number, Record<string, number>>()
  const counts = new Map<number, number>()
  for (const row of await recentHeads(sql, since, users)) {
    const count = counts.get(row.user_id) ?? 0
    if (count >= limits.heads.entriesMax) continue
    counts.set(row.user_id, count + 1)
    const heads = found.get(row.user_id) ?? {}
    heads[row.conversation_id] = row.last_seq
    found.set(row.user_id, heads)
  }
  return found
}
