// Steps for the friends feature: a friendship opens the conversation of two people, its end
// closes it. The row is the lock every sender takes, so both act at once.
import type { Sql, Tx } from '../../infra/db.ts'
import {
  closePair,
  closePairs,
  closePairsOf,
  lockPairsOf,
  openPair,
  openPairsOf,
  type HiddenMark,
} from './pairs.store.ts'
import type { Participant } from './directory.ts'

export async function openDirect(tx: Tx, a: Participant, b: Participant): Promise<void> {
  const [first, second] = inOrder(a, b)
  tellMarks(tx, await openPair(tx.sql, first.id, second.id))
}

export function closeDirect(tx: Tx, a: Participant, b: Participant): Promise<void> {
  const [first, second] = inOrder(a, b)
  return closePair(tx.sql, first.id, second.id)
}

/** A step of leaving: nobody can write to somebody who is to be deleted. */
export function closeAllDirect(tx: Tx, user: number): Promise<void> {
  return closePairsOf(tx.sql, user)
}

/**
 * A step of coming back: the talk with those people goes on. Who they are is asked under the
 * locks, so that nobody who ends a friendship at this moment is written to afterwards.
 */
export async function reopenDirect(
  tx: Tx,
  user: number,
  findPeers: () => Promise<number[]>,
): Promise<void> {
  await lockPairsOf(tx.sql, user)
  // Their own notes as well, whomever they know.
  tellMarks(tx, await openPairsOf(tx.sql, user, [user, ...(await findPeers())]))
}

/** What was read while nobody was told shows again from now on, so it is told now. */
function tellMarks(tx: Tx, marks: readonly HiddenMark[]): void {
  for (const { read_at, ...mark } of marks) {
    tx.emit({ name: 'conversation.read', ...mark, read_at: read_at.toISOString() })
  }
}

/** When an account is erased: at most `rows` of its direct conversations; how many were open. */
export function closeSomeDirect(sql: Sql, user: number, rows: number): Promise<number> {
  return closePairs(sql, user, rows)
}

/** Lexicographic by user_id, as the wire promises for user1 and user2. */
function inOrder(a: Participant, b: Participant): [Participant, Participant] {
  return a.userId < b.userId ? [a, b] : [b, a]
}
