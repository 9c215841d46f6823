// Hits out of many slices, newest first, reading no more of them than it takes.
import type { Sql } from '../../infra/db.ts'
import { limits } from './limits.ts'
import { match } from './match.ts'
import type { Term } from './keyword.ts'
import { findReadable, readStretches, type Stretches, type Wanted } from './store.ts'

export interface Question {
  readonly terms: readonly Term[]
  /** Traditional and simplified characters are the same. */
  readonly isAlike: boolean
  readonly wanted: Wanted
  /** So many hits are enough. */
  readonly enough: number
  readonly messagesMax: number
}

export interface Found {
  /** Newest first; they may be read now. */
  readonly ids: readonly number[]
  /** What was not looked at has no higher id than this; 0: there is no more. */
  readonly down: number
}

interface Open {
  readonly conversation: number
  readonly low: number
  high: number
  bound: number
}

/**
 * A merge of stretches by rising age. Each knows how new its rest can be at most: a hit is sure once it is
 * newer than all of that. So a frequent word reads the newest of each slice, and a rare one the few
 * slices that have it.
 */
export async function findHits(
  sql: Sql,
  { stretches, floor }: Stretches,
  question: Question,
): Promise<Found> {
  const { enough, messagesMax } = question
  let open: Open[] = stretches.map((each) => ({ ...each }))
  let hits: number[] = []
  const readable = new Set<number>()
  let size: number = limits.search.readMessages
  let read = 0
  for (;;) {
    const [down, isSpent] = [Math.max(open[0]?.bound ?? 0, floor), read >= messagesMax]
    // Ids are nobody else's: of the rest of another slice no message has that of a hit.
    const sure = hits.filter((id) => id >= down).slice(0, enough)
    if (isSpent || sure.length === enough || (open[0]?.bound ?? 0) <= floor) {
      const unasked = new Set(sure.filter((id) => !readable.has(id)))
      if (unasked.size > 0) {
        const may = await findReadable(sql, question.wanted.user, [...unasked])
        for (const id of may) readable.add(id)
        hits = hits.filter((id) => may.has(id) || !unasked.has(id))
        if (may.size < unasked.size) continue
      }
      return { ids: sure, down }
    }
    // What is older than enough hits is not waited for.
    const needed = hits[enough - 1] ?? 0
    const newer = Math.max(needed, floor)
    const taken = open.filter((each) => each.bound > newer).slice(0, size / readEachMin)
    const each = Math.max(readEachMin, Math.floor(size / taken.length))
    const { found, count } = await readOn(sql, taken, each, question)
    read += Math.max(1, count)
    size = Math.min(2 * size, limits.search.readMessagesMax)
    // What was edited stands in its slice and by itself.
    hits = [...new Set([...hits, ...found])].toSorted((a, b) => b - a)
    open = open.filter(({ low, high }) => low <= high).toSorted((a, b) => b.bound - a.bound)
  }
}

const { readEachMin } = limits.search

/** Reads the next of each, and moves it on. */
async function readOn(
  sql: Sql,
  taken: readonly Open[],
  each: number,
  { terms, isAlike, wanted }: Question,
): Promise<{ found: number[]; count: number }> {
  const rows = await readStretches(sql, taken, wanted, each)
  const found: number[] = []
  const counts = new Map<number, number>()
  for (const row of rows) {
    const stretch = taken[row.n] as Open
    counts.set(row.n, (counts.get(row.n) ?? 0) + 1)
    // In a conversation ids rise with seq: both are given out under its lock.
    stretch.high = row.seq - 1
    stretch.bound = Math.min(stretch.bound, row.id - 1)
    if (row.is_wanted && match(terms, row, isAlike)) found.push(row.id)
  }
  for (const [n, stretch] of taken.entries()) {
    if ((counts.get(n) ?? 0) < each) stretch.high = stretch.low - 1
  }
  return { found, count: rows.length }
}
