// Questions for features above: is this person in, and may anything be said?
import { Failure } from '../../core/failure.ts'
import type { Sql } from '../../infra/db.ts'
import type { Participant } from './directory.ts'
import { countGroupsOf, findMembersNamed } from './members.store.ts'
import { findHearers } from './receipts.store.ts'
import { findConversation, findConversations, type ConversationRow } from './store.ts'

/** The conversation as a member sees it; for anybody else it does not exist. */
export async function requireMember(sql: Sql, id: number, user: number): Promise<ConversationRow> {
  const row = await findConversation(sql, id, user)
  if (!row) throw new Failure('conversationNotFound')
  return row
}

/** Those of these that somebody is in, as they see them; in no order. */
export async function findMine(
  sql: Sql,
  ids: readonly number[],
  user: number,
): Promise<ConversationRow[]> {
  return ids.length === 0 ? [] : findConversations(sql, ids, user)
}

/**
 * For what is told and not stored: who of these hears it, and whether anybody may say anything there now. A
 * message asks inside its statement.
 */
export function whoHears(
  sql: Sql,
  id: number,
  signal: Parameters<typeof findHearers>[2],
): ReturnType<typeof findHearers> {
  return findHearers(sql, id, signal)
}

/** Those of these names who are in it. */
export async function membersNamed(
  sql: Sql,
  id: number,
  names: readonly string[],
): Promise<Participant[]> {
  const rows = await findMembersNamed(sql, id, names)
  return rows.map((row) => ({ id: row.user_id, userId: row.name }))
}

/** Groups somebody is in. */
export function countGroups(sql: Sql, user: number): Promise<number> {
  return countGroupsOf(sql, user)
}
