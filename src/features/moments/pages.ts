// Pages of moments and of what stands below them: by number, or read on by cursor.
import { invalid } from '../../core/failure.ts'
import { limits } from './limits.ts'
import { decodeCursor, encodeCursor, endOfTime, timeOf } from '../../core/page.ts'
import type { Part } from './responses.store.ts'
import type { PageRange, Position } from './timeline.store.ts'

export interface Paging {
  readonly page?: number
  readonly page_size?: number
  readonly cursor?: string
  readonly limit?: number
}

interface CursorPage<T> {
  list: T[]
  has_more: boolean
  next_cursor: string | null
}

const momentsSize = 20
const responsesSize = 100

/** Later than any moment. */
const end: Position = { created_at: endOfTime, id: Number.MAX_SAFE_INTEGER }

/** Finds a page's places, newest first, and shows what stands there. */
export async function momentsPage<T>(
  paging: Paging,
  find: (range: PageRange) => PromiseLike<readonly Position[]>,
  show: (ids: readonly number[]) => Promise<T[]>,
): Promise<T[] | CursorPage<T>> {
  const ids = (places: readonly Position[]) => places.map((place) => place.id)
  const numbered = byNumber(paging, momentsSize)
  if (numbered) {
    return show(ids(await findNumbered(numbered, (part) => find({ before: end, ...part }))))
  }
  const { limit = momentsSize, cursor } = paging
  const before = cursor ? placeOf(cursor) : end
  const found = await find({ before, offset: 0, limit: limit + 1 })
  const places = found.slice(0, limit)
  const edge = found.length > limit ? places.at(-1) : undefined
  return {
    list: await show(ids(places)),
    has_more: edge !== undefined,
    next_cursor: edge ? encodeCursor([edge.created_at.getTime(), edge.id]) : null,
  }
}

function placeOf(cursor: string): Position {
  const [time, id] = decodeCursor(cursor, 2)
  if (typeof id !== 'number') throw invalid('cursor', 'pattern')
  return { created_at: timeOf(time), id }
}

/** The same for what has only an id to go by, oldest first. */
export async function responsesPage<T extends { id: number }>(
  paging: Paging,
  find: (part: Part) => Promise<T[]>,
): Promise<T[] | CursorPage<T>> {
  const numbered = byNumber(paging, responsesSize)
  if (numbered) return findNumbered(numbered, (part) => find({ after: 0, ...part }))
  const { limit = responsesSize, cursor } = paging
  const [after] = cursor ? decodeCursor(cursor, 1) : [0]
  if (typeof after !== 'number') throw invalid('cursor', 'pattern')
  const found = await find({ after, offset: 0, limit: limit + 1 })
  const list = found.slice(0, limit)
  const edge = found.length > limit ? list.at(-1) : undefined
  return {
    list,
    has_more: edge !== undefined,
    next_cursor: edge ? encodeCursor([edge.id]) : null,
  }
}

interface Numbered {
  readonly offset: number
  readonly limit: number
}

/** Null when a cursor is asked for. */
function byNumber({ page = 1, page_size, cursor, limit }: Paging, size: number): Numbered | null {
  if (cursor !== undefined || limit !== undefined) return null
  const rows = page_size ?? size
  return { offset: (page - 1) * rows, limit: rows }
}

/**
 * What a number skips is read: so far and no further. A list that ends before is empty there, as
 * on any page past its end.
 */
async function findNumbered<T>(
  numbered: Numbered,
  find: (part: Numbered) => PromiseLike<readonly T[]>,
): Promise<T[]> {
  const max = limits.moments.skippedMax
  if (numbered.offset <= max) return [...(await find(numbered))]
  const beyond = await find({ offset: max, limit: 1 })
  if (beyond.length > 0) {
    throw invalid('page', 'too_large', { max: Math.floor(max / numbered.limit) + 1 })
  }
  return []
}
