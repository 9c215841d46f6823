// Hits newest first, reading no more than it takes: by walking back from the newest messages, and where these
// say too little, by the slices that may have what is asked for.
import type { Sql } from '../../infra/db.ts'
import { depthOf, lengthDownTo, type Stretch } from './depth.ts'
import type { Term } from './keyword.ts'
import { limits, type Reach } from './limits.ts'
import { match } from './match.ts'
import { readStretches } from './reading.store.ts'
import { findStretches, findTalks, type Stretches, type Wanted } from './store.ts'

export interface Question {
  readonly terms: readonly Term[]
  /** The same in the words of the index. */
  readonly query: string
  /** Traditional and simplified characters are the same. */
  readonly isAlike: boolean
  readonly wanted: Wanted
  /** So many hits are enough. */
  readonly enough: number
  readonly messagesMax: number
  readonly reach: Reach
  /** It may well stand in what was said last. */
  readonly isFrequent: boolean
}

export interface Found {
  /** Newest first; they could be read when they were. */
  readonly ids: readonly number[]
  /** What was not looked at has no higher id than this; 0: there is no more. */
  readonly down: number
}

/** What one search has seen so far. */
interface Seen {
  /** Newest first; older ones may be missing between them. */
  hits: number[]
  messages: number
}

/**
 * A word that people often say stands in what was said last, and the index has it everywhere: to walk back is
 * faster as long as enough hits are near. Any other word has few slices, and these are asked for below
 * what the walk has seen.
 */
export async function findHits(sql: Sql, question: Question): Promise<Found> {
  const seen: Seen = { hits: [], messages: 0 }
  let found: Down = { ids: [], down: question.wanted.before - 1, isOver: false }
  const below = () => ({ ...question, wanted: { ...question.wanted, before: found.down + 1 } })
  const { reach, enough, isFrequent, query } = question
  // Where nothing new is wanted there is nothing to walk through.
  if (isFrequent && question.wanted.until === null) {
    const talks = await findTalks(sql, question.wanted)
    found = await goDown(sql, talks, question, seen, reach.readMessages, reach.walkMessagesMax)
  }
  for (const most of reach.slices) {
    if (found.isOver) break
    const slices = await findStretches(sql, query, below().wanted, most)
    // Most of them have a hit.
    const size = (enough - found.ids.length) * limits.index.sliceMessages
    found = await goDown(sql, slices, below(), seen, size, Infinity)
  }
  return found
}

interface Down extends Found {
  /** It has enough, or all that there is, or may not read on. */
  readonly isOver: boolean
}

/**
 * A merge of stretches by rising age. Each knows how new its rest can be at most: a hit is sure once it is
 * newer than all of that. So all are read down to about the same id, a bit deeper each time. It gives up
 * where more than `affordable` messages would have to be read if it goes on like this.
 */
async function goDown(
  sql: Sql,
  { stretches, floor }: Stretches,
  question: Question,
  seen: Seen,
  first: number,
  affordable: number,
): Promise<Down> {
  const { enough, messagesMax, reach } = question
  let open = stretches
  let [size, read, hits] = [Math.min(first, reach.readMessagesMax), 0, 0]
  for (;;) {
    const [top, isSpent] = [open[0]?.bound ?? 0, seen.messages >= messagesMax]
    const down = Math.max(top, floor)
    // Ids are nobody else's: of the rest of another stretch no message has that of a hit.
    const sure = seen.hits.filter((id) => id >= down).slice(0, enough)
    if (isSpent || sure.length === enough || top <= floor) {
      return { ids: sure, down, isOver: isSpent || sure.length === enough || down === 0 }
    }
    if (enough * read > affordable * hits) return { ids: sure, down, isOver: false }
    // What is older than enough hits is not waited for.
    const lowest = Math.max(seen.hits[enough - 1] ?? 0, floor)
    const depth = depthOf(open, lowest, Math.min(size, messagesMax - seen.messages))
    const taken = open.filter((each) => each.bound > depth)
    const next = await readOn(sql, taken, depth, question)
    read += next.count
    hits += next.found.length
    seen.messages += Math.max(1, next.count)
    seen.hits = [...new Set([...seen.hits, ...next.found])].toSorted((a, b) => b - a)
    open = [...next.rest, ...open.slice(taken.length)].toSorted((a, b) => b.bound - a.bound)
    // A little more than it takes if it goes on like this.
    const missing = Math.max(1, enough - seen.hits.length)
    const guess = hits === 0 ? 2 * size : Math.ceil((1.25 * missing * read) / hits)
    size = Math.min(Math.max(guess, reach.readMessages), reach.readMessagesMax)
  }
}

interface Next {
  readonly found: number[]
  readonly count: number
  /** What is left of each. */
  readonly rest: Stretch[]
}

/** Reads the next of each, as far down as an id is expected. */
async function readOn(
  sql: Sql,
  taken: readonly Stretch[],
  depth: number,
  { terms, isAlike, wanted }: Question,
): Promise<Next> {
  const lengths = taken.map((each) => lengthDownTo(each, depth))
  const rows = await readStretches(sql, taken, lengths, wanted, terms)
  const found: number[] = []
  const rest: Stretch[] = []
  let count = 0
  for (const row of rows) {
    const [stretch, length] = [taken[row.n] as Stretch, lengths[row.n] as number]
    count += row.count
    for (const said of row.said ?? []) if (match(terms, said, isAlike)) found.push(said.id)
    if (row.count < length || row.seq <= stretch.low) continue
    // In a conversation ids rise with seq: both are given out under its lock.
    const bound = row.id - 1
    const pace = Math.max(stretch.pace / 2, (stretch.bound - bound) / row.count)
    rest.push({ ...stretch, high: row.seq - 1, bound, pace })
  }
  return { found, count, rest }
}
