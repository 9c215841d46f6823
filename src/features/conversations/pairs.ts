// Steps for the friends feature: a friendship opens the conversation of two people, its end
// closes it. The row is the lock every sender takes, so both act at once.
import type { Sql, Tx } from '../../infra/db.ts'
import { closePair, closePairs, openPair } from './store.ts'
import type { Participant } from './directory.ts'

export function openDirect(tx: Tx, a: Participant, b: Participant): Promise<number> {
  const [first, second] = inOrder(a, b)
  return openPair(tx.sql, first.id, second.id)
}

export function closeDirect(tx: Tx, a: Participant, b: Participant): Promise<void> {
  const [first, second] = inOrder(a, b)
  return closePair(tx.sql, first.id, second.id)
}

/** When an account is erased: at most `rows` of its direct conversations; how many were open. */
export function closeSomeDirect(sql: Sql, user: number, rows: number): Promise<number> {
  return closePairs(sql, user, rows)
}

/** Lexicographic by user_id, as the wire promises for user1 and user2. */
function inOrder(a: Participant, b: Participant): [Participant, Participant] {
  return a.userId < b.userId ? [a, b] : [b, a]
}
