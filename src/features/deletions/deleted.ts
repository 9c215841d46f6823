// Questions of features above: what is not there for whom.
import type { Sql } from '../../infra/db.ts'
import { findBurned } from './burning.store.ts'
import { countDeletedAmong, findDeleted, findDeleters, type DeletedRow } from './store.ts'

/** Of these messages those that somebody has deleted, by message. */
export async function deletedBy(
  sql: Sql,
  user: number,
  messages: readonly number[],
): Promise<ReadonlyMap<number, DeletedRow>> {
  const rows = messages.length === 0 ? [] : await findDeleted(sql, user, messages)
  return new Map(rows.map((row) => [row.message_id, row]))
}

/** Of these conversations the first ones of each, after a seq, that burned since a snapshot. */
export function burnedIn(
  sql: Sql,
  user: number,
  ranges: readonly { readonly id: number; readonly after: number }[],
  since: string,
  limit: number,
): Promise<DeletedRow[]> {
  return ranges.length === 0 ? Promise.resolve([]) : findBurned(sql, user, ranges, since, limit)
}

/** Those of these people for whom a message is there still. */
export async function thoseWho(
  sql: Sql,
  message: number,
  users: readonly number[],
): Promise<readonly number[]> {
  const gone = new Set(await findDeleters(sql, message, users))
  return gone.size === 0 ? users : users.filter((user) => !gone.has(user))
}

/** How many seqs the newest `left` messages take up for somebody: with those deleted among them. */
export async function seqsOf(
  sql: Sql,
  user: number,
  conversation: number,
  { last, left }: { last: number; left: number },
): Promise<number> {
  if (left === 0) return 0
  return left + (await countDeletedAmong(sql, user, conversation, { last, left }))
}
