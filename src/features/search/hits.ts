// Hits newest first, reading no more than it takes of the slices that may have what is asked for.
import type { Sql } from '../../infra/db.ts'
import type { Asked } from './bloom.ts'
import { depthOf, lengthDownTo, type Stretch } from './depth.ts'
import type { Term } from './keyword.ts'
import { limits, type Reach } from './limits.ts'
import { match } from './match.ts'
import { readStretches } from './reading.store.ts'
import { findStretches, type Stretches, type Wanted } from './store.ts'

export interface Question {
  readonly terms: readonly Term[]
  /** The same in the words of the index: a slice that has it has all of them. */
  readonly words: readonly Asked[]
  /** Traditional and simplified characters are the same. */
  readonly isAlike: boolean
  readonly wanted: Wanted
  /** So many hits are enough. */
  readonly enough: number
  readonly messagesMax: number
  readonly reach: Reach
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

/** A frequent word is in the newest slices; for a rare one there are few. */
export async function findHits(sql: Sql, question: Question): Promise<Found> {
  const seen: Seen = { hits: [], messages: 0 }
  let found: Down = { ids: [], down: question.wanted.before - 1, isOver: false }
  const { reach, enough, words } = question
  for (const most of reach.slices) {
    const wanted = { ...question.wanted, before: found.down + 1 }
    const slices = await findStretches(sql, words, wanted, most, reach.looked)
    const size = (enough - found.ids.length) * messagesPerHit(slices.stretches, wanted)
    found = await goDown(sql, slices, { ...question, wanted }, seen, Math.ceil(size))
    if (found.isOver) break
  }
  return found
}

/**
 * A slice that has the words has one hit, if few have them. In one conversation, where it shows how far they
 * lie apart, it has more if most of them do: as many as by Poisson, for what is said knows of no slices.
 */
function messagesPerHit(stretches: readonly Stretch[], { conversation }: Wanted): number {
  const { sliceMessages } = limits.index
  if (conversation === null || stretches.length < 2) return sliceMessages
  const span =
    Math.max(...stretches.map((each) => each.high)) - Math.min(...stretches.map((each) => each.low))
  const share = Math.min((stretches.length * sliceMessages) / span, 0.99)
  return (sliceMessages * share) / -Math.log1p(-share)
}

interface Down extends Found {
  /** It has enough, or all that there is, or may not read on. */
  readonly isOver: boolean
}

/**
 * A merge of stretches by rising age. Each knows how new its rest can be at most: a hit is sure once it is
 * newer than all of that. So all are read down to about the same id, a bit deeper each time.
 */
async function goDown(
  sql: Sql,
  { stretches, floor }: Stretches,
  question: Question,
  seen: Seen,
  first: number,
): Promise<Down> {
  const { enough, messagesMax, reach } = question
  let open = stretches
  const within = (messages: number) =>
    Math.min(Math.max(messages, reach.readMessages), reach.readMessagesMax)
  let [size, read, hits] = [within(first), 0, 0]
  for (;;) {
    const [top, isSpent] = [open[0]?.bound ?? 0, seen.messages >= messagesMax]
    const down = Math.max(top, floor)
    // Ids are nobody else's: of the rest of another stretch no message has that of a hit.
    const sure = seen.hits.filter((id) => id >= down).slice(0, enough)
    if (isSpent || sure.length === enough || top <= floor) {
      return { ids: sure, down, isOver: isSpent || sure.length === enough || down === 0 }
    }
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
    size = within(guess)
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
