// Steps for the export of an account: friends, requests and blocks, by pages of rising ids.
import type { Sql } from '../../infra/db.ts'
import { pageBlocks } from './blocks.store.ts'
import { pageRequests } from './requests.store.ts'
import { pageFriends } from './store.ts'

export interface ExportPage {
  readonly rows: object[]
  /** Where the next page begins; null after the last. */
  readonly next: number | null
}

export async function exportedFriends(
  sql: Sql,
  user: number,
  after: number,
  limit: number,
): Promise<ExportPage> {
  const rows = await pageFriends(sql, user, after, limit)
  const shown = rows.map(({ friend, remark, created_at }) => ({
    friend_id: friend,
    remark,
    created_at: created_at.toISOString(),
  }))
  return { rows: shown, next: nextOf(rows, limit) }
}

/** Those made and those received, with what was written to them. */
export async function exportedRequests(
  sql: Sql,
  user: number,
  after: number,
  limit: number,
): Promise<ExportPage> {
  const rows = await pageRequests(sql, user, after, limit)
  const shown = rows.map((row) => ({
    from_user_id: row.from_name,
    to_user_id: row.to_name,
    message: row.message,
    status: row.status,
    created_at: row.created_at.toISOString(),
    updated_at: row.updated_at.toISOString(),
  }))
  return { rows: shown, next: nextOf(rows, limit) }
}

export async function exportedBlocks(
  sql: Sql,
  user: number,
  after: number,
  limit: number,
): Promise<ExportPage> {
  const rows = await pageBlocks(sql, user, after, limit)
  const shown = rows.map(({ blocked, created_at }) => ({
    blocked_user_id: blocked,
    created_at: created_at.toISOString(),
  }))
  return { rows: shown, next: nextOf(rows, limit) }
}

function nextOf(rows: readonly { readonly id: number }[], limit: number): number | null {
  return rows.length < limit ? null : (rows.at(-1)?.id ?? null)
}
