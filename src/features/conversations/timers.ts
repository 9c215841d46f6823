// Steps for what burns: a conversation's timer, and what burned counted as read by nobody and unread no more.
import type { Tx } from '../../infra/db.ts'
import { forgetUnread, updateHead, updateTimer, type Burned } from './timers.store.ts'

/** The conversation is locked. Whether anything changed; null: what is said from now on stays. */
export function setBurning(tx: Tx, id: number, seconds: number | null): Promise<boolean> {
  return updateTimer(tx.sql, id, seconds ?? 0)
}

/** The conversation is locked, and these messages are gone from it. */
export async function countBurned(tx: Tx, id: number, burned: readonly Burned[]): Promise<void> {
  await forgetUnread(tx.sql, id, burned)
  await updateHead(tx.sql, id, burned)
}
