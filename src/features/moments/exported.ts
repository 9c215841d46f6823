// Steps of an export: what somebody posted, liked and said, page by page.
import type { Sql } from '../../infra/db.ts'
import { listOwnComments, listOwnLikes, listOwnMoments } from './leaving.store.ts'
import { listKind } from './policy.ts'

interface Exported {
  readonly rows: object[]
  /** Where the next page begins; null after the last. */
  readonly next: number | null
}

export async function exportedMoments(
  sql: Sql,
  user: number,
  after: number,
  limit: number,
): Promise<Exported> {
  const rows = await listOwnMoments(sql, user, after, limit)
  const shown = rows.map(({ list_kind: kind, listed, ...row }) => ({
    ...row,
    ...(kind === listKind.allow ? { allow_list: listed } : {}),
    ...(kind === listKind.deny ? { deny_list: listed } : {}),
  }))
  return page(shown, limit)
}

export async function exportedMomentLikes(
  sql: Sql,
  user: number,
  after: number,
  limit: number,
): Promise<Exported> {
  return page(await listOwnLikes(sql, user, after, limit), limit)
}

export async function exportedMomentComments(
  sql: Sql,
  user: number,
  after: number,
  limit: number,
): Promise<Exported> {
  return page(await listOwnComments(sql, user, after, limit), limit)
}

function page(rows: { id: number }[], limit: number): Exported {
  return { rows, next: rows.length === limit ? (rows.at(-1)?.id ?? null) : null }
}
