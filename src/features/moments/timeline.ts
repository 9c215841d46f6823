// A page of the timeline, found in one of two ways. docs/decisions/0006 has what else was tried.
import { limits } from './limits.ts'
import type { Sql } from '../../infra/db.ts'
import type { QuietReaders } from './state.ts'
import { listRecent, mergeFriends, type PageRange, type Position } from './timeline.store.ts'

/**
 * The moments of the viewer and of the viewer's friends, newest first. Whose friends write a good
 * part of everything finds a page among the newest moments of all; a page that does not fill up
 * soon is merged from the friends' own.
 */
export async function listTimeline(
  sql: Sql,
  quiet: QuietReaders,
  viewer: number,
  range: PageRange,
): Promise<Position[]> {
  if (range.offset > 0) return mergeFriends(sql, viewer, range)
  const pages = quiet.get(viewer) ?? 0
  if (pages > 0) {
    quiet.set(viewer, pages - 1)
    return mergeFriends(sql, viewer, range)
  }
  const recent = await listRecent(sql, viewer, range)
  if (recent.length > 0) return recent
  quiet.set(viewer, limits.moments.quietPages)
  return mergeFriends(sql, viewer, range)
}
