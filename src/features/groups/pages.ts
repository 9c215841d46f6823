// Pages of what has an id to go by, newest first: by number, or read on by cursor.
import { decodeNumbers, encodeCursor } from '../../core/page.ts'

interface Paging {
  readonly page?: number
  readonly page_size?: number
  readonly cursor?: string
  readonly limit?: number
}

export interface Range {
  /** An id: rows below it. */
  readonly before: number
  readonly limit: number
  readonly offset: number
}

const defaultSize = 20
const newest = Number.MAX_SAFE_INTEGER

export async function newestFirst<R extends { id: number }, T>(
  paging: Paging,
  find: (range: Range) => Promise<R[]>,
  show: (rows: readonly R[]) => Promise<T[]>,
): Promise<T[] | { list: T[]; has_more: boolean; next_cursor: string | null }> {
  const { cursor, page = 1 } = paging
  if (cursor === undefined && paging.limit === undefined) {
    const limit = paging.page_size ?? defaultSize
    return show(await find({ before: newest, limit, offset: (page - 1) * limit }))
  }
  const limit = paging.limit ?? defaultSize
  const [before = newest] = cursor ? decodeNumbers(cursor, 1) : []
  const rows = await find({ before, limit: limit + 1, offset: 0 })
  const shown = rows.slice(0, limit)
  const edge = rows.length > limit ? shown.at(-1) : undefined
  return {
    list: await show(shown),
    has_more: edge !== undefined,
    next_cursor: edge ? encodeCursor([edge.id]) : null,
  }
}
